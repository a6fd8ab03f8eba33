"""What a challenger learns from corrections, and what it does not forget."""

import numpy as np
import pytest

from model_engine.learning.challenger import fit_challenger, sigmoid
from model_engine.learning.examples import Examples
from model_engine.learning.losses import poster_losses
from model_engine.versions import Heads, Version
from models.genres import GENRES

WIDTH = 12


@pytest.fixture(scope="module")
def champion() -> Heads:
    chance = np.random.default_rng(1)
    return Heads(
        genre_kernel=chance.normal(0, 0.5, (WIDTH, 24)).astype(np.float32),
        genre_bias=np.full(24, -1.0, np.float32),
        score_kernel=chance.normal(0, 0.5, (WIDTH, 20)).astype(np.float32),
        score_bias=np.zeros(20, np.float32),
    )


@pytest.fixture(scope="module")
def rehearsal() -> np.ndarray:
    return np.random.default_rng(2).normal(0, 1, (300, WIDTH)).astype(np.float32)


def corrections(count: int, seed: int, *, weight: float = 1.0) -> Examples:
    """Posters whose first feature alone decides between Horror and Comedy, and the score."""
    features = np.random.default_rng(seed).normal(0, 1, (count, WIDTH)).astype(np.float32)
    genres = np.zeros((count, 24), np.float32)
    genres[features[:, 0] > 0, GENRES.index("Horror")] = 1
    genres[features[:, 0] <= 0, GENRES.index("Comedy")] = 1
    return Examples(
        features=features,
        genres=genres,
        genre_weights=np.full(count, weight, np.float32),
        scores=np.where(features[:, 0] > 0, 8.0, 4.0).astype(np.float32),
        score_weights=np.full(count, weight, np.float32),
    )


def test_corrections_teach_and_more_of_them_teach_more(
    champion: Heads, rehearsal: np.ndarray, starter: Version
) -> None:
    held, judged = corrections(500, seed=9), np.ones(24, bool)
    losses = [
        poster_losses(heads, starter.calibration, held, judged).mean()
        for heads in (champion, *(fit_challenger(champion, corrections(n, 3), rehearsal) for n in (200, 4_000)))
    ]
    assert losses[0] > losses[1] > losses[2]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_without_rehearsal_a_few_corrections_move_other_posters_little(champion: Heads, count: int) -> None:
    others = np.random.default_rng(2).normal(0, 1, (300, WIDTH)).astype(np.float32)
    challenger = fit_challenger(champion, corrections(count, seed=3), others[:0])
    before, after = (sigmoid(others @ heads.genre_kernel + heads.genre_bias) for heads in (champion, challenger))
    assert 0.0 < np.abs(after - before).max() < 0.02


def test_a_champion_that_remembers_nothing_is_moved_no_further_than_one_that_does(
    champion: Heads, rehearsal: np.ndarray
) -> None:
    before = sigmoid(rehearsal @ champion.genre_kernel + champion.genre_bias)
    challengers = [fit_challenger(champion, corrections(1_000, seed=3), known) for known in (rehearsal[:0], rehearsal)]
    alone, held = (
        np.abs(sigmoid(rehearsal @ heads.genre_kernel + heads.genre_bias) - before).mean() for heads in challengers
    )
    assert alone <= held


def test_what_was_known_is_not_forgotten(champion: Heads, rehearsal: np.ndarray) -> None:
    challenger = fit_challenger(champion, corrections(2_000, seed=3), rehearsal)
    before, after = (sigmoid(rehearsal @ heads.genre_kernel + heads.genre_bias) for heads in (champion, challenger))
    assert np.abs(after - before).mean() < 0.05
    assert np.abs(after - before).max() > 0.01


def test_without_corrections_or_without_weight_the_challenger_is_the_champion(
    champion: Heads, rehearsal: np.ndarray
) -> None:
    for examples in (corrections(0, seed=3), corrections(200, seed=3, weight=0.0)):
        challenger = fit_challenger(champion, examples, rehearsal)
        assert challenger.genre_kernel == pytest.approx(champion.genre_kernel, abs=1e-3)
        assert challenger.score_bias == pytest.approx(champion.score_bias, abs=1e-3)


def test_genres_that_nobody_named_cost_nothing(champion: Heads, rehearsal: np.ndarray, starter: Version) -> None:
    known = corrections(100, seed=4)
    unknown = Examples(
        features=known.features,
        genres=np.zeros_like(known.genres),
        genre_weights=np.zeros(100, np.float32),
        scores=known.scores,
        score_weights=known.score_weights,
    )
    challenger = fit_challenger(champion, unknown, rehearsal)
    assert challenger.genre_kernel == pytest.approx(champion.genre_kernel, abs=1e-3)
    both = poster_losses(champion, starter.calibration, known, np.ones(24, bool))
    score_alone = poster_losses(champion, starter.calibration, unknown, np.ones(24, bool))
    assert (both > score_alone).all()


def test_progress_is_told(champion: Heads, rehearsal: np.ndarray) -> None:
    told: list[tuple[int, int]] = []
    fit_challenger(champion, corrections(200, seed=3), rehearsal, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert told
