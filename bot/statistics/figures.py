"""Figures of the model against the crowd; a pure function of what both said.

Each stands beside the constant answer on the same posters: many genres are so rare, or so common, that saying the same
of every poster is right most of the time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.statistics.opinions import Opinion
from models.genres import GENRES
from models.judgements import Judgement
from models.scores import GOOD_AT

LEAST: Final = 10
"""Posters from which a share is told: fewer leave the truth open by 30 points or more to either side."""

BANDS: Final = 5
"""Groups of equal size in which chances are compared with what came of them."""


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """0 to 1; 0 of none."""
        return self.hits / self.of if self.of else 0.0

    @property
    def enough(self) -> bool:
        """Whether it says anything."""
        return self.of >= LEAST

    @property
    def interval(self) -> tuple[float, float]:
        """Where the truth lies with 95 % confidence: Wilson's score interval (E. B. Wilson, 1927)."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        # Rounding may leave the ends a hair inside of 0 and 1.
        return max(min((middle - spread) / scale, p), 0.0), min(max((middle + spread) / scale, p), 1.0)


@dataclass(frozen=True, kw_only=True)
class GenreFigure:
    """One genre that the crowd named on at least `LEAST` posters."""

    genre: str
    posters: int
    """That have it, by the crowd."""
    agreement: float
    """F1 of the model's named genres: 1 where both always named it together."""
    constant: float
    """F1 of naming it on every poster."""


@dataclass(frozen=True, kw_only=True)
class ScoreFigures:
    """The verdict on films whose score is known."""

    verdict: Share
    """The verdict (more likely than not to have 7 or more) was right."""
    verdict_constant: Share
    """So was the more common one."""
    brier: float
    """Mean squared error of the chance of 7 or more."""
    brier_constant: float
    """Of the share of such films among these."""
    bands: tuple[tuple[float, float, int], ...]
    """Of each band: mean chance, share that came so, posters."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that `/stats` tells of the model."""

    posters: int
    """With genres by the crowd."""
    hit_1: Share
    """The likeliest genre is one of the crowd's."""
    hit_1_constant: Share
    """So is the most common one."""
    hit_3: Share
    """One of the three likeliest is."""
    hit_3_constant: Share
    genres: tuple[GenreFigure, ...]
    """The most common ones first."""
    score: ScoreFigures


def figures(opinions: Sequence[Opinion]) -> Figures:
    """The figures of some opinions."""
    named = [(one.judgement, one.genres) for one in opinions if one.genres]
    scored = [(one.judgement.score.p_good, one.score >= GOOD_AT) for one in opinions if one.score is not None]
    common = sorted(GENRES, key=lambda genre: -sum(genre in crowd for _, crowd in named))
    return Figures(
        posters=len(named),
        hit_1=_hits(named, [[name for name, _ in judgement.top_genres(1)] for judgement, _ in named]),
        hit_1_constant=_hits(named, [common[:1]] * len(named)),
        hit_3=_hits(named, [[name for name, _ in judgement.top_genres(3)] for judgement, _ in named]),
        hit_3_constant=_hits(named, [common[:3]] * len(named)),
        genres=tuple(figure for genre in common if (figure := _genre(named, genre)).posters >= LEAST),
        score=_score(scored),
    )


def _hits(named: Sequence[tuple[Judgement, frozenset[str]]], said: Sequence[Sequence[str]]) -> Share:
    return Share(sum(bool(crowd & {*guess}) for (_, crowd), guess in zip(named, said, strict=True)), len(named))


def _genre(named: Sequence[tuple[Judgement, frozenset[str]]], genre: str) -> GenreFigure:
    has = [genre in crowd for _, crowd in named]
    says = [genre in judgement.named_genres() for judgement, _ in named]
    return GenreFigure(genre=genre, posters=sum(has), agreement=_f1(says, has), constant=_f1([True] * len(has), has))


def _f1(says: Sequence[bool], has: Sequence[bool]) -> float:
    both = sum(said and so for said, so in zip(says, has, strict=True))
    return 2 * both / (sum(says) + sum(has)) if both else 0.0


def _score(scored: Sequence[tuple[float, bool]]) -> ScoreFigures:
    good = sum(so for _, so in scored)
    rate = good / len(scored) if scored else 0.0
    return ScoreFigures(
        verdict=Share(sum((chance >= 0.5) == so for chance, so in scored), len(scored)),
        verdict_constant=Share(max(good, len(scored) - good), len(scored)),
        brier=_mean([(chance - so) ** 2 for chance, so in scored]),
        brier_constant=rate * (1 - rate),
        bands=_bands(sorted(scored)),
    )


def _bands(scored: Sequence[tuple[float, bool]]) -> tuple[tuple[float, float, int], ...]:
    count = min(BANDS, len(scored) // LEAST)
    edges = [round(band * len(scored) / count) for band in range(count + 1)] if count else []
    parts = [scored[start:end] for start, end in pairwise(edges)]
    return tuple((_mean([c for c, _ in part]), _mean([float(so) for _, so in part]), len(part)) for part in parts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
