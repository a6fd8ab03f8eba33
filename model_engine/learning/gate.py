"""The gate between a challenger and the champion's place: every reason for refusal by its name, none by a mean alone.

A challenger must be better on posters that did not teach it, by a test whose significance is spent over attempts, and
must not have got worse anywhere that matters. What cannot be shown is not promoted by itself; an operator may do so.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from models.run_reports import Check, Figure

LEAST_POSTERS: Final = 300
"""Held-out posters below which nothing is shown."""

BUDGET: Final = 0.05
"""Chance, at most, that a challenger which is no better passes within a quarter of a year."""

DRAWS: Final = 20_000
"""Bootstrap samples: enough for the tails that later attempts need."""

AT_ONCE: Final = 500
"""Samples that are counted at a time: bounds the memory."""

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

MOST_CALIBRATION_RISE: Final = 0.005
"""Rise of a calibration error, at the lower end of its interval, at most."""

MOST_SLOWER: Final = 1.5
"""Share of the champion's time for a poster, at most: the two are timed while other work goes on beside."""


def significance(attempt: int) -> float:
    """The level of the attempt-th test of a quarter, from 1: 6 BUDGET / (pi attempt)^2, so that all sum to the budget.

    By Bonferroni over attempts without end, since the sum of 1 / n^2 is pi^2 / 6.
    """
    if attempt < 1:
        raise ValueError(f"Attempts count from 1. Received: attempt={attempt}")
    return 6.0 * BUDGET / (np.pi * attempt) ** 2


def mean_by_bootstrap(values: np.ndarray, level: float, seed: int = 0) -> tuple[float, float]:
    """The mean of (N,) values, and its one-sided upper bound at a level, by a bootstrap over posters."""
    means = _drawn_means(values[:, np.newaxis], seed)[:, 0]
    return float(values.mean()), float(np.quantile(means, 1.0 - level))


def _drawn_means(values: np.ndarray, seed: int = 0) -> np.ndarray:
    """(DRAWS, columns): means of (N, columns) values over the same posters drawn with replacement."""
    drawing = np.random.default_rng(seed)
    count = len(values)
    means = np.empty((DRAWS, values.shape[1]))
    for start in range(0, DRAWS, AT_ONCE):
        part = drawing.integers(0, count, (min(AT_ONCE, DRAWS - start), count))
        places = part + count * np.arange(len(part))[:, np.newaxis]
        times = np.bincount(places.ravel(), minlength=part.size).reshape(part.shape)
        means[start : start + len(part)] = times @ values / count
    return means


def check_count(count: int) -> Check:
    """Whether there are posters enough to show anything."""
    return Check(
        name="enough",
        passed=count >= LEAST_POSTERS,
        words=f"Held-out posters with trusted labels: {count:,}; {LEAST_POSTERS} are needed to show anything.",
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
    if not before.size:
        return Check(name="memory", passed=True, words="The champion remembers no posters to hold the challenger to.")
    drift = float(np.abs(after - before).mean())
    return Check(
        name="memory",
        passed=drift <= MOST_DRIFT,
        words=f"On remembered posters a probability moved by {drift:.4f} in the mean; {MOST_DRIFT} is the most.",
    )


def check_deeper_memory(anchors: int) -> Check:
    """Whether anything shows what a network forgot whose remembered features are another network's."""
    return Check(
        name="memory",
        passed=anchors >= LEAST_POSTERS,
        words=(
            "What is remembered says nothing of a network that changed; anchor posters do, "
            f"{LEAST_POSTERS} or more, and there are {anchors:,}."
        ),
    )


def check_anchors(before: np.ndarray, after: np.ndarray) -> Check:
    """Whether it is no worse on posters whose labels no member can touch; without any it passes.

    Args:
        before: (A, 2) losses of the champion on genres and on scores, 0 where not known.
        after: (A, 2) of the challenger on the same.
    """
    if not len(before):
        return Check(name="anchors", passed=True, words="There is no anchor set.")
    rises = {}
    for column, part in enumerate(("genres", "score")):
        losses = before[:, column], after[:, column]
        known = losses[0] + losses[1] > 0
        if known.any():
            # Each for itself: what is gained on genres makes up for nothing that is lost on scores.
            _, upper = mean_by_bootstrap((losses[1] - losses[0])[known], BUDGET)
            rises[part] = upper / float(losses[0][known].mean())
    told = " and ".join(f"{rise:.2%} ({part})" for part, rise in rises.items())
    return Check(
        name="anchors",
        passed=all(rise <= MOST_ANCHOR_LOSS for rise in rises.values()),
        words=f"On {len(before):,} anchor posters the loss rose by {told} at most; {MOST_ANCHOR_LOSS:.1%} may be.",
    )


def check_genres(names: Sequence[str], truth: np.ndarray, before: np.ndarray, after: np.ndarray) -> Check:
    """Whether no genre got clearly worse.

    Args:
        names: of G genres.
        truth: (N, G), 1 where the film has the genre.
        before: (N, G) log losses of the champion.
        after: (N, G) of the challenger.
    """
    looked_at = np.flatnonzero(truth.sum(axis=0) >= LEAST_OF_GENRE) if len(truth) else np.zeros(0, int)
    worse = []
    if len(looked_at):
        least = np.quantile(_drawn_means((after - before)[:, looked_at]), BUDGET / len(names), axis=0)
        rises = least / before[:, looked_at].mean(axis=0)
        worse = [
            f"{names[i]} by {rise:.1%}" for i, rise in zip(looked_at, rises, strict=True) if rise > MOST_GENRE_LOSS
        ]
    words = "No genre got clearly worse." if not worse else f"Clearly worse: {', '.join(worse)}."
    return Check(name="genres", passed=not worse, words=words)


def check_golden(before: np.ndarray, after: np.ndarray) -> Check:
    """Whether posters that everybody knows are judged about as before: probabilities (P, genres) of both."""
    if not before.size:
        return Check(name="golden", passed=True, words="There are no golden posters.")
    most = float(np.abs(after - before).max())
    return Check(
        name="golden",
        passed=most <= MOST_GOLDEN_CHANGE,
        words=f"On golden posters a probability moved by {most:.2f} at most; {MOST_GOLDEN_CHANGE} may be.",
    )


def check_calibration(figures: Sequence[Figure]) -> Check:
    """Whether no calibration error clearly rose: figures of it, on held-out posters."""
    worse = [f"{one.name} by {one.change_low:.3f} or more" for one in figures if one.change_low > MOST_CALIBRATION_RISE]
    words = f"No calibration error clearly rose by more than {MOST_CALIBRATION_RISE}."
    return Check(name="calibration", passed=not worse, words=f"Rose: {'; '.join(worse)}." if worse else words)


def check_latency(before: float, after: float) -> Check:
    """Whether a poster takes about as long as before: seconds of both on the same machine, one after the other."""
    return Check(
        name="latency",
        passed=after <= MOST_SLOWER * before,
        words=f"A poster takes {1000 * after:.1f} ms, before {1000 * before:.1f}; {MOST_SLOWER} times as much may be.",
    )
