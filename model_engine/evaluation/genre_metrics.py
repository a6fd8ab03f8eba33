"""The figures of genres, over several labels: each a function of how often each poster counts, see `bootstrap`."""

import numpy as np

from model_engine.evaluation.bootstrap import CELLS_AT_ONCE, Measured
from model_engine.evaluation.predictions import GenrePredictions
from model_engine.evaluation.ranking import average_precision, roc_auc


def measurable(truth: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """(24,) bool: judged genres which some of the posters have and some have not."""
    return judged & truth.any(axis=0) & ~truth.all(axis=0)


class GenreMeasure:
    """Figures over the genres of `columns`; the hits are over all 24."""

    def __init__(self, said: GenrePredictions, truth: np.ndarray, columns: np.ndarray) -> None:
        """Takes predictions of N posters.

        Args:
            said: what was said.
            truth: (N, 24), 1 where the film has the genre.
            columns: (24,) bool, see `measurable`; one at least.
        """
        self._p = said.probabilities[:, columns]
        self._truth = truth[:, columns] > 0
        self._said = (said.probabilities >= said.thresholds)[:, columns]
        ranked = np.argsort(-said.probabilities, axis=1, kind="stable")
        self._hits = np.take_along_axis(truth > 0, ranked, axis=1)

    def by_genre(self, counts: np.ndarray) -> Measured:
        """Figures of each genre, (samples, genres)."""
        both, said, so = self._agreements(counts)
        columns = range(self._p.shape[1])
        return {
            "roc_auc": np.stack([roc_auc(self._p[:, i], self._truth[:, i], counts) for i in columns], axis=1),
            "average_precision": np.stack(
                [average_precision(self._p[:, i], self._truth[:, i], counts) for i in columns], axis=1
            ),
            "f1": share(2 * both, said + so),
            "precision": share(both, said),
            "recall": share(both, so),
        }

    def overall(self, counts: np.ndarray) -> Measured:
        """Figures over all of them, (samples,); a genre that is missing from a sample is left out of its means."""
        genres = self.by_genre(counts)
        both, said, so = self._agreements(counts)
        total = counts.sum(axis=1)
        per_poster = share(2 * (self._said & self._truth).sum(axis=1), self._said.sum(axis=1) + self._truth.sum(axis=1))
        wrong = self._said != self._truth
        return {
            "macro_f1": genres["f1"].mean(axis=1),
            "micro_f1": share(2 * both.sum(axis=1), (said + so).sum(axis=1)),
            "weighted_f1": share((genres["f1"] * so).sum(axis=1), so.sum(axis=1)),
            "samples_f1": counts @ per_poster / total,
            "macro_roc_auc": mean_of_known(genres["roc_auc"]),
            "micro_roc_auc": self._micro_roc_auc(counts),
            "mean_average_precision": mean_of_known(genres["average_precision"]),
            "subset_accuracy": counts @ ~wrong.any(axis=1) / total,
            "hamming_loss": counts @ wrong.mean(axis=1) / total,
            "hit_at_1": counts @ self._hits[:, 0] / total,
            "hit_at_3": counts @ self._hits[:, :3].any(axis=1) / total,
        }

    def _agreements(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Posters of each genre where it was said and is so, was said, is so: each (samples, genres)."""
        return counts @ (self._said & self._truth), counts @ self._said, counts @ self._truth

    def _micro_roc_auc(self, counts: np.ndarray) -> np.ndarray:
        """Over all pairs of a poster and a genre, a few samples at a time: the pairs are many."""
        genres = self._p.shape[1]
        pairs = (self._p.ravel(), self._truth.ravel())
        few = np.array_split(counts, -(-counts.size * genres // CELLS_AT_ONCE))
        return np.concatenate([roc_auc(*pairs, np.repeat(rows, genres, axis=1)) for rows in few if len(rows)])


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """`part` of `whole`; 0 where there is nothing, as F1 is when a genre is neither said nor so."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0)


def mean_of_known(figures: np.ndarray) -> np.ndarray:
    """(samples,): the mean of each row of (samples, genres) over what is not NaN; NaN where all is."""
    known = ~np.isnan(figures)
    with np.errstate(invalid="ignore"):
        return np.where(known, figures, 0.0).sum(axis=1) / known.sum(axis=1)
