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
from model_engine.datasets.reading import batches_ahead
from model_engine.float16 import as_float16
from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.versions import Version

log = structlog.get_logger(__name__)

KEPT: Final = ("genre_logits", "score_logits", "features")

PORTION: Final = 1_024
"""Posters whose outputs are kept together: what a run that is killed has to do again at most."""

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
    folder = cache / f"outputs-{_key(version, dataset)[:24]}"
    starts = range(0, len(dataset), PORTION)
    portions = {start: folder / f"{start:08}.npz" for start in starts}
    missing = [start for start in starts if not portions[start].is_file()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        runtime = open_runtime()
        try:
            for start in missing:
                rows = range(start, min(start + PORTION, len(dataset)))
                _write(_run(version, dataset, rows, runtime, progress), portions[start])
        finally:
            runtime.close()
    pieces = [_read(path) for path in portions.values()]
    return Outputs(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in KEPT})


def _read(path: Path) -> Outputs:
    with np.load(path, allow_pickle=False) as kept:
        return Outputs(**{name: kept[name] for name in KEPT})


def _write(outputs: Outputs, path: Path) -> None:
    """Whole or not at all: a run may be killed at any moment."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as draft:
        np.savez(draft, **{name: getattr(outputs, name) for name in KEPT})
    Path(draft.name).replace(path)


def _key(version: Version, dataset: Dataset) -> str:
    return hashlib.sha256(msgspec.json.encode(version.manifest) + dataset.name.encode()).hexdigest()


def _run(version: Version, dataset: Dataset, rows: range, runtime: Runtime, progress: Progress) -> Outputs:
    pieces: list[RawOutputs] = []
    done = rows.start
    prepare = version.preprocessing.prepare_image
    size = runtime.best_batch_size
    for batch in batches_ahead(lambda index: prepare(dataset.read(rows[index])), len(rows), size):
        pieces.append(runtime.infer(batch)._replace(feature_map=np.empty(0, np.float32)))
        done += len(batch)
        progress(done, len(dataset))
    return Outputs(
        genre_logits=np.concatenate([piece.genre_logits for piece in pieces]),
        score_logits=np.concatenate([piece.score_logits for piece in pieces]),
        features=as_float16(np.concatenate([piece.features for piece in pieces])),
    )
