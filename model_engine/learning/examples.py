"""Corrected posters as arrays: what a challenger learns from, and what it is measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from model_engine.training.recipe import ScoreTargets
from model_engine.training.targets import score_targets
from models.genres import GENRE_INDEX, GENRES
from models.lessons import Lesson


@dataclass(frozen=True, kw_only=True)
class Examples:
    """N posters with what their members say together."""

    features: np.ndarray
    """(N, width) float32, of the champion's network."""
    genres: np.ndarray
    """(N, 24) float32, 1 where the film has the genre; all zero where that is not known."""
    genre_weights: np.ndarray
    """(N,) float32, 0 where the genres are not known."""
    scores: np.ndarray
    """(N,) float32, IMDb's scores; NaN where not known."""
    score_weights: np.ndarray
    """(N,) float32, 0 where the score is not known."""

    @classmethod
    def of(cls, lessons: Sequence[Lesson], features: np.ndarray) -> Self:
        """What was taught of N posters, with their features (N, width)."""
        genres = np.zeros((len(lessons), len(GENRES)), np.float32)
        for row, lesson in enumerate(lessons):
            genres[row, [GENRE_INDEX[genre] for genre in lesson.genres]] = 1.0
        return cls(
            features=features,
            genres=genres,
            genre_weights=np.array([lesson.genre_weight for lesson in lessons], np.float32),
            scores=np.array([np.nan if lesson.score is None else lesson.score for lesson in lessons], np.float32),
            score_weights=np.array([lesson.score_weight for lesson in lessons], np.float32),
        )

    def __len__(self) -> int:
        return len(self.features)

    @cached_property
    def score_shares(self) -> np.ndarray:
        """(N, 20) float32: each score spread over the bins, as training spreads it; all zero where not known."""
        return score_targets(self.scores, ScoreTargets())

    def select(self, rows: np.ndarray) -> Self:
        """These rows alone, in this order."""
        return type(self)(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})
