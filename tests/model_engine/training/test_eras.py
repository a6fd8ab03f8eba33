"""What a version's card tells of films of different times."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from model_engine.training.eras import ByEra, by_era
from models.genres import GENRES
from tests.model_engine.datasets.drawn import drawn_dataset, drawn_poster

CALIBRATION = Calibration(
    genres=GenreCalibration(scale=(1.0,) * 24, bias=(0.0,) * 24, thresholds=(0.4,) * 24),
    score=ScoreCalibration(temperature=1.0, bias=(0.0,) * 20),
)
JUDGED = ("Comedy", "Drama", "War")


def films(folder: Path, *kinds: tuple[int | None, str, float | None], each: int = 30) -> Dataset:
    """So many films of each year, genres and score, to train on and to test on; all have one picture."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn_poster(1).save(folder / "one.png")
    rows: list[dict[str, Any]] = [
        {"year": year, "genres": genres, "score": score, "split": split, "image": "one.png"}
        for year, genres, score in kinds
        for split in ("train", "test")
        for _ in range(each)
    ]
    return drawn_dataset(folder, rows)


def told(dataset: Dataset, right: np.ndarray | None = None, task: str = "both") -> ByEra:
    """Of answers that are sure of the genres where they are `right`, and sure of Western everywhere else."""
    western = np.eye(24)[[GENRES.index("Western")] * len(dataset)]
    said = dataset.genres if right is None else np.where(right[:, np.newaxis], dataset.genres, western)
    return by_era(dataset, "test", CALIBRATION, 8.0 * said - 4.0, np.zeros((len(dataset), 20)), JUDGED, task)


def test_films_of_a_time_that_is_judged_badly_are_told_apart_from_the_others(tmp_path: Path) -> None:
    dataset = films(tmp_path, *[(year, genres, 5.0) for year in (1950, 2010) for genres in ("Comedy", "Drama")])
    old, new = told(dataset, dataset.years > 2000).eras
    assert (old.years, old.posters, new.years, new.posters) == ((0, 1970), 60, (2010, 3000), 60)
    assert old.figures["hit_at_1"].value == 0.0
    assert old.figures["hit_at_1"].baselines == {"constant": pytest.approx(0.5)}
    assert old.figures["hit_at_1"].leads["constant"][1] < 0 < new.figures["hit_at_1"].leads["constant"][0]
    assert old.figures["good"].value == 0.0
    assert old.figures["excess"].value == pytest.approx(0.3)


def test_eras_are_compared_over_genres_that_all_of_them_have_and_that_are_judged(tmp_path: Path) -> None:
    old = [(1960, genres, 6.0) for genres in ("Drama|Western", "Comedy|Western", "Comedy")]
    new = [(2010, genres, 6.0) for genres in ("Drama|War|Western", "Comedy|War|Western", "Comedy")]
    found = told(films(tmp_path, *old, *new))
    assert found.genres == ("Comedy", "Drama")
    assert [era.figures["macro_roc_auc"].value for era in found.eras] == [1.0, 1.0]


def test_an_era_of_few_posters_and_posters_without_a_year_are_counted_and_spoil_no_other_era(tmp_path: Path) -> None:
    many = [(2010, genres, 6.0) for genres in ("Drama", "Comedy", "War")]
    found = told(films(tmp_path, (1950, "Drama", 6.0), (None, "Drama", 6.0), *many))
    assert [era.years for era in found.eras] == [(2010, 3000)]
    assert found.genres == ("Comedy", "Drama", "War")
    assert found.left_out == 60


def test_without_a_single_year_there_are_no_eras(tmp_path: Path) -> None:
    found = told(films(tmp_path, (None, "Drama", 6.0)))
    assert (found.genres, found.eras, found.left_out) == ((), (), 30)


@pytest.mark.parametrize(
    ("task", "score", "figures"),
    [
        ("both", 6.0, {"macro_roc_auc", "hit_at_1", "roc_auc", "p_good", "good", "excess"}),
        ("both", None, {"macro_roc_auc", "hit_at_1"}),
        ("genres", 6.0, {"macro_roc_auc", "hit_at_1"}),
        ("verdict", 6.0, {"roc_auc", "p_good", "good", "excess"}),
    ],
)
def test_of_what_a_version_did_not_learn_and_nobody_knows_there_are_no_figures(
    task: str, score: float | None, figures: set[str], tmp_path: Path
) -> None:
    dataset = films(tmp_path, (2010, "Drama", score), (2010, "Comedy", score))
    [era] = told(dataset, task=task).eras
    assert set(era.figures) == figures
