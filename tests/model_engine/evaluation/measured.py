"""A version's outputs of made-up films, as good as one wants them."""

from pathlib import Path

import msgspec
import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.outputs import Outputs
from model_engine.versions import Version
from models.scores import BIN_CENTRES
from tests.model_engine.datasets.drawn import drawn_dataset


def made_up_films(folder: Path, count: int = 90, **missing: None) -> Dataset:
    """Films of three genres without posters, a third in each split; comedies are liked."""
    chance = np.random.default_rng(5)
    rows = []
    for i in range(count):
        genres = ("Comedy", "Drama", "Horror|Drama")[chance.integers(3)]
        score = round(chance.normal(7.5 if genres == "Comedy" else 6.0, 0.8), 1)
        split = ("train", "validation", "test")[i % 3]
        year = int(chance.integers(1960, 2020))
        rows.append({"genres": genres, "score": score, "year": year, "split": split, "image": None, **missing})
    return drawn_dataset(folder, rows)


def outputs_that_know(dataset: Dataset, truth: float = 3.0, noise: float = 1.0) -> Outputs:
    """Logits that hold so much of the truth and so much noise."""
    chance = np.random.default_rng(6)
    count = len(dataset)
    scores = np.nan_to_num(dataset.scores, nan=6.0)
    said = scores + noise * chance.normal(0, 0.5, count)
    return Outputs(
        genre_logits=(truth * (dataset.genres - 0.5) + noise * chance.normal(size=(count, 24)) - 1).astype(np.float32),
        score_logits=(-((np.asarray(BIN_CENTRES) - said[:, np.newaxis]) ** 2)).astype(np.float32),
        features=(dataset.genres + noise * chance.normal(0, 0.3, (count, 24))).astype(np.float16),
    )


def judging(version: Version, *genres: str, task: str = "both", name: str | None = None) -> Version:
    """The version as if it judged these genres, and were trained for this task."""
    labels = msgspec.structs.replace(version.labels, judged=genres, task=task)
    manifest = msgspec.structs.replace(version.manifest, name=name or version.name)
    return Version(
        folder=version.folder,
        manifest=manifest,
        labels=labels,
        calibration=version.calibration,
        preprocessing=version.preprocessing,
    )
