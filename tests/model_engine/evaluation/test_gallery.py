from pathlib import Path

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.answers import Answers, Truth
from model_engine.evaluation.evaluating import evaluate, plots_of, strips_of
from model_engine.evaluation.gallery import strips
from model_engine.evaluation.report import write_report
from model_engine.versions import Version
from tests.model_engine.datasets.drawn import drawn_dataset
from tests.model_engine.evaluation.measured import judging, outputs_that_know


@pytest.fixture
def films(tmp_path: Path) -> Dataset:
    """Five films, of which one has no picture; the last ones know no genres and no score."""
    rows = [
        {"title": "A <b>", "genres": "Action", "score": 8.0},
        {"title": "B", "genres": "Action|Drama", "score": 4.0, "image": None},
        {"title": None, "genres": "Drama", "score": 6.0},
        {"title": "D", "genres": None, "score": 9.0},
        {"title": "E", "genres": "Action", "score": None},
    ]
    return drawn_dataset(tmp_path, [{"split": "test", **row} for row in rows])


def said_of(films: Dataset) -> tuple[np.ndarray, Answers, Truth]:
    rows = np.arange(5)
    genres = np.zeros((5, 24))
    genres[:, 0] = (0.6, 0.99, 0.8, 0.7, 0.9)
    answers = Answers(genres=genres, p_good=np.array([0.2, 0.9, 0.4, 0.6, 0.99]))
    return rows, answers, Truth.of(films, rows, np.ones(24, bool), 7.0)


def test_the_surest_come_first_and_what_is_not_known_or_has_no_picture_is_left_out(films: Dataset) -> None:
    found = strips(films, *said_of(films))
    right, wrong = found["genres"]
    assert [(one.title, one.words) for one in right.posters] == [
        ("E", "Action 90%; is Action"),
        ("A <b>", "Action 60%; is Action"),
    ]
    assert [(one.title, one.words) for one in wrong.posters] == [("p2", "Action 80%; is Drama")]
    most, least = found["verdict"]
    assert [one.title for one in most.posters] == ["D", "p2", "A <b>"]
    assert [one.words for one in least.posters] == ["20%; IMDb 8.0", "40%; IMDb 6.0", "60%; IMDb 9.0"]
    assert all(one.picture.startswith("data:image/jpeg;base64,") for one in right.posters)


def test_a_report_shows_posters_of_what_was_learnt(starter: Version, films: Dataset, tmp_path: Path) -> None:
    version = judging(starter, "Action", "Drama", task="genres")
    seen = (version, films, outputs_that_know(films, noise=0.1), "test")
    found = evaluate(version, films, seen[2], "test", draws=5)
    page = write_report(found, plots_of(*seen), strips_of(*seen), tmp_path / "out").read_text()
    assert "Surest of a genre, and right" in page
    assert "A &lt;b&gt;" in page
    assert "A <b>" not in page
    assert "Most likely to be liked" not in page
