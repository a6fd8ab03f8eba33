"""What malicious members can do: to the anchor set, and to the gate."""

from typing import Any, Final

import numpy as np

from bench.learning.attacks import ATTACKS, POISONS, flips
from bench.learning.crowd import MALICIOUS, MEMBERS, members, trust_in
from bench.learning.curves import TRUE_NOISE
from bench.learning.ground import Ground
from bench.learning.learning import challenger, checks, checks_of_labels, losses, taught
from model_engine.learning.gate import mean_by_bootstrap

POSTERS: Final = 4_000
"""Corrected posters."""

LEVEL: Final = 0.05
"""Of the upper bound of the anchors' loss, one-sided: 95 % lie below."""


def attacked(ground: Ground, seeds: int) -> list[dict[str, Any]]:
    """A row for each attack and seed with a fifth of malicious members: the anchors' loss, whatever the gate says."""
    rows = []
    before = losses(ground, ground.champion, ground.anchors)
    for name, attack in ATTACKS.items():
        for seed in range(seeds):
            chance = np.random.default_rng([seed, 1])
            posters = chance.permutation(len(ground.crowd))[:POSTERS]
            liars = round(MALICIOUS * MEMBERS)
            crowd = members(chance, noise=[TRUE_NOISE] * (MEMBERS - liars), malicious=liars)
            learnt = taught(ground, attack(ground, posters, crowd, chance), trust_in(crowd), f"bench {seed}")
            heads = challenger(ground, learnt.teaching)
            mean, upper = mean_by_bootstrap(losses(ground, heads, ground.anchors) - before, LEVEL)
            refused = [check.name for check in checks(ground, heads, learnt.measuring) if not check.passed]
            share = float(before.mean())
            rises = {"mean": mean / share, "upper": upper / share}
            rows.append({"attack": name, "seed": seed, "refused": refused} | rises)
            print(rows[-1], flush=True)
    return rows


def poisoned(ground: Ground, seeds: int) -> list[dict[str, Any]]:
    """A row for each kind of lie and seed where all members tell it: what refuses the batch.

    A challenger is only made where the labels alone are not refused.
    """
    rows = []
    for name, make in POISONS.items():
        for seed in range(seeds):
            chance = np.random.default_rng([seed, 2])
            posters = chance.permutation(len(ground.crowd))[:POSTERS]
            crowd = members(chance, noise=[], malicious=MEMBERS)
            words = flips(ground, posters, crowd, chance, make)
            learnt = taught(ground, words, trust_in(crowd), f"bench {seed}")
            refused = [check.name for check in checks_of_labels(ground, learnt.measuring) if not check.passed]
            if not refused:
                heads = challenger(ground, learnt.teaching)
                refused = [check.name for check in checks(ground, heads, learnt.measuring) if not check.passed]
            rows.append({"lie": name, "seed": seed, "refused": refused})
            print(rows[-1], flush=True)
    return rows
