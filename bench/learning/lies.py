"""Systematic lies, which all liars of a crowd share."""

from typing import Protocol

import numpy as np

from models.genres import GENRE_INDEX, GENRES


class Lie(Protocol):
    """What is said instead of the truth."""

    def genres(self, true: np.ndarray) -> np.ndarray:
        """(24,) of (24,)."""
        ...

    def score(self, true: float) -> float:
        """0 to 10, of 0 to 10."""
        ...


class AllTurned:
    """Each genre is called another one, and what is liked is called disliked."""

    def __init__(self, chance: np.random.Generator) -> None:
        order = chance.permutation(len(GENRES))
        self._other = {int(genre): int(order[(place + 1) % len(order)]) for place, genre in enumerate(order)}

    def genres(self, true: np.ndarray) -> np.ndarray:
        """(24,) of (24,)."""
        told = np.zeros_like(true)
        told[[self._other[int(genre)] for genre in np.flatnonzero(true)]] = 1
        return told

    def score(self, true: float) -> float:
        """Mirrored at 6.5, about the mean of IMDb's."""
        return float(np.clip(13.0 - true, 1.0, 10.0))


class TwoExchanged:
    """Comedies are called dramas and dramas comedies; the rest is true."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._pair = [GENRE_INDEX["Comedy"], GENRE_INDEX["Drama"]]

    def genres(self, true: np.ndarray) -> np.ndarray:
        """(24,) of (24,)."""
        told = true.copy()
        told[self._pair] = true[self._pair[::-1]]
        return told

    def score(self, true: float) -> float:
        """The truth."""
        return true


class ScoreTurned:
    """The genres are true, and what is liked is called disliked."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._turned = AllTurned(chance)

    def genres(self, true: np.ndarray) -> np.ndarray:
        """The truth."""
        return true

    def score(self, true: float) -> float:
        """Mirrored."""
        return self._turned.score(true)


class AllTheSame:
    """Everything is horror, and bad."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._told = np.zeros(len(GENRES), np.float32)
        self._told[GENRE_INDEX["Horror"]] = 1

    def genres(self, true: np.ndarray) -> np.ndarray:
        """Horror."""
        return self._told

    def score(self, true: float) -> float:
        """1."""
        return 1.0
