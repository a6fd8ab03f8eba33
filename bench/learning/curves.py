"""How good a challenger is, by the number of corrected posters and by who corrected them."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from bench.learning.attacks import flips
from bench.learning.crowd import MALICIOUS, MEMBERS, Member, members, trust_in
from bench.learning.ground import Ground
from bench.learning.learning import areas, challenger, checks, losses, taught
from model_engine.versions import Heads

SIZES: Final = (250, 1_000, 4_000)
"""Corrected posters, those that only measure among them."""

Row = dict[str, Any]

TRUE_NOISE: Final = 0.1
CARELESS_NOISE: Final = 0.4

_LIARS: Final = round(MALICIOUS * MEMBERS)

CROWDS: Final[dict[str, Callable[[np.random.Generator], list[Member]]]] = {
    "true": lambda chance: members(chance, noise=[TRUE_NOISE] * MEMBERS),
    "careless": lambda chance: members(chance, noise=[CARELESS_NOISE] * MEMBERS),
    "mixed": lambda chance: members(
        chance, noise=[TRUE_NOISE] * (MEMBERS - 2 * _LIARS) + [CARELESS_NOISE] * _LIARS, malicious=_LIARS
    ),
}
"""By name. Of the mixed one a fifth are careless and a fifth lie."""


def curves(ground: Ground, seeds: int) -> list[Row]:
    """A row for each crowd, size and seed, and of the champion and of full training, measured on the far posters."""
    rows: list[Row] = [{"crowd": "champion", "size": 0, "seed": 0, **_measured(ground, ground.champion)}]
    for seed in range(seeds):
        for name, make in CROWDS.items():
            for size in SIZES:
                chance = np.random.default_rng([seed, size])
                posters = chance.permutation(len(ground.crowd))[:size]
                crowd = make(chance)
                words = flips(ground, posters, crowd, chance)
                learnt = taught(ground, words, trust_in(crowd), f"bench {seed}")
                heads = challenger(ground, learnt.teaching)
                refused = [check.name for check in checks(ground, heads, learnt.measuring) if not check.passed]
                told: Row = {"crowd": name, "size": size, "seed": seed, "refused": refused}
                rows.append(told | _measured(ground, heads))
                print(rows[-1], flush=True)
        posters = np.random.default_rng([seed, SIZES[-1]]).permutation(len(ground.crowd))[: SIZES[-1]]
        heads = ground.train_on(posters)
        rows.append({"crowd": "full", "size": SIZES[-1], "seed": seed, **_measured(ground, heads)})
        print(rows[-1], flush=True)
    return rows


def _measured(ground: Ground, heads: Heads) -> dict[str, float]:
    genres, verdict = areas(ground, heads, ground.far)
    return {"genres": genres, "verdict": verdict, "loss": float(losses(ground, heads, ground.far).mean())}
