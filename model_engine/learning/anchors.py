"""The anchor set: posters that the operator labelled, which no member can touch, and no challenger may lose on."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.learning.examples import Examples
from model_engine.learning.faults import RunFailed
from model_engine.learning.telling import Telling
from model_engine.runtimes import open_runtime
from model_engine.settings import EngineSettings
from model_engine.versions import Version
from posters.perceptual_hash import perceptual_hash

MOST: Final = 5_000
"""Posters of the set that are looked at, the first ones."""

UNREADABLE: Final = "The anchor set cannot be used: {reason} Mend it, or unset POSTER_JUDGE_ANCHORS."


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """A posters with their labels."""

    examples: Examples
    """With the champion's features."""
    hashes: tuple[int, ...]
    """Perceptual hashes of those that have one."""
    dataset: Dataset
    """Their pictures."""


def load_anchors(folder: Path, version: Version, settings: EngineSettings, cache: Path, telling: Telling) -> Anchors:
    """The set with features of a version's network, read from `cache` where they were made before.

    Raises:
        RunFailed: the folder is no data set, or a picture of it cannot be read.
        Stopped: it is not wanted any more.
        DeviceError: memory ran out.
    """
    try:
        dataset = Dataset.open(folder)
        pictured = np.flatnonzero(dataset.table["image"].notna())[:MOST]
        dataset = dataset.select(pictured)
        if not len(dataset):
            raise DatasetError(f"{folder} has no pictures.")
        features, hashes = _seen(dataset, version, settings, cache, telling)
    except DatasetError as error:
        raise RunFailed("anchors_unreadable", UNREADABLE.format(reason=str(error))) from error
    known = dataset.genres.any(axis=1), ~np.isnan(dataset.scores)
    examples = Examples(
        features=features,
        genres=dataset.genres,
        genre_weights=known[0].astype(np.float32),
        scores=dataset.scores.astype(np.float32),
        score_weights=known[1].astype(np.float32),
    )
    return Anchors(examples=examples, hashes=tuple(int(value) for value in hashes), dataset=dataset)


def _seen(
    dataset: Dataset, version: Version, settings: EngineSettings, cache: Path, telling: Telling
) -> tuple[np.ndarray, np.ndarray]:
    """Features (A, width), and hashes of those that have one."""
    key = hashlib.sha256(f"{dataset.name} {version.manifest.backbone} {settings.runtime}".encode()).hexdigest()
    path = cache / f"anchors-{key[:24]}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["features"], arrays["hashes"]
    features, hashes = _look(dataset, version, settings, telling)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, suffix=".npz", delete=False) as draft:
        np.savez(draft, features=features, hashes=hashes)
    Path(draft.name).replace(path)
    return features, hashes


def _look(
    dataset: Dataset, version: Version, settings: EngineSettings, telling: Telling
) -> tuple[np.ndarray, np.ndarray]:
    runtime = open_runtime(
        settings.runtime, version, max_batch_size=settings.max_batch_size, threads=settings.engine_threads
    )
    pieces, hashes = [], []
    try:
        for start in range(0, len(dataset), runtime.best_batch_size):
            telling.tell("anchors", start, len(dataset))
            rows = range(start, min(start + runtime.best_batch_size, len(dataset)))
            pictures = [dataset.read(row) for row in rows]
            hashes += [perceptual_hash(picture) for picture in pictures]
            batch = np.stack([version.preprocessing.prepare_image(picture) for picture in pictures])
            pieces.append(runtime.infer(batch).features)
    finally:
        runtime.close()
    return np.concatenate(pieces), np.array([value for value in hashes if value is not None], np.int64)
