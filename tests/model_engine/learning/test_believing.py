"""Whether what members say can be believed, all in all."""

import numpy as np
import pytest

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.learning.believing import MOST_SURPRISE, check_believable, expected_losses
from model_engine.learning.examples import Examples
from model_engine.learning.losses import answers, poster_losses
from model_engine.versions import Heads
from models.genres import GENRES
from models.scores import BIN_CENTRES

WIDTH = 12
ALL = np.ones(24, bool)
NO_CHANGE = Calibration(
    genres=GenreCalibration(scale=(1.0,) * 24, bias=(0.0,) * 24, thresholds=(0.5,) * 24),
    score=ScoreCalibration(temperature=1.0, bias=(0.0,) * 20),
)


@pytest.fixture(scope="module")
def champion() -> Heads:
    chance = np.random.default_rng(1)
    return Heads(
        genre_kernel=chance.normal(0, 0.4, (WIDTH, 24)).astype(np.float32),
        genre_bias=np.full(24, -1.0, np.float32),
        score_kernel=chance.normal(0, 0.4, (WIDTH, 20)).astype(np.float32),
        score_bias=np.zeros(20, np.float32),
    )


def said_truly(champion: Heads, count: int = 600) -> Examples:
    """Posters whose genres and scores are as likely as the champion says."""
    chance = np.random.default_rng(2)
    features = chance.normal(0, 1, (count, WIDTH)).astype(np.float32)
    genres, bins = answers(champion, NO_CHANGE, features)
    scores = np.array([chance.choice(BIN_CENTRES, p=p) for p in bins])
    return Examples(
        features=features,
        genres=(chance.random(genres.shape) < genres).astype(np.float32),
        genre_weights=np.ones(count, np.float32),
        scores=scores.astype(np.float32),
        score_weights=np.ones(count, np.float32),
    )


def changed(examples: Examples, **arrays: np.ndarray) -> Examples:
    return Examples(**{name: arrays.get(name, getattr(examples, name)) for name in examples.__dataclass_fields__})


def test_a_calibrated_champion_loses_on_true_labels_what_it_expects_to(champion: Heads) -> None:
    examples = said_truly(champion, 4_000)
    expected = expected_losses(champion, NO_CHANGE, examples, ALL)
    assert expected.shape == (4_000,)
    assert poster_losses(champion, NO_CHANGE, examples, ALL).mean() == pytest.approx(expected.mean(), rel=0.02)


def test_nothing_is_expected_to_be_lost_where_nothing_is_known(champion: Heads) -> None:
    none = np.zeros(600, np.float32)
    unknown = changed(said_truly(champion), genre_weights=none, score_weights=none)
    assert not expected_losses(champion, NO_CHANGE, unknown, ALL).any()


def test_true_labels_are_believed(champion: Heads) -> None:
    check = check_believable(champion, NO_CHANGE, said_truly(champion), ALL)
    assert check.passed
    assert str(MOST_SURPRISE) in check.words


def test_two_genres_exchanged_by_everybody_are_not_believed_and_both_are_named(champion: Heads) -> None:
    true = said_truly(champion)
    comedy, horror = GENRES.index("Comedy"), GENRES.index("Horror")
    told = true.genres.copy()
    told[:, [comedy, horror]] = true.genres[:, [horror, comedy]]
    check = check_believable(champion, NO_CHANGE, changed(true, genres=told), ALL)
    assert not check.passed
    assert "They contradict it on Comedy, Horror." in check.words


def test_careless_members_are_believed(champion: Heads) -> None:
    true, chance = said_truly(champion), np.random.default_rng(5)
    mistaken = np.flatnonzero(chance.random(len(true)) < 0.4)
    told, scores = true.genres.copy(), true.scores.copy()
    told[mistaken], scores[mistaken] = told[chance.permutation(mistaken)], scores[chance.permutation(mistaken)]
    check = check_believable(champion, NO_CHANGE, changed(true, genres=told, scores=scores), ALL)
    assert "contradict" not in check.words


def test_liked_called_disliked_by_everybody_is_not_believed(champion: Heads) -> None:
    true = said_truly(champion)
    check = check_believable(champion, NO_CHANGE, changed(true, scores=np.clip(13.0 - true.scores, 1, 10)), ALL)
    assert not check.passed
    assert "the verdict" in check.words


def test_the_same_said_of_every_poster_is_not_believed(champion: Heads) -> None:
    true = said_truly(champion)
    everything = np.ones_like(true.genres)
    check = check_believable(champion, NO_CHANGE, changed(true, genres=everything), ALL)
    assert not check.passed
    assert "contradict" not in check.words


def test_a_genre_that_few_have_is_not_held_against_members(champion: Heads) -> None:
    true = said_truly(champion)
    told = true.genres.copy()
    told[:, 0] = 0
    probabilities = answers(champion, NO_CHANGE, true.features)[0][:, 0]
    told[np.argsort(probabilities)[:5], 0] = 1
    assert check_believable(champion, NO_CHANGE, changed(true, genres=told), ALL).passed


def test_without_held_out_posters_nothing_is_believed(champion: Heads) -> None:
    assert not check_believable(champion, NO_CHANGE, said_truly(champion).select(np.arange(0)), ALL).passed
