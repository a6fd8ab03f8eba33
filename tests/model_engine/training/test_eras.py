"""What a version's card tells of films of different times."""

from pathlib import Path

import numpy as np
import pytest

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from model_engine.training.eras import ByEra, by_era
from models.genres import GENRES
from tests.model_engine.datasets.drawn import drawn_dataset

CALIBRATION = Calibration(
    genres=GenreCalibration(scale=(1.0,) * 24, bias=(0.0,) * 24, thresholds=(0.4,) * 24),
    score=ScoreCalibration(temperature=1.0, bias=(0.0,) * 20),
)


def told(dataset: Dataset, right: np.ndarray) -> ByEra:
    """Of answers that are sure of the genres where they are `right`, and sure of Western everywhere else."""
    western = np.eye(24)[[GENRES.index("Western")] * len(dataset)]
    said = np.where(right[:, np.newaxis], dataset.genres, western)
    return by_era(dataset, "test", CALIBRATION, 8.0 * said - 4.0, np.zeros((len(dataset), 20)))


def test_films_of_a_time_that_is_judged_badly_are_told_apart_from_the_others(tmp_path: Path) -> None:
    rows = [
        {"year": year, "genres": genres, "score": 5.0, "split": split}
        for genres in (*["Drama"] * 12, *["Comedy"] * 10)
        for year in (1950, 2010)
        for split in ("train", "test")
    ]
    dataset = drawn_dataset(tmp_path, rows)
    old, new = told(dataset, dataset.years > 2000).eras
    assert (old.years, old.posters, new.years, new.posters) == ((0, 1970), 22, (2005, 3000), 22)
    assert (old.hit_at_1.value, old.hit_at_1.high, new.hit_at_1.value) == (0.0, 0.0, 1.0)
    assert old.constant_hit_at_1 == pytest.approx(12 / 22)
    assert old.good == 0.0


def test_eras_are_compared_over_genres_that_all_of_them_have(tmp_path: Path) -> None:
    rows = [
        {"year": year, "genres": genres, "score": 5.0 + i % 4, "split": split}
        for i in range(12)
        for split in ("train", "test")
        for year, genres in ((1960, "Drama"), (1960, "Comedy"), (2010, "Drama|War"), (2010, "Comedy"), (None, "War"))
    ]
    dataset = drawn_dataset(tmp_path, rows)
    found = told(dataset, np.ones(len(dataset), bool))
    assert found.genres == ("Comedy", "Drama")
    assert [era.macro_roc_auc.value for era in found.eras] == [1.0, 1.0]
    assert found.unknown == 12


def test_without_a_single_year_there_are_no_eras(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path, [{"genres": "Drama", "score": 5.0, "split": s} for s in ("train", "test")])
    found = told(dataset, np.ones(2, bool))
    assert (found.genres, found.eras, found.unknown) == ((), (), 1)
