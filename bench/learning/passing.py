"""How often the gate's comparison passes a challenger that is no better, and one that is, by held-out posters."""

from typing import Any, Final

import numpy as np

from bench.learning.attacks import flips
from bench.learning.crowd import MEMBERS, members, trust_in
from bench.learning.curves import SIZES, TRUE_NOISE
from bench.learning.ground import Ground
from bench.learning.learning import challenger, losses, taught
from model_engine.learning.gate import check_better, significance

HELD_OUT: Final = (300, 600, 1_200)
"""Posters; the gate wants 300 at least."""


def passing(ground: Ground, draws: int) -> list[dict[str, Any]]:
    """A row for each number of held-out posters: shares of draws that pass.

    A challenger of 4,000 truly corrected posters is held against its champion on posters drawn from all that neither
    learnt from. One that is no better has the same differences, less their mean: their skewness is kept, which is what
    a bootstrap could stumble over.
    """
    chance = np.random.default_rng(0)
    crowd = members(chance, noise=[TRUE_NOISE] * MEMBERS)
    posters = chance.permutation(len(ground.crowd))[: SIZES[-1]]
    learnt = taught(ground, flips(ground, posters, crowd, chance), trust_in(crowd), "bench 0")
    after = challenger(ground, learnt.teaching)
    parts = (ground.far, ground.anchors)
    was, now = (np.concatenate([losses(ground, heads, part) for part in parts]) for heads in (ground.champion, after))
    gain = float((now - was).mean())
    rows = []
    for count in HELD_OUT:
        passed = {"no better": 0, "better": 0}
        for _ in range(draws):
            drawn = chance.integers(0, len(was), count)
            passed["better"] += check_better(was[drawn], now[drawn], attempt=1).passed
            passed["no better"] += check_better(was[drawn], now[drawn] - gain, attempt=1).passed
        rows.append(
            {"posters": count, "draws": draws, "level": significance(1), "gain": gain / float(was.mean())}
            | {name: times / draws for name, times in passed.items()}
        )
        print(rows[-1], flush=True)
    return rows
