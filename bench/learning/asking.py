"""Which posters to ask about: those that the champion is least sure of, or any."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from bench.learning.ground import Ground
from bench.learning.learning import areas, challenger, losses
from model_engine.asking import Asking
from model_engine.learning.examples import Examples
from model_engine.learning.losses import answers

LABELS: Final = (250, 500, 1_000, 2_000)
"""Posters that are asked about, each answered truly."""

POOL: Final = 4_000
"""Posters to choose from."""

Wish = Callable[[Ground, Examples, np.random.Generator], np.ndarray]
"""(N,) of a pool's posters: the greater, the sooner it is asked about."""


def at_random(ground: Ground, pool: Examples, chance: np.random.Generator) -> np.ndarray:
    """Any."""
    return chance.random(len(pool))


def entropy(ground: Ground, pool: Examples, chance: np.random.Generator) -> np.ndarray:
    """How unsure the champion is, of all judged genres and the score together."""
    genres, bins = answers(ground.champion, ground.calibration, pool.features)
    genres, bins = (np.clip(said, 1e-9, 1 - 1e-9) for said in (genres, bins))
    by_genre = -(genres * np.log(genres) + (1 - genres) * np.log(1 - genres))
    return np.asarray(by_genre[:, ground.judged].sum(axis=1) - (bins * np.log(bins)).sum(axis=1))


def expected_gradient(ground: Ground, pool: Examples, chance: np.random.Generator) -> np.ndarray:
    """What the bot asks by."""
    known = ground.rehearsal
    asking = Asking(mean=known.mean(axis=0), spread=known.std(axis=0) + 1e-3, judged=ground.judged)
    return asking.expected_gradient(pool.features, *answers(ground.champion, ground.calibration, pool.features))


WISHES: Final[dict[str, Wish]] = {"random": at_random, "entropy": entropy, "expected gradient": expected_gradient}


def asking(ground: Ground, seeds: int) -> list[dict[str, Any]]:
    """A row for each wish, number of labels and seed, measured on the far posters."""
    rows = []
    genres, verdict = areas(ground, ground.champion, ground.far)
    before = float(losses(ground, ground.champion, ground.far).mean())
    for seed in range(seeds):
        chance = np.random.default_rng([seed, 3])
        pool = ground.crowd.select(chance.permutation(len(ground.crowd))[:POOL])
        for name, wish in WISHES.items():
            order = np.argsort(-wish(ground, pool, chance), kind="stable")
            for count in LABELS:
                heads = challenger(ground, pool.select(order[:count]))
                after_genres, after_verdict = areas(ground, heads, ground.far)
                rows.append(
                    {
                        "wish": name,
                        "labels": count,
                        "seed": seed,
                        "genres": after_genres - genres,
                        "verdict": after_verdict - verdict,
                        "loss": float(losses(ground, heads, ground.far).mean()) - before,
                    }
                )
                print(rows[-1], flush=True)
    return rows
