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

LEAST_AGREEMENT: Final = 0.5
"""Of how far above chance the champion expects its ROC-AUC to be, the share that it clearly must not stay below.

Labels of which 40 % are another film's leave 0.6 of it, exchanged ones nothing or less.
"""

CLEARLY: Final = 2.0
"""Standard errors."""


def check_believable(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> Check:
    """Whether what members say fits what the champion knows: neither in contradiction, nor out of all proportion.

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
        words += f" They contradict it on {', '.join(denied)}."
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
    """Genres, and the verdict, that members clearly do not give to the posters which look like them."""
    genres, bins = answers(heads, calibration, examples.features)
    known = examples.genre_weights > 0
    questions = [(GENRES[i], examples.genres[known, i], genres[known, i]) for i in np.flatnonzero(judged)]
    known = examples.score_weights > 0
    good = examples.scores[known] >= calibration.score.threshold
    questions.append(("the verdict", good, calibration.score.chance_of_good(bins)[known]))
    for name, truth, said in questions:
        yes, no = int(truth.sum()), int(len(truth) - truth.sum())
        if min(yes, no) >= LEAST_OF_GENRE:
            area = float(roc_auc_score(truth, said))
            least = 0.5 + LEAST_AGREEMENT * (_expected_area(said) - 0.5)
            if area + CLEARLY * _standard_error(area, yes, no) < least:
                yield name


def _expected_area(said: np.ndarray) -> float:
    """ROC-AUC of (N,) probabilities, if what they say of comes as often as they say."""
    yes_or_no = np.repeat([1, 0], len(said))
    return float(roc_auc_score(yes_or_no, np.tile(said, 2), sample_weight=np.concatenate([said, 1.0 - said])))


def _standard_error(area: float, yes: int, no: int) -> float:
    """Of a ROC-AUC, after Hanley and McNeil 1982 (https://doi.org/10.1148/radiology.143.1.7063747)."""
    both_yes, both_no = area / (2.0 - area), 2.0 * area**2 / (1.0 + area)
    spread = area * (1.0 - area) + (yes - 1) * (both_yes - area**2) + (no - 1) * (both_no - area**2)
    return float(np.sqrt(spread / (yes * no)))
