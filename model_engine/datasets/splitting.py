"""Deals posters out to splits or folds: in proportion, alike in their labels, near duplicates on one side.

The stratification over several labels is that of K. Sechidis, G. Tsoumakas and I. Vlahavas, "On the Stratification of
Multi-Label Data" (2011), by the package iterative-stratification.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from iterstrat.ml_stratifiers import IterativeStratification

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from models.scores import CLASS_CUTS

FOLDS_FILE: Final = "folds.csv"

ERA_CUTS: Final = (1980, 1990, 2000, 2010)
"""Years in which the next era begins."""


def labels_of(dataset: Dataset) -> np.ndarray:
    """(N, 34) bool: what is to be spread evenly, the 24 genres, the five classes of the score and five eras.

    Eras, because old films in a collection are the ones that are still liked: of 23,889 real posters, those from before
    1980 score 7 or more in 59% and later ones in 26%. Over three splits, eras are off by 0.09 of the spread that chance
    would give, without this by 0.72; genres and classes by 0.11. Single decades do worse: the rare ones come first.
    """
    classes = np.searchsorted(CLASS_CUTS, dataset.scores, side="right")
    in_class = (classes[:, np.newaxis] == np.arange(len(CLASS_CUTS) + 1)) & ~np.isnan(dataset.scores)[:, np.newaxis]
    eras = np.searchsorted(ERA_CUTS, dataset.years, side="right")
    in_era = (eras[:, np.newaxis] == np.arange(len(ERA_CUTS) + 1)) & ~np.isnan(dataset.years)[:, np.newaxis]
    return np.hstack([dataset.genres > 0, in_class, in_era])


def in_splits(whole: Dataset, chosen: Dataset, groups: np.ndarray, shares: Mapping[str, float], seed: int) -> Dataset:
    """The whole data set with its column `split` made anew: the chosen posters are dealt out, the others are in none.

    Args:
        whole: N posters.
        chosen: M of them.
        groups: (M,) int; equal numbers stay together.
        shares: Of each split, by name; with a sum of 1.
        seed: The same one deals the same.
    """
    names = np.array(list(shares), object)
    dealt = names[deal(labels_of(chosen), groups, list(shares.values()), seed)]
    column = whole.table["id"].map(dict(zip(chosen.ids, dealt, strict=True)))
    return Dataset(whole.folder, whole.table.assign(split=column.astype("str").where(column.notna())))


def fold_numbers(dataset: Dataset, groups: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """(N,) int: the fold, from 0, in which each poster is held out; -1 for the split `test`, which is in none.

    Raises:
        DatasetError: there are fewer posters than folds.
    """
    numbers = np.full(len(dataset), -1)
    rows = np.flatnonzero(dataset.split != "test")
    if len(rows) < folds:
        raise DatasetError(f"{len(rows)} posters outside of the split test are too few for {folds} folds.")
    numbers[rows] = deal(labels_of(dataset)[rows], groups[rows], np.full(folds, 1 / folds), seed)
    return numbers


def write_folds(dataset: Dataset, numbers: np.ndarray, folder: Path) -> Path:
    """Writes `folds.csv`, id and fold of each poster that is in one; returns where it is.

    Raises:
        DatasetError: the folder cannot be written.
    """
    path = folder / FOLDS_FILE
    rows = pd.DataFrame({"id": dataset.ids, "fold": numbers})[numbers >= 0]
    try:
        rows.to_csv(path, index=False, lineterminator="\n")
    except OSError as error:
        raise DatasetError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def deal(labels: np.ndarray, groups: np.ndarray, shares: Sequence[float], seed: int) -> np.ndarray:
    """(N,) int: the number of the share that each row belongs to.

    Rows of one group stay together, and each share is as large as it should be, give or take less than a row; where
    groups are so large that they do not fit, by less than the largest group.

    Args:
        labels: (N, L) bool.
        groups: (N,) int.
        shares: (K,) positive, with a sum of 1.
        seed: The same one deals the same.
    """
    drawing = np.random.default_rng(seed)
    lacking = _whole_numbers(len(groups), np.asarray(shares, float))
    dealt = np.full(len(groups), -1)
    _, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    members = np.split(np.argsort(inverse, kind="stable"), np.cumsum(sizes)[:-1])
    several = [members[group] for group in np.flatnonzero(sizes > 1)]
    _deal_groups(dealt, lacking, [several[place] for place in drawing.permutation(len(several))], labels)
    alone = np.flatnonzero(sizes[inverse] == 1)
    _deal_single(dealt, lacking, alone, labels, drawing)
    return dealt


def _whole_numbers(count: int, shares: np.ndarray) -> np.ndarray:
    """So many rows for each share; their sum is the count."""
    wanted = shares / shares.sum() * count
    rows = np.floor(wanted).astype(int)
    rows[np.argsort(rows - wanted, kind="stable")[: count - rows.sum()]] += 1
    return rows


def _deal_groups(dealt: np.ndarray, lacking: np.ndarray, groups: Sequence[np.ndarray], labels: np.ndarray) -> None:
    """Groups of several rows, the largest first: each where its labels are lacking most, of the shares that it fits."""
    # That it is a row at all is a label too: rows without any are spread as well.
    counted = np.hstack([labels, np.ones((len(labels), 1), bool)])
    wanted = np.outer(lacking / lacking.sum(), counted.sum(axis=0)) + 1e-9
    have = np.zeros_like(wanted)
    for rows in sorted(groups, key=len, reverse=True):
        its = counted[rows].sum(axis=0)
        want = (1 - have / wanted) @ (its / its.sum())
        fits = lacking >= len(rows)
        share = int(np.argmax(np.where(fits, want, -np.inf) if fits.any() else lacking))
        dealt[rows] = share
        lacking[share] -= len(rows)
        have[share] += its


def _deal_single(
    dealt: np.ndarray, lacking: np.ndarray, alone: np.ndarray, labels: np.ndarray, drawing: np.random.Generator
) -> None:
    """Rows without near duplicates, by their labels; then as many are moved as the sizes are out."""
    if not len(alone):
        return
    room = np.maximum(lacking, 0)
    order = drawing.permutation(alone)
    legacy = np.random.RandomState(drawing.integers(2**31))
    dealt[order] = IterativeStratification(labels[order], room / room.sum(), legacy)
    # The method keeps to the labels, not to the sizes: a share of them may be a few rows too large.
    lacking = lacking - np.bincount(dealt[alone], minlength=len(lacking))
    while (movable := np.flatnonzero(lacking[dealt[alone]] < 0)).size and (lacking > 0).any():
        row = alone[drawing.choice(movable)]
        lacking[dealt[row]] += 1
        dealt[row] = np.argmax(lacking)
        lacking[dealt[row]] -= 1
