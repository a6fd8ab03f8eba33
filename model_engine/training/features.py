"""Pooled features of every poster, computed once per backbone, preprocessing and data set."""

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import keras
import msgspec
import numpy as np
import structlog

from model_engine.datasets.dataset import Dataset
from model_engine.preprocessing import Preprocessing
from model_engine.runtimes.devices import keras_sees_gpu
from model_engine.runtimes.interface import Runtime
from model_engine.runtimes.keras_runtime import KerasRuntime
from model_engine.runtimes.onnx_runtime import OnnxRuntime
from model_engine.training.onnx_export import to_onnx

log = structlog.get_logger(__name__)

DECODE_THREADS: Final = 2
"""Decoding a small poster takes a tenth of the network's time; two threads keep one device busy."""

BATCHES_AHEAD: Final = 2
"""Batches decoded while the device works: bounds memory."""

Progress = Callable[[int, int], None]
"""Called with posters done and posters in all."""


def backbone_features(
    network: keras.Model, dataset: Dataset, preprocessing: Preprocessing, cache: Path, progress: Progress
) -> np.ndarray:
    """Features (N, 1280), float32, of every poster, as the runtime that will serve computes them.

    Read from `cache` where the same network saw the same posters in the same preprocessing before.

    Raises:
        DatasetError: a picture cannot be read.
    """
    path = cache / f"features-{fingerprint(network, dataset, preprocessing)[:24]}.npy"
    if path.is_file():
        log.info("features read from cache", file=path.name)
        return np.load(path, allow_pickle=False)
    features = _extract(network, dataset, preprocessing, progress)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".npy", delete=False) as draft:
        np.save(draft, features, allow_pickle=False)
    Path(draft.name).replace(path)
    return features


def fingerprint(network: keras.Model, dataset: Dataset, preprocessing: Preprocessing) -> str:
    """sha256 over the backbone's weights, the preprocessing, and the data set's name."""
    digest = hashlib.sha256(msgspec.json.encode(preprocessing))
    for layer in network.layers:
        if not isinstance(layer, keras.layers.Dense):
            for weight in layer.get_weights():
                digest.update(np.ascontiguousarray(weight).tobytes())
    digest.update(dataset.name.encode())
    return digest.hexdigest()


def _extract(network: keras.Model, dataset: Dataset, preprocessing: Preprocessing, progress: Progress) -> np.ndarray:
    def read(row: int) -> np.ndarray:
        return preprocessing.prepare_image(dataset.read(row))

    runtime = open_for_training(network)
    pieces: list[np.ndarray] = []
    done = 0
    try:
        for batch in batches_ahead(read, len(dataset), runtime.max_batch_size):
            pieces.append(runtime.infer(batch).features)
            done += len(batch)
            progress(done, len(dataset))
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


def batches_ahead(read: Callable[[int], np.ndarray], count: int, size: int) -> Iterator[np.ndarray]:
    """Inputs of rows 0 to count - 1 in order, in batches, read in threads ahead of whoever takes them."""
    waiting: deque[list[Future[Any]]] = deque()
    with ThreadPoolExecutor(DECODE_THREADS) as pool:
        for start in range(0, count, size):
            waiting.append([pool.submit(read, row) for row in range(start, min(start + size, count))])
            if len(waiting) > BATCHES_AHEAD:
                yield np.stack([future.result() for future in waiting.popleft()])
        while waiting:
            yield np.stack([future.result() for future in waiting.popleft()])
