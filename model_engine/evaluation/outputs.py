"""What a version says of every poster of a data set, run once and kept."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import structlog

from model_engine.datasets.dataset import Dataset
from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.training.features import batches_ahead
from model_engine.versions import Version

log = structlog.get_logger(__name__)

KEPT: Final = ("genre_logits", "score_logits", "features")

Progress = Callable[[int, int], None]
"""Called with posters done and posters in all."""


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Row i of every array is the data set's poster i; all float32, features as float16."""

    genre_logits: np.ndarray
    """(N, 24)."""
    score_logits: np.ndarray
    """(N, 20)."""
    features: np.ndarray
    """(N, width)."""


def outputs_of(
    version: Version, dataset: Dataset, open_runtime: Callable[[], Runtime], cache: Path, progress: Progress
) -> Outputs:
    """What the version says of these posters; from `cache` where it said it before.

    Args:
        version: to run.
        dataset: with every picture in its place.
        open_runtime: opens the version; not called where the outputs are kept already.
        cache: folder of kept outputs.
        progress: told how many posters were seen.

    Raises:
        DatasetError: a picture cannot be read.
        DeviceError: out of memory, or the device was lost.
    """
    path = cache / f"outputs-{_key(version, dataset)[:24]}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            return Outputs(**{name: kept[name] for name in KEPT})
    outputs = _run(version, dataset, open_runtime(), progress)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".npz", delete=False) as draft:
        np.savez(draft, **{name: getattr(outputs, name) for name in KEPT})
    Path(draft.name).replace(path)
    return outputs


def _key(version: Version, dataset: Dataset) -> str:
    return hashlib.sha256(msgspec.json.encode(version.manifest) + dataset.name.encode()).hexdigest()


def _run(version: Version, dataset: Dataset, runtime: Runtime, progress: Progress) -> Outputs:
    pieces: list[RawOutputs] = []
    done = 0
    try:
        prepare = version.preprocessing.prepare_image
        for batch in batches_ahead(lambda row: prepare(dataset.read(row)), len(dataset), runtime.best_batch_size):
            pieces.append(runtime.infer(batch)._replace(feature_map=np.empty(0, np.float32)))
            done += len(batch)
            progress(done, len(dataset))
    finally:
        runtime.close()
    return Outputs(
        genre_logits=np.concatenate([piece.genre_logits for piece in pieces]),
        score_logits=np.concatenate([piece.score_logits for piece in pieces]),
        features=np.concatenate([piece.features for piece in pieces]).astype(np.float16),
    )
