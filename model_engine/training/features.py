"""Pooled features of every poster, computed once per backbone, preprocessing and data set."""

import hashlib
import tempfile
from pathlib import Path

import keras
import numpy as np
import structlog

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.reading import batches_ahead
from model_engine.preprocessing import Preprocessing
from model_engine.runtimes.devices import keras_sees_gpu
from model_engine.runtimes.interface import Runtime
from model_engine.runtimes.keras_runtime import KerasRuntime
from model_engine.runtimes.onnx_runtime import OnnxRuntime
from model_engine.training.onnx_export import to_onnx
from model_engine.training.prepared import Advance, pictures_digest

log = structlog.get_logger(__name__)


def backbone_features(
    network: keras.Model, dataset: Dataset, preprocessing: Preprocessing, cache: Path, advance: Advance
) -> np.ndarray:
    """Features (N, channels), float32, of every poster, as the runtime that will serve computes them.

    Read from `cache` where the same network saw the same posters in the same preprocessing before.

    Raises:
        DatasetError: a picture cannot be read.
    """
    path = cache / f"features-{fingerprint(network, dataset, preprocessing)[:24]}.npy"
    if path.is_file():
        log.info("features read from cache", file=path.name)
        return np.load(path, allow_pickle=False)
    features = _extract(network, dataset, preprocessing, advance)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".npy", delete=False) as draft:
        np.save(draft, features, allow_pickle=False)
    Path(draft.name).replace(path)
    return features


def fingerprint(network: keras.Model, dataset: Dataset, preprocessing: Preprocessing) -> str:
    """sha256 over the backbone's weights, and the pictures as they are prepared."""
    digest = hashlib.sha256(pictures_digest(dataset, preprocessing).encode())
    for layer in network.layers:
        if not isinstance(layer, keras.layers.Dense):
            for weight in layer.get_weights():
                digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def _extract(network: keras.Model, dataset: Dataset, preprocessing: Preprocessing, advance: Advance) -> np.ndarray:
    def read(row: int) -> np.ndarray:
        return preprocessing.prepare_image(dataset.read(row))

    runtime = open_for_training(network)
    pieces: list[np.ndarray] = []
    done = 0
    try:
        for batch in batches_ahead(read, len(dataset), runtime.max_batch_size):
            pieces.append(runtime.infer(batch).features)
            done += len(batch)
            advance(done, len(dataset))
    finally:
        runtime.close()
    return np.concatenate(pieces)


def open_for_training(network: keras.Model) -> Runtime:
    """The network on the GPU where there is one, else exported to ONNX Runtime, which is twice as fast on CPUs."""
    if keras_sees_gpu():
        return KerasRuntime(network, "training", max_batch_size=128)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        path.write_bytes(to_onnx(network).SerializeToString(deterministic=True))
        return OnnxRuntime(path, "training", max_batch_size=16)
