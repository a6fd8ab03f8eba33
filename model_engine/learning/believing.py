"""Whether members' labels can be believed, all in all: held against what the champion says of the same posters.

The gate's other checks on corrections believe their labels. Where all members lie alike, the lie is learnt, and what
measures says that this was right. Only the champion, which learnt from labels that no member could touch, can object:
weak as it is, what members say truly agrees with it more often than not.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from sklearn.metrics import roc_auc_score

from model_engine.calibration import Calibration
from model_engine.learning.examples import Examples
from model_engine.learning.gate import LEAST_OF_GENRE
from model_engine.learning.losses import LEAST, answers, poster_losses
from model_engine.training.recipe import ScoreTargets
from model_engine.training.targets import score_targets
from model_engine.versions import Heads
from models.genres import GENRES
from models.run_reports import Check
from models.scores import BIN_CENTRES

MOST_SURPRISE: Final = 1.25
"""The champion's loss on what members say, as a share of what it expects, at most.

Between crowds of whom a fifth lie, and a crowd that says the same of all posters (`python -m bench.learning`).
"""

LEAST_AREA: Final = 0.5
"""ROC-AUC of the champion on what members say, at least: below that they say the opposite."""


def check_believable(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> Check:
    """Whether what members say fits what the champion knows: neither the opposite of it, nor out of all proportion.

    Posters of another kind than those that it learnt from surprise it too. An operator who knows that may promote by
    hand what this refuses.

    Args:
        heads: the champion's.
        calibration: the champion's.
        examples: held-out posters with trusted labels.
        judged: (24,) bool, genres that count.
    """
    if not len(examples):
        return Check(name="believable", passed=False, words="No held-out poster has trusted labels.")
    found = poster_losses(heads, calibration, examples, judged).mean()
    surprise = float(found / expected_losses(heads, calibration, examples, judged).mean())
    denied = list(_denied(heads, calibration, examples, judged))
    words = f"Members surprise the champion {surprise:.2f} times as much as it expects; {MOST_SURPRISE} is the most."
    if denied:
        words += f" They say the opposite of it on {', '.join(denied)}."
    return Check(name="believable", passed=surprise <= MOST_SURPRISE and not denied, words=words)


def expected_losses(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> np.ndarray:
    """(N,) the log loss of each poster, in nats, that heads expect of their own answers where these are calibrated.

    That is the entropy of each genre, and of the score, which is spread over the bins as `Examples.score_shares` is.
    Arguments as of `losses.poster_losses`.
    """
    genres, bins = answers(heads, calibration, examples.features)
    genres, bins = np.clip(genres, LEAST, 1.0 - LEAST), np.clip(bins, LEAST, 1.0)
    by_genre = -(genres * np.log(genres) + (1.0 - genres) * np.log(1.0 - genres))[:, judged].sum(axis=1)
    spread = score_targets(np.array(BIN_CENTRES), ScoreTargets())
    by_score = -((bins @ spread) * np.log(bins)).sum(axis=1)
    return np.asarray(by_genre * (examples.genre_weights > 0) + by_score * (examples.score_weights > 0))


def _denied(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> Iterator[str]:
    """Genres, and the verdict, that members give to the posters which the champion gives them least."""
    genres, bins = answers(heads, calibration, examples.features)
    known = examples.genre_weights > 0
    questions = [(GENRES[i], examples.genres[known, i], genres[known, i]) for i in np.flatnonzero(judged)]
    known = examples.score_weights > 0
    good = examples.scores[known] >= calibration.score.threshold
    questions.append(("the verdict", good, calibration.score.chance_of_good(bins)[known]))
    for name, truth, said in questions:
        enough = min(truth.sum(), len(truth) - truth.sum()) >= LEAST_OF_GENRE
        if enough and roc_auc_score(truth, said) < LEAST_AREA:
            yield name
