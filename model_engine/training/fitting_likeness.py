"""Fits the test that tells film posters from other pictures, and measures it on kinds of pictures it never saw.

A distance to the posters (Mahalanobis, nearest neighbours) needs no other pictures; with ImageNet's features of Lite0
it noticed 39 % and 63 % of them, at one true poster in a hundred, where this noticed 87 to 100 %, kind by kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.likeness import PosterLikeness

STRENGTH: Final = 1e-3
"""Inverse of the penalty on squared weights: features are many, pictures that are no posters few."""

REFUSED: Final = 0.005
"""Share of the validation split's posters that are said to be none: half of the 1 % that is promised, for room."""


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """How many pictures were said to be no posters."""

    count: int
    noticed: int


@dataclass(frozen=True, kw_only=True)
class FittedLikeness:
    """The test, and what was measured of it."""

    likeness: PosterLikeness
    posters: dict[str, Noticed]
    """By split: posters that are said to be none."""
    others: dict[str, Noticed]
    """By kind of picture, as noticed by a test that was fitted without anything of that kind."""


def fit_likeness(posters: Dataset, features: np.ndarray, others: Dataset, other_features: np.ndarray) -> FittedLikeness:
    """The test for this network's features.

    Args:
        posters: with its splits.
        features: (N, features) of all its posters.
        others: pictures that are no posters; the column `source` says their kinds. A picture of two kinds has both, as
            `meme/photos`: whatever shares one with it is left out where it is measured, and it counts for the first.
        other_features: (M, features).

    Raises:
        DatasetError: there is nothing to measure a kind with, since it shares a kind with every other picture.
    """
    kinds = others.table["source"].fillna("other").to_numpy(str)
    unlike = {kind: np.array([_unlike(kind, other) for other in kinds]) for kind in sorted(set(kinds))}
    if not all(rows.any() for rows in unlike.values()):
        raise DatasetError("Pictures that are no posters must be of two kinds at least, in the column source.")
    train, held = features[posters.rows("train")], features[posters.rows("validation")]
    others_by_kind: dict[str, Noticed] = {}

    def fit(chosen: np.ndarray) -> PosterLikeness:
        return _fitted(train, other_features[chosen], held)

    for kind, rows in unlike.items():
        told = _noticed(fit(rows).looks_like_poster, other_features[kinds == kind])
        first = kind.partition("/")[0]
        so_far = others_by_kind.get(first, Noticed(count=0, noticed=0))
        others_by_kind[first] = Noticed(count=so_far.count + told.count, noticed=so_far.noticed + told.noticed)
    likeness = fit(np.ones(len(kinds), bool))
    splits = {split: features[posters.rows(split)] for split in ("validation", "test")}
    return FittedLikeness(
        likeness=likeness,
        posters={split: _noticed(likeness.looks_like_poster, rows) for split, rows in splits.items()},
        others=others_by_kind,
    )


def _unlike(kind: str, other: str) -> bool:
    return not set(kind.split("/")) & set(other.split("/"))


def _fitted(posters: np.ndarray, others: np.ndarray, held: np.ndarray) -> PosterLikeness:
    mean, spread = posters.mean(axis=0), posters.std(axis=0) + 1e-6
    truth = np.concatenate([np.ones(len(posters)), np.zeros(len(others))])
    fitted = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500).fit(
        (np.concatenate([posters, others]) - mean) / spread, truth
    )
    # As its file will hold it, so that the margins measured here are those that serving finds.
    kernel = (fitted.coef_[0] / spread).astype(np.float16).astype(np.float32)
    bias = np.float32(fitted.intercept_[0] - fitted.coef_[0] @ (mean / spread))
    margins = held @ kernel + bias
    return PosterLikeness(kernel=kernel, bias=float(bias), least=float(np.float32(np.quantile(margins, REFUSED))))


def _noticed(looks: Callable[[np.ndarray], np.ndarray], features: np.ndarray) -> Noticed:
    return Noticed(count=len(features), noticed=int((~looks(features)).sum()))
