"""What the model says of one poster."""

from typing import Final, Self

import msgspec

from models.scores import (
    CLASS_CUTS,
    GOOD_AT,
    class_probabilities,
    expected_score,
    probability_at_least,
    standard_deviation,
)

MOST_NAMED: Final = 3
"""Genres that an answer names at most."""

LIKELY: Final = 0.5
WORTH_NAMING: Final = 0.3
FAR_BEHIND: Final = 0.75
"""Where no genre is likely, the first one is named alone if it reaches the one probability and the second one stays
below the other share of it."""


class ScoreJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """Belief about the film's IMDb score."""

    expected: float
    """Mean of the distribution, in points (0 to 10)."""
    sd: float
    """Standard deviation of the distribution, in points."""
    threshold: float
    """Score from which a film counts as good, in points."""
    p_good: float
    """P(score >= threshold), calibrated, 0 to 1."""
    classes: dict[str, float]
    """Probability of each class, terrible to great; sums to 1."""
    distribution: tuple[float, ...] = ()
    """Probability of each of the 20 half-point bins of `models.scores.BIN_EDGES`; sums to 1."""

    @classmethod
    def from_distribution(
        cls,
        distribution: tuple[float, ...],
        *,
        threshold: float = GOOD_AT,
        cuts: tuple[float, ...] = CLASS_CUTS,
    ) -> Self:
        """Everything that follows from a calibrated distribution over the 20 bins."""
        return cls(
            expected=expected_score(distribution),
            sd=standard_deviation(distribution),
            threshold=threshold,
            p_good=probability_at_least(distribution, threshold),
            classes=class_probabilities(distribution, cuts),
            distribution=distribution,
        )


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The calibrated answer of one model version for one poster."""

    model_version: str
    genres: dict[str, float]
    """Calibrated, independent probability of every genre of `models.genres.GENRES`, 0 to 1."""
    score: ScoreJudgement
    too_rare: tuple[str, ...] = ()
    """Genres that this version saw too seldom to judge; their probability is little more than the prior."""
    looks_like_poster: bool = True
    """Whether it looks like a film poster at all: if not, the rest tells little. True of versions that do not say."""
    worth_asking: bool = False
    """Whether a correction would teach its version more than of most posters. False of versions that do not say."""

    def top_genres(self, count: int) -> list[tuple[str, float]]:
        """The `count` likeliest genres, likeliest first; ties in the vocabulary's order."""
        return sorted(self.genres.items(), key=lambda item: -item[1])[:count]

    def named_genres(self) -> tuple[str, ...]:
        """The genres that the answer names, likeliest first: what a member agrees with.

        Up to three that are likelier than not; else the likeliest one, with the second one unless it is far behind.
        """
        top = self.top_genres(MOST_NAMED)
        likely = tuple(name for name, probability in top if probability >= LIKELY)
        if likely:
            return likely
        (name, probability), (second, second_probability), *_ = top
        alone = probability >= WORTH_NAMING and second_probability < FAR_BEHIND * probability
        return (name,) if alone else (name, second)
