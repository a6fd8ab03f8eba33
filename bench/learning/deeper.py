"""What the recipe `deeper` adds to the heads: by who corrects and how much, and what malicious members make of it."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from bench.learning.attacks import ATTACKS, Attack, flips
from bench.learning.crowd import MALICIOUS, MEMBERS, Member, members, trust_in
from bench.learning.curves import CROWDS, TRUE_NOISE
from bench.learning.ground import Ground, Pictures
from bench.learning.learning import Taught, areas, challenger, losses, taught
from bench.learning.poisoning import LEVEL, POSTERS
from model_engine.learning.examples import Examples
from model_engine.learning.gate import mean_by_bootstrap
from model_engine.learning.last_stage import BATCH, EPOCHS, LastStage, narrowest_place
from model_engine.versions import Heads

SIZES: Final = (1_000, 4_000)
"""Corrected posters, those that only measure among them."""

Row = dict[str, Any]


class _School:
    """Teaches the last stage of the champion's network, again and again from the same start."""

    def __init__(self, ground: Ground, pictures: Pictures) -> None:
        cut = narrowest_place(pictures.network)
        if not cut:
            raise ValueError("The champion's network has no last stage that could learn.")
        self._ground = ground
        self._stage = LastStage(pictures.network, cut)
        self._start = pictures.network.get_weights()
        parts = {"crowd": pictures.crowd, "anchors": pictures.anchors, "far": pictures.far}
        self._activations = {name: self._seen(pictures, rows) for name, rows in parts.items()}

    def taught(self, learnt: Taught) -> tuple[Heads, Examples, Examples]:
        """The heads, and anchors and far posters with features as the network then sees them."""
        ground, stage = self._ground, self._stage
        stage.network.set_weights(self._start)
        heads = stage.learn(
            self._activations["crowd"][learnt.teaching_rows],
            np.arange(len(learnt.teaching)),
            learnt.teaching,
            ground.champion,
            challenger(ground, learnt.teaching),
            lambda done, total: None,
            epochs=EPOCHS,
        )
        anchors, far = (
            dataclasses.replace(examples, features=stage.features(self._activations[name], np.arange(len(examples))))
            for name, examples in (("anchors", ground.anchors), ("far", ground.far))
        )
        return heads, anchors, far

    def _seen(self, pictures: Pictures, rows: np.ndarray) -> np.ndarray:
        parts = []
        for start in range(0, len(rows), BATCH):
            some = [pictures.preprocessing.prepare_image(pictures.dataset.read(row)) for row in rows[start:][:BATCH]]
            parts.append(self._stage.activations(np.stack(some)))
        return np.concatenate(parts)


def deeper(ground: Ground, seeds: int) -> list[Row]:
    """A row for each recipe, crowd, size and seed, on anchors and far posters; and of the champion."""
    if ground.pictures is None:
        raise ValueError("Without pictures nothing learns deeper.")
    school, rows = _School(ground, ground.pictures), [_row(ground, "champion", "", 0, 0, ground.champion)]
    for seed in range(seeds):
        for name, size, attack, make in _lessons():
            chance = np.random.default_rng([seed, size])
            posters = chance.permutation(len(ground.crowd))[:size]
            crowd = make(chance)
            learnt = taught(ground, attack(ground, posters, crowd, chance), trust_in(crowd), f"bench {seed}")
            rows.append(_row(ground, "heads", name, size, seed, challenger(ground, learnt.teaching)))
            print(rows[-1], flush=True)
            rows.append(_row(ground, "deeper", name, size, seed, *school.taught(learnt)))
            print(rows[-1], flush=True)
    return rows


def _lessons() -> Iterator[tuple[str, int, Attack, Callable[[np.random.Generator], Sequence[Member]]]]:
    for name, make in CROWDS.items():
        for size in SIZES:
            yield name, size, flips, make
    for name, attack in ATTACKS.items():
        yield f"a fifth malicious: {name}", POSTERS, attack, _a_fifth_malicious


def _a_fifth_malicious(chance: np.random.Generator) -> Sequence[Member]:
    liars = round(MALICIOUS * MEMBERS)
    return members(chance, noise=[TRUE_NOISE] * (MEMBERS - liars), malicious=liars)


def _row(
    ground: Ground,
    recipe: str,
    crowd: str,
    size: int,
    seed: int,
    heads: Heads,
    anchors: Examples | None = None,
    far: Examples | None = None,
) -> Row:
    """Without examples of its own, those that the champion sees."""
    anchors, far = anchors or ground.anchors, far or ground.far
    before = losses(ground, ground.champion, ground.anchors)
    mean, upper = mean_by_bootstrap(losses(ground, heads, anchors) - before, LEVEL)
    genres, verdict = areas(ground, heads, far)
    share = float(before.mean())
    return {
        "recipe": recipe,
        "crowd": crowd,
        "size": size,
        "seed": seed,
        "genres": genres,
        "verdict": verdict,
        "loss": float(losses(ground, heads, far).mean()),
        "mean": mean / share,
        "upper": upper / share,
    }
