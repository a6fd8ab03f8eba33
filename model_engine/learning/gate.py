"""The gate between a challenger and the champion's place: every reason for refusal by its name, none by a mean alone.

A challenger must be better on posters that did not teach it, by a test whose significance is spent over attempts, and
must not have got worse anywhere that matters. What cannot be shown is not promoted by itself; an operator may do so.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from models.run_reports import Check

LEAST_POSTERS: Final = 300
"""Held-out posters below which nothing is shown."""

BUDGET: Final = 0.05
"""Chance, at most, that a challenger which is no better passes within a quarter of a year."""

DRAWS: Final = 20_000
"""Bootstrap samples: enough for the tails that later attempts need."""

MOST_DRIFT: Final = 0.02
"""Mean change of a genre's probability on the rehearsal features, at most."""

MOST_ANCHOR_LOSS: Final = 0.005
"""Share by which the anchor set's log loss may rise, at the upper end of its interval."""

LEAST_OF_GENRE: Final = 30
"""Held-out posters of a genre from which its own loss is looked at."""

MOST_GENRE_LOSS: Final = 0.05
"""Share by which a genre's log loss may rise, at the lower end of its interval."""

MOST_GOLDEN_CHANGE: Final = 0.2
"""Change of any probability on a golden poster, at most."""


def significance(attempt: int) -> float:
    """The level of the attempt-th test of a quarter, from 1: 6 BUDGET / (pi attempt)^2, so that all sum to the budget.

    By Bonferroni over attempts without end, since the sum of 1 / n^2 is pi^2 / 6.
    """
    if attempt < 1:
        raise ValueError(f"Attempts count from 1. Received: attempt={attempt}")
    return 6.0 * BUDGET / (np.pi * attempt) ** 2


def mean_by_bootstrap(values: np.ndarray, level: float, seed: int = 0) -> tuple[float, float]:
    """The mean of (N,) values, and its one-sided upper bound at a level, by a bootstrap over posters."""
    drawing = np.random.default_rng(seed)
    count = len(values)
    means = np.empty(DRAWS)
    for start in range(0, DRAWS, 500):
        part = drawing.integers(0, count, (min(500, DRAWS - start), count))
        means[start : start + len(part)] = values[part].mean(axis=1)
    return float(values.mean()), float(np.quantile(means, 1.0 - level))


def check_count(count: int) -> Check:
    """Whether there are posters enough to show anything."""
    return Check(
        name="enough",
        passed=count >= LEAST_POSTERS,
        words=f"{count:,} held-out posters with trusted labels; {LEAST_POSTERS} are needed to show anything.",
    )


def check_better(before: np.ndarray, after: np.ndarray, attempt: int) -> Check:
    """Whether the challenger's loss is less, poster by poster, than chance would make it.

    Args:
        before: (N,) losses of the champion on held-out posters.
        after: (N,) of the challenger on the same.
        attempt: of this quarter, from 1.
    """
    level = significance(attempt)
    if not len(before):
        return Check(name="better", passed=False, words="No held-out poster has trusted labels.")
    mean, upper = mean_by_bootstrap(after - before, level)
    return Check(
        name="better",
        passed=upper < 0.0,
        words=(
            f"Log loss a poster {before.mean():.4f} before, {after.mean():.4f} after: a change of {mean:+.4f}, at most "
            f"{upper:+.4f} (attempt {attempt} of this quarter, at the level {level:.2%})."
        ),
    )


def check_drift(before: np.ndarray, after: np.ndarray) -> Check:
    """Whether it still says of posters that it knows what the champion says: probabilities (M, genres) of both."""
    drift = float(np.abs(after - before).mean()) if before.size else 0.0
    return Check(
        name="memory",
        passed=drift <= MOST_DRIFT,
        words=f"On remembered posters a probability moved by {drift:.4f} in the mean; {MOST_DRIFT} is the most.",
    )


def check_anchors(before: np.ndarray, after: np.ndarray) -> Check:
    """Whether it is no worse on posters whose labels no member can touch: (A,) losses of both; none passes."""
    if not len(before):
        return Check(name="anchors", passed=True, words="There is no anchor set.")
    _, upper = mean_by_bootstrap(after - before, BUDGET)
    share = upper / float(before.mean())
    return Check(
        name="anchors",
        passed=share <= MOST_ANCHOR_LOSS,
        words=f"On {len(before):,} anchor posters the loss rose by {share:.2%} at most; {MOST_ANCHOR_LOSS:.1%} may be.",
    )


def check_genres(names: Sequence[str], truth: np.ndarray, before: np.ndarray, after: np.ndarray) -> Check:
    """Whether no genre got clearly worse.

    Args:
        names: of G genres.
        truth: (N, G), 1 where the film has the genre.
        before: (N, G) log losses of the champion.
        after: (N, G) of the challenger.
    """
    worse = []
    for index, name in enumerate(names):
        if truth[:, index].sum() < LEAST_OF_GENRE:
            continue
        change = before[:, index] - after[:, index]
        _, upper = mean_by_bootstrap(change, BUDGET / max(1, len(names)))
        rise = -upper / float(before[:, index].mean())
        if rise > MOST_GENRE_LOSS:
            worse.append(f"{name} by {rise:.1%}")
    words = "No genre got clearly worse." if not worse else f"Clearly worse: {', '.join(worse)}."
    return Check(name="genres", passed=not worse, words=words)


def check_golden(before: np.ndarray, after: np.ndarray) -> Check:
    """Whether posters that everybody knows are judged about as before: probabilities (P, genres) of both."""
    most = float(np.abs(after - before).max()) if before.size else 0.0
    return Check(
        name="golden",
        passed=most <= MOST_GOLDEN_CHANGE,
        words=f"On golden posters a probability moved by {most:.2f} at most; {MOST_GOLDEN_CHANGE} may be.",
    )
