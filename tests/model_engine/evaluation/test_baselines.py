from pathlib import Path

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.baselines import DECADE_PRIOR, NEIGHBOURS, baselines
from models.genres import GENRE_INDEX
from tests.model_engine.datasets.drawn import drawn_dataset

COMEDY, HORROR = GENRE_INDEX["Comedy"], GENRE_INDEX["Horror"]


def films(folder: Path, **missing: None) -> Dataset:
    """Sixty comedies of the eighties, good ones, and sixty horror films of 2015; a third of each to train on."""
    rows = [
        {
            "genres": "Comedy" if i % 2 else "Horror",
            "year": 1985 if i % 2 else 2015,
            "score": 8.0 if i % 2 else 4.0,
            "split": ("train", "validation", "test")[i // 2 % 3],
            "image": None,
            **missing,
        }
        for i in range(120)
    ]
    return drawn_dataset(folder, rows)


@pytest.fixture
def features() -> np.ndarray:
    """Comedies look one way, horror films another."""
    kind = np.arange(120) % 2
    return np.stack([kind, 1 - kind, np.full(120, 0.1)], axis=1).astype(np.float16)


def test_each_baseline_says_what_little_it_knows(tmp_path: Path, features: np.ndarray) -> None:
    dataset = films(tmp_path)
    rows = dataset.rows("test")
    comedy = dataset.genres[rows, COMEDY] > 0
    said = baselines(dataset, rows, features, 7.0)
    assert set(said) == {"constant", "decade", "neighbours", "true genres"}
    constant, decade, neighbours, true_genres = said.values()

    assert (constant.genres[:, COMEDY], constant.p_good, constant.expected) == (
        pytest.approx(0.5),
        pytest.approx(0.5),
        pytest.approx(6.0),
    )
    # Twenty films of the decade to train on, and the prior that stands for twenty more.
    expected = (20 + DECADE_PRIOR * 0.5) / (20 + DECADE_PRIOR)
    assert decade.genres[:, COMEDY] == pytest.approx(np.where(comedy, expected, 1 - expected))
    assert decade.p_good == pytest.approx(np.where(comedy, expected, 1 - expected))
    # There are forty to train on, of which twenty are alike: all forty are among the nearest fifty.
    assert NEIGHBOURS == 50
    assert neighbours.genres[:, COMEDY] == pytest.approx(0.5)
    assert true_genres.genres is None
    assert (true_genres.expected[comedy].min() - true_genres.expected[~comedy].max()) > 3
    assert (true_genres.called == decade.called).all()
    assert (true_genres.called == comedy).all()


def test_neighbours_are_the_posters_with_the_nearest_features(
    tmp_path: Path, features: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_engine.evaluation.baselines.NEIGHBOURS", 5)
    dataset = films(tmp_path)
    rows = dataset.rows("test")
    said = baselines(dataset, rows, features, 7.0)["neighbours"]
    assert (said.genres[:, [COMEDY, HORROR]] == dataset.genres[rows][:, [COMEDY, HORROR]]).all()
    assert (said.expected == dataset.scores[rows]).all()


def test_without_scores_nobody_speaks_of_scores(tmp_path: Path, features: np.ndarray) -> None:
    dataset = films(tmp_path, score=None)
    said = baselines(dataset, dataset.rows("test"), features, 7.0)
    assert set(said) == {"constant", "decade", "neighbours"}
    assert all(answers.p_good is answers.expected is answers.called is None for answers in said.values())


def test_a_film_without_a_year_is_like_all_films(tmp_path: Path, features: np.ndarray) -> None:
    dataset = films(tmp_path, year=None)
    decade = baselines(dataset, dataset.rows("test"), features, 7.0)["decade"]
    assert decade.genres[:, COMEDY] == pytest.approx(0.5)
