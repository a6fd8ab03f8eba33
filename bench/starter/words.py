"""How often what the bot says is so: its words for the verdict and for genres, on both held-out splits."""

from collections.abc import Iterator

import numpy as np

from bot.layouts.words import LIKED_MORE_FROM, SELDOM_LIKED_BELOW
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.outputs import Outputs
from model_engine.versions import Version
from models.judgements import LIKELY, MOST_NAMED, WORTH_NAMING

SPLITS = ("validation", "test")


def words(version: Version, dataset: Dataset, outputs: Outputs) -> str:
    """A table of words, and by split: their share of posters (or how many genres), what is said, what is so."""
    columns = [dict(_measured(version, dataset, outputs, split)) for split in SPLITS]
    lines = ["| the model says | " + " | ".join(f"{split}: how many, said, so" for split in SPLITS) + " |"]
    lines.append("|---|" + "---|" * len(SPLITS))
    lines += [f"| {name} | " + " | ".join(column[name] for column in columns) + " |" for name in columns[0]]
    return "\n".join(lines)


def _measured(version: Version, dataset: Dataset, outputs: Outputs, split: str) -> Iterator[tuple[str, str]]:
    calibration, rows = version.calibration, dataset.rows(split)
    p_good = calibration.score.chance_of_good(calibration.score.distributions(outputs.score_logits[rows]))
    good = dataset.scores[rows] >= calibration.score.threshold
    for low, high in (
        (0.0, SELDOM_LIKED_BELOW),
        (SELDOM_LIKED_BELOW, LIKED_MORE_FROM),
        (LIKED_MORE_FROM, 1.0),
        (0.6, 1.0),
    ):
        yield f"liked: {low:.0%} to {high:.0%}", _cell((p_good >= low) & (p_good < high), p_good, good)
    p = calibration.genres.probabilities(outputs.genre_logits[rows])
    order = np.argsort(-p, axis=1, kind="stable")[:, :MOST_NAMED]
    top, truth = (np.take_along_axis(values, order, axis=1) for values in (p, dataset.genres[rows]))
    yield f"a genre named: {LIKELY:.0%} or more", _cell(top >= LIKELY, top, truth)
    first, perhaps = top[:, 0], top[:, 0] < LIKELY
    likely = perhaps & (first >= WORTH_NAMING)
    yield f"the first genre after Perhaps: {WORTH_NAMING:.0%} to {LIKELY:.0%}", _cell(likely, first, truth[:, 0])
    yield f"… below {WORTH_NAMING:.0%}", _cell(perhaps & ~likely, first, truth[:, 0])


def _cell(which: np.ndarray, said: np.ndarray, so: np.ndarray) -> str:
    if not which.any():
        return "none"
    share = f" ({which.mean():.1%})" if which.ndim == 1 else ""
    return f"{which.sum():,}{share}, {said[which].mean():.1%}, {so[which].mean():.1%}"
