from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import classification_report, confusion_matrix

from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.evaluating import evaluate, said_of
from model_engine.evaluation.findings import findings
from model_engine.versions import Version
from tests.model_engine.evaluation.measured import judging, made_up_films, outputs_that_know


@pytest.fixture
def version(starter: Version) -> Version:
    return judging(starter, "Comedy", "Drama", "Horror")


def test_every_figure_stands_with_its_interval_beside_the_baselines(version: Version, tmp_path: Path) -> None:
    dataset = made_up_films(tmp_path)
    found = evaluate(version, dataset, outputs_that_know(dataset), "test", draws=120)
    assert (found.posters, found.draws, found.split) == (30, 120, "test")
    names = {part: set(figures) for part, figures in found.parts.items()}
    assert names["genres"] >= {"macro_f1", "micro_f1", "weighted_f1", "samples_f1", "macro_roc_auc", "micro_roc_auc"}
    assert names["genres"] >= {"mean_average_precision", "subset_accuracy", "hamming_loss", "hit_at_1", "hit_at_3"}
    assert names["verdict"] >= {"accuracy", "balanced_accuracy", "roc_auc", "average_precision", "brier"}
    assert names["verdict"] >= {"ece", "ece_beyond_chance"}
    assert names["score"] == {"spearman", "mae", "rmse"}
    for part, figures in found.parts.items():
        for name, one in figures.items():
            assert one.low <= one.value <= one.high, name
            wanted = {"constant", "decade", "neighbours"} | ({"true genres"} if part != "genres" else set())
            assert set(one.baselines) == set(one.leads) == wanted, name
    assert found.parts["genres"]["macro_roc_auc"].ahead_of("constant")
    assert found.parts["score"]["rmse"].ahead_of("constant", less_is_better=True)
    assert [genre.genre for genre in found.genres if genre.judged] == ["Drama", "Horror", "Comedy"]
    assert found.genres[0].support == int(dataset.genres[dataset.rows("test"), 7].sum())
    assert set(found.accuracy["train"]) == set(found.accuracy["validation"]) == {"genres", "verdict"}


def test_the_counts_of_the_verdict_are_those_of_scikit_learn(version: Version, tmp_path: Path) -> None:
    dataset = made_up_films(tmp_path)
    outputs, rows = outputs_that_know(dataset, noise=4), dataset.rows("test")
    counts = evaluate(version, dataset, outputs, "test", draws=10).verdict
    good, called = dataset.scores[rows] >= 7, said_of(version.calibration, outputs, rows).called
    table = confusion_matrix(good, called)
    assert counts is not None
    ours = [[counts.bad_called_bad, counts.bad_called_good], [counts.good_called_bad, counts.good_called_good]]
    assert ours == table.tolist()
    report = classification_report(good, called, output_dict=True)
    for name, label in (("good", "True"), ("not good", "False")):
        assert counts.report[name] == pytest.approx(tuple(report[label].values()))


def test_of_what_no_poster_has_there_are_no_figures_and_it_is_said(version: Version, tmp_path: Path) -> None:
    unscored = made_up_films(tmp_path / "a", score=None)
    found = evaluate(version, unscored, outputs_that_know(unscored), "test", draws=10)
    assert (found.parts["verdict"], found.parts["score"], found.verdict) == ({}, {}, None)
    assert found.parts["genres"]["macro_f1"].value is not None
    assert "Of no poster the score is known: there are no figures of verdict and score." in dict(findings(found))

    nameless = made_up_films(tmp_path / "b", genres=None)
    found = evaluate(version, nameless, outputs_that_know(nameless), "test", draws=10)
    assert (found.parts["genres"], found.genres) == ({}, ())
    assert "Of no poster the genres are known: there are no figures of genres." in dict(findings(found))


def test_without_posters_to_train_on_figures_stand_alone(version: Version, tmp_path: Path) -> None:
    whole = made_up_films(tmp_path)
    dataset = whole.select(whole.rows("test"))
    found = evaluate(version, dataset, outputs_that_know(dataset), "test", draws=10)
    assert found.parts["genres"]["macro_f1"].baselines == {}
    assert found.accuracy == {"train": {}, "validation": {}}
    assert "The data set has no posters to train on: there is no baseline beside the figures." in dict(findings(found))


def test_a_split_without_labels_is_one_sentence(version: Version, tmp_path: Path) -> None:
    dataset = made_up_films(tmp_path / "a", split=None)
    with pytest.raises(DatasetError, match=r"^The split test has no poster whose genres or score are known\.$"):
        evaluate(version, dataset, outputs_that_know(dataset), "test")
    dataset = made_up_films(tmp_path / "b", genres=None, score=None)
    with pytest.raises(DatasetError, match="has no poster whose genres or score are known"):
        evaluate(version, dataset, outputs_that_know(dataset), "test")


def test_who_is_ahead_is_told_by_the_same_draws_for_both(version: Version, tmp_path: Path) -> None:
    """The lead over a baseline that is right on nearly the same posters is surer than two intervals would say."""
    dataset = made_up_films(tmp_path, 600)
    found = evaluate(version, dataset, outputs_that_know(dataset, noise=3.5), "test", draws=250)
    spearman = found.parts["score"]["spearman"]
    low, high = spearman.leads["true genres"]
    assert low < spearman.value - spearman.baselines["true genres"] < high
    assert high - low < 2 * (spearman.high - spearman.low)


def test_a_version_that_knows_nothing_is_told_so(version: Version, tmp_path: Path) -> None:
    dataset = made_up_films(tmp_path)
    found = evaluate(version, dataset, outputs_that_know(dataset, truth=0.0, noise=20.0), "test", draws=120)
    told = " ".join(sentence for sentence, _ in findings(found))
    assert "In telling genres apart it is not clearly ahead of: constant" in told
    assert "Hardly better than guessing at: " in told
    assert "more than chance explains" in told


def test_of_what_it_was_not_trained_for_nothing_is_blamed(version: Version, tmp_path: Path) -> None:
    dataset = made_up_films(tmp_path)
    one = judging(version, "Comedy", "Drama", task="genres")
    found = evaluate(one, dataset, outputs_that_know(dataset, noise=20.0), "test", draws=120)
    told = [sentence for sentence, _ in findings(found)]
    assert "It was not trained on scores: of these it says how common each is." in told
    assert not any("ranking films" in sentence or "verdict is off" in sentence for sentence in told)
    assert np.isfinite(found.parts["score"]["rmse"].value or np.nan)
