"""The figures that travel with a version are those of this room."""

from pathlib import Path

import numpy as np
import pytest

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.answers import Truth, calibrated
from model_engine.evaluation.draws import once
from model_engine.evaluation.figures import genre_figures, score_figures, verdict_figures
from model_engine.training.evaluating import evaluate
from models.scores import probability_at_least
from tests.model_engine.datasets.drawn import drawn_dataset

CALIBRATION = Calibration(
    genres=GenreCalibration(scale=(1.0,) * 24, bias=(0.0,) * 24, thresholds=(0.4,) * 24),
    score=ScoreCalibration(temperature=1.0, bias=(0.0,) * 20, call_good_at=0.3),
)
JUDGED = ("Comedy", "Drama", "Horror")


@pytest.fixture
def logits() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(2)
    return chance.normal(size=(12, 24)), chance.normal(size=(12, 20))


def labelled(folder: Path, **missing: None) -> Dataset:
    """Twelve films, half of them to train on."""
    names = ("Comedy", "Drama", "Horror|Drama", "Comedy|Western")
    rows = [
        {"genres": names[i % 4], "score": 5.0 + i / 3, "votes": 900 + 50 * i, "split": ("train", "test")[i % 2]}
        for i in range(12)
    ]
    return drawn_dataset(folder, [{**row, **missing} for row in rows])


def test_a_new_version_tells_the_same_figures_as_its_evaluation(
    tmp_path: Path, logits: tuple[np.ndarray, np.ndarray]
) -> None:
    dataset = labelled(tmp_path)
    rows = dataset.rows("test")
    judged = np.zeros(24, bool)
    judged[[4, 7, 12]] = True
    answers, truth = calibrated(logits[0][rows], logits[1][rows], CALIBRATION), Truth.of(dataset, rows, judged, 7.0)
    told = evaluate(dataset, "test", CALIBRATION, *logits, JUDGED)["model"]
    for part, figures in (("genres", genre_figures), ("score", verdict_figures), ("score", score_figures)):
        found = figures(answers, truth, once(len(rows)))
        assert {name: told[part][name] for name in found} == {name: float(value[0]) for name, value in found.items()}
    many = answers.at(dataset.votes[rows] >= 1_000), truth.at(dataset.votes[rows] >= 1_000)
    assert told["score_many_votes"]["rmse"] == float(score_figures(*many, once(5))["rmse"][0])


def test_the_constant_answer_knows_the_shares_and_nothing_else(
    tmp_path: Path, logits: tuple[np.ndarray, np.ndarray]
) -> None:
    constant = evaluate(labelled(tmp_path), "test", CALIBRATION, *logits, JUDGED)["constant"]
    assert constant["genres"]["macro_roc_auc"] == constant["score"]["roc_auc"] == 0.5
    assert constant["score"]["spearman"] == 0.0
    # Three of six films to train on are good, and so are three of six to test on: it errs in nothing on the whole.
    assert constant["score"]["ece"] == pytest.approx(abs(constant["score"]["good_share"] - 0.5), abs=1e-9)


def test_the_constant_answer_says_as_many_genres_as_are_best_for_its_f1(tmp_path: Path) -> None:
    splits = ("train", "validation", "test")
    rows = [{"genres": genres, "split": split} for genres in (*JUDGED, *["Drama"] * 3) for split in splits]
    dataset = drawn_dataset(tmp_path, rows)
    flat = np.zeros((len(dataset), 24)), np.zeros((len(dataset), 20))
    constant = evaluate(dataset, "test", CALIBRATION, *flat, JUDGED)["constant"]["genres"]
    # Genre by genre: Drama on four of six posters, the others on one; thrown together, Drama alone is best.
    assert constant["macro_f1"] == pytest.approx(np.mean([8 / 10, 2 / 7, 2 / 7]))
    assert constant["micro_f1"] == pytest.approx(8 / 12)


def test_of_what_a_data_set_does_not_know_there_are_no_figures(
    tmp_path: Path, logits: tuple[np.ndarray, np.ndarray]
) -> None:
    without_scores = evaluate(labelled(tmp_path / "a", score=None), "test", CALIBRATION, *logits, JUDGED)
    without_genres = evaluate(labelled(tmp_path / "b", genres=None), "test", CALIBRATION, *logits, JUDGED)
    for who in ("model", "constant"):
        assert without_scores[who]["score"] == {"n": 0.0}
        assert "macro_f1" in without_scores[who]["genres"]
        assert without_genres[who]["genres"] == {"genres": 0.0, "n": 0.0}
        assert "rmse" in without_genres[who]["score"]


@pytest.mark.parametrize("cut", [6.3, 7.0, 9.9])
def test_the_chance_of_a_good_film_is_the_one_that_a_judgement_tells(cut: float) -> None:
    distributions = np.random.default_rng(1).dirichlet(np.ones(20), 5)
    said = ScoreCalibration(temperature=1.0, bias=(0.0,) * 20, threshold=cut).chance_of_good(distributions)
    assert said == pytest.approx([probability_at_least(row.tolist(), cut) for row in distributions])
