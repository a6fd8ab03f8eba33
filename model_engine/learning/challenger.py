"""Trains a challenger's heads from the champion's, on corrections and on what the champion says of posters it knows.

The objective is convex and its start is the champion, so nothing hangs on seeds, rates or epochs:

    corrections' loss + REHEARSAL x loss against the champion's own soft answers on the rehearsal features
    + STRENGTH x squared change of the heads, in units of each feature's spread

The second term is learning without forgetting (https://arxiv.org/abs/1606.09282), the third keeps few corrections, or
false ones, from moving anything far. Where nothing is remembered the third term stands alone, and holds the biases too:
without it, one corrected poster took the log loss of 300 others from 7.3 to 50, and 400 took it to 7.5; now it stays.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.optimize import minimize

from model_engine.learning.examples import Examples
from model_engine.versions import Heads

REHEARSAL: Final = 18_000.0
"""Posters that the rehearsal stands for: as many as the starter version was trained on."""

STRENGTH: Final = 1_000.0
"""Of 300, 1,000 and 3,000 the one that learns most while a fifth of malicious members move little: `bench.learning`."""

STRENGTH_ALONE: Final = 10_000.0
"""Where the champion remembers no posters: with 1,000, floods from a fifth of the members cost the anchors over 1 %."""

MOST_STEPS: Final = 60
"""Of L-BFGS; later ones change the loss in its sixth digit."""

REMEMBERED_STEPS: Final = 5
"""Of L-BFGS: twice as many cost a third more time, and end at the same loss in its sixth digit."""

Progress = Callable[[int, int], None]
"""Called with steps done and steps at most."""

Look = Callable[[Heads], None]
"""Called with the heads as they are after each step."""


def fit_challenger(
    champion: Heads,
    examples: Examples,
    rehearsal: np.ndarray,
    progress: Progress = lambda done, total: None,
    *,
    most_steps: int = MOST_STEPS,
    look: Look | None = None,
) -> Heads:
    """The champion's heads, moved towards what corrections say.

    Args:
        champion: where it starts.
        examples: corrections that teach.
        rehearsal: (M, width) features of posters that the champion was trained on; (0, width) where it keeps none, so
            that the strength alone holds the challenger.
        progress: told steps done.
        most_steps: of L-BFGS, at most.
        look: shown the heads after each step.
    """
    problem = _Problem(champion, examples, rehearsal)
    steps = 0

    def tell(change: np.ndarray) -> None:
        nonlocal steps
        steps += 1
        if look is not None:
            look(problem.heads(change))
        progress(steps, most_steps)

    start = np.zeros(problem.size)
    options = {"maxiter": most_steps, "maxcor": REMEMBERED_STEPS}
    found = minimize(problem.cost, start, jac=True, method="L-BFGS-B", callback=tell, options=options)
    return problem.heads(found.x)


def rounded(heads: Heads) -> Heads:
    """The heads as files hold them: what is measured is what is published."""
    return Heads(
        **{
            name: values.astype(np.float16).astype(np.float32) if values.ndim > 1 else values.astype(np.float32)
            for name, values in vars(heads).items()
        }
    )


class _Problem:
    """Both heads as one: the first 24 columns are genres, the rest bins of the score."""

    def __init__(self, champion: Heads, examples: Examples, rehearsal: np.ndarray) -> None:
        self._kernel = np.concatenate([champion.genre_kernel, champion.score_kernel], axis=1)
        self._bias = np.concatenate([champion.genre_bias, champion.score_bias])
        self._genres = champion.genre_kernel.shape[1]
        known = rehearsal if len(rehearsal) else examples.features
        self._mean = known.mean(axis=0)
        self._spread = known.std(axis=0) + 1e-3
        self._strengths = np.full((len(self._kernel) + 1, 1), STRENGTH if len(rehearsal) else STRENGTH_ALONE)
        if len(rehearsal):
            self._strengths[-1] = 0.0  # What is remembered holds the biases better.
        else:
            # In a few posters features that vary elsewhere hardly do: in their units nothing would be far.
            self._spread = np.maximum(self._spread, np.sqrt(np.mean(known**2)))
        soft = rehearsal @ self._kernel + self._bias
        weights = np.full(len(rehearsal), REHEARSAL / max(1, len(rehearsal)), np.float32)
        self._parts = [
            self._part(examples.features, examples.genres, examples.score_shares,
                       examples.genre_weights, examples.score_weights),
            self._part(rehearsal, sigmoid(soft[:, : self._genres]), softmax(soft[:, self._genres :]),
                       weights, weights),
        ]  # fmt: skip

    @property
    def size(self) -> int:
        return (len(self._kernel) + 1) * len(self._bias)

    def cost(self, change: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective and its slope, of the change of kernel and bias in units of each feature's spread."""
        both = change.reshape(-1, len(self._bias))
        kernel, bias = both[:-1].astype(np.float32), both[-1].astype(np.float32)
        value, slope = float(np.sum(self._strengths * both**2)), 2.0 * self._strengths * both
        for scaled, before, genres, shares, genre_weights, score_weights in self._parts:
            loss, error = self._loss(before + scaled @ kernel + bias, genres, shares, genre_weights, score_weights)
            value += loss
            slope[:-1] += scaled.T @ error
            slope[-1] += error.sum(axis=0)
        return value, slope.ravel()

    def heads(self, change: np.ndarray) -> Heads:
        """The heads that a change leads to."""
        both = change.reshape(-1, len(self._bias))
        moved = both[:-1] / self._spread[:, np.newaxis]
        kernel = (self._kernel + moved).astype(np.float32)
        bias = (self._bias + both[-1] - self._mean @ moved).astype(np.float32)
        cut = self._genres
        return Heads(
            genre_kernel=kernel[:, :cut], genre_bias=bias[:cut], score_kernel=kernel[:, cut:], score_bias=bias[cut:]
        )

    def _part(
        self,
        features: np.ndarray,
        genres: np.ndarray,
        shares: np.ndarray,
        genre_weights: np.ndarray,
        score_weights: np.ndarray,
    ) -> tuple[np.ndarray, ...]:
        scaled = ((features - self._mean) / self._spread).astype(np.float32)
        before = (features @ self._kernel + self._bias).astype(np.float32)
        return scaled, before, genres, shares, genre_weights[:, np.newaxis], score_weights[:, np.newaxis]

    def _loss(
        self,
        logits: np.ndarray,
        genres: np.ndarray,
        shares: np.ndarray,
        genre_weights: np.ndarray,
        score_weights: np.ndarray,
    ) -> tuple[float, np.ndarray]:
        """Cross-entropies, weighted, and their slope (N, 44) by the logits."""
        yes, bins = logits[:, : self._genres], logits[:, self._genres :]
        log_p = log_softmax(bins)
        by_genre = (np.logaddexp(0.0, yes) - genres * yes) * genre_weights
        by_bin = -(shares * log_p) * score_weights
        error = np.concatenate(
            [
                (sigmoid(yes) - genres) * genre_weights,
                (np.exp(log_p) * shares.sum(axis=1, keepdims=True) - shares) * score_weights,
            ],
            axis=1,
        )
        return float(by_genre.sum(dtype=np.float64) + by_bin.sum(dtype=np.float64)), error


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of independent answers; beyond +-60 they are 0 or 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0))))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(N, answers): logarithms of probabilities that sum to 1."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def softmax(logits: np.ndarray) -> np.ndarray:
    """(N, answers), each row summing to 1."""
    return np.exp(log_softmax(logits))
