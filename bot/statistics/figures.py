"""Figures of the model against the crowd; a pure function of what both said.

Each stands beside the constant answer on the same posters: many genres are so rare, or so common, that saying the same
of every poster is right most of the time.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from bot.statistics.opinions import Opinion
from models.genres import GENRES
from models.judgements import ScoreJudgement
from models.scores import GOOD_AT, probability_at_least

LEAST: Final = 12
"""Posters from which a share is told: the fewest with which the truth is always known to half of what it could be.

Wilson's interval at 95 % is 49 points wide at most; with 11 posters it may be 51. It also keeps what was corrected in
private among others."""

BANDS: Final = 5
"""Groups of equal size in which chances are compared with what came of them."""


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int
    """Judgements: several for a poster that several versions of the model judged."""
    posters: int
    """Different ones among them; 1 to `of` where there are any."""

    @property
    def value(self) -> float:
        """0 to 1; 0 of none."""
        return self.hits / self.of if self.of else 0.0

    @property
    def enough(self) -> bool:
        """Whether it says anything."""
        return self.posters >= LEAST

    @property
    def interval(self) -> tuple[float, float]:
        """Where the truth lies with 95 % confidence: Wilson's score interval (E. B. Wilson, 1927).

        Of so many posters, not judgements: what several versions say of one poster is no independent trial.
        """
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.posters, self.value
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
    """Of each band: mean chance, share that came so, judgements."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that `/stats` tells of the model."""

    hit_1: Share
    """The likeliest genre is one of the crowd's."""
    hit_1_constant: Share
    """So is the most common one."""
    hit_3: Share
    """One of the three likeliest is."""
    hit_3_constant: Share
    """So is one of the three most common."""
    genres: tuple[GenreFigure, ...]
    """The most common ones first."""
    score: ScoreFigures


class _Named(NamedTuple):
    """Genres of one judgement, by the model and by the crowd."""

    poster: str
    likeliest: tuple[str, ...]
    """Three, the likeliest first."""
    said: frozenset[str]
    """That the answer named."""
    crowd: frozenset[str]


class _Scored(NamedTuple):
    """A chance of `GOOD_AT` or more, and whether the film has it."""

    chance: float
    so: bool
    poster: str


def figures(opinions: Sequence[Opinion]) -> Figures:
    """The figures of some opinions."""
    named = [_named(one) for one in opinions if one.genres]
    scored = [
        _Scored(chance, one.score >= GOOD_AT, one.poster)
        for one in opinions
        if one.score is not None and (chance := _chance(one.judgement.score)) is not None
    ]
    count = Counter(genre for one in named for genre in one.crowd)
    common = sorted(GENRES, key=lambda genre: -count[genre])
    return Figures(
        hit_1=_hits(named, [one.likeliest[:1] for one in named]),
        hit_1_constant=_hits(named, [common[:1]] * len(named)),
        hit_3=_hits(named, [one.likeliest for one in named]),
        hit_3_constant=_hits(named, [common[:3]] * len(named)),
        genres=tuple(figure for genre in common if (figure := _genre(named, genre)).posters >= LEAST),
        score=_score(scored),
    )


def _named(one: Opinion) -> _Named:
    likeliest = tuple(genre for genre, _ in one.judgement.top_genres(3))
    return _Named(one.poster, likeliest, frozenset(one.judgement.named_genres()), one.genres)


def _chance(score: ScoreJudgement) -> float | None:
    """Of `GOOD_AT` or more, also by a version whose verdict is about another score; None where it did not say."""
    if score.threshold == GOOD_AT:
        return score.p_good
    return probability_at_least(score.distribution, GOOD_AT) if score.distribution else None


def _hits(named: Sequence[_Named], guesses: Sequence[Sequence[str]]) -> Share:
    hits = sum(not one.crowd.isdisjoint(guess) for one, guess in zip(named, guesses, strict=True))
    return Share(hits, len(named), len({one.poster for one in named}))


def _genre(named: Sequence[_Named], genre: str) -> GenreFigure:
    has = [genre in one.crowd for one in named]
    return GenreFigure(
        genre=genre,
        posters=len({one.poster for one in named if genre in one.crowd}),
        agreement=_f1([genre in one.said for one in named], has),
        constant=_f1([True] * len(has), has),
    )


def _f1(says: Sequence[bool], has: Sequence[bool]) -> float:
    both = sum(said and so for said, so in zip(says, has, strict=True))
    return 2 * both / (sum(says) + sum(has)) if both else 0.0


def _score(scored: Sequence[_Scored]) -> ScoreFigures:
    good = sum(one.so for one in scored)
    posters = len({one.poster for one in scored})
    rate = good / len(scored) if scored else 0.0
    return ScoreFigures(
        verdict=Share(sum((one.chance >= 0.5) == one.so for one in scored), len(scored), posters),
        verdict_constant=Share(max(good, len(scored) - good), len(scored), posters),
        brier=_mean([(one.chance - one.so) ** 2 for one in scored]),
        brier_constant=rate * (1 - rate),
        bands=_bands(sorted(scored)),
    )


def _bands(scored: Sequence[_Scored]) -> tuple[tuple[float, float, int], ...]:
    """As many of equal size as leave `LEAST` different posters in each; none rather than one, which says nothing."""
    for count in range(min(BANDS, len(scored) // LEAST), 1, -1):
        edges = [round(band * len(scored) / count) for band in range(count + 1)]
        parts = [scored[start:end] for start, end in pairwise(edges)]
        if all(len({one.poster for one in part}) >= LEAST for part in parts):
            return tuple(
                (_mean([one.chance for one in part]), _mean([float(one.so) for one in part]), len(part))
                for part in parts
            )
    return ()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
