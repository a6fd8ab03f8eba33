"""IMDb's score in a message: which of its numbers is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Final

from bot.feedback.understanding.clauses import Sentence, first_said
from bot.feedback.understanding.items import Item
from bot.feedback.understanding.meaning import Problem, ProblemKind
from bot.feedback.understanding.roles import Role

BEST: Final = Decimal(10)
YEARS: Final = range(1870, 2200)
ID_DIGITS: Final = 7
"""From so many digits on, a number alone is rather an id whose "tt" was forgotten."""


class Source(IntEnum):
    """Whose score a number is said to be; what is greater counts before what is smaller."""

    OWN = 1
    """The member's, or another site's."""
    SAID = 2
    """Nothing else is said."""
    IMDB = 3


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A number that may be a score, or why it is none."""

    source: Source
    text: str
    value: Decimal
    problem: ProblemKind | None = None


def read_score(sentences: Sequence[Sentence]) -> tuple[float | None, list[Problem]]:
    """The score that the message states, and what has to be asked back about it."""
    claims: list[Claim] = []
    for sentence in sentences:
        if not sentence.asks:
            claims += _claims_of(sentence)
    if not claims:
        return None, []
    source = max(claim.source for claim in claims)
    best = [claim for claim in claims if claim.source is source]
    if len({claim.value for claim in best}) > 1:
        return None, [Problem(kind=ProblemKind.SEVERAL_SCORES, about=" / ".join(claim.text for claim in best[:3]))]
    claim = best[0]
    if claim.problem is not None:
        return None, [Problem(kind=claim.problem, about=claim.text)]
    if source is Source.OWN:
        return None, [Problem(kind=ProblemKind.WHOSE_SCORE, about=claim.text)]
    return rounded(claim.value), []


def rounded(value: Decimal) -> float:
    """A score with the one decimal that IMDb gives; halves go up."""
    return float(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _claims_of(sentence: Sentence) -> list[Claim]:
    claims: list[Claim] = []
    carried = Role(0)
    for _, items in sentence.clauses():
        found = _claims_of_clause(items, carried)
        claims += found
        numbers = any(item.number is not None for item in items)
        carried = Role(0) if numbers else _roles(items) & (Role.SCORE | Role.IMDB | Role.OTHER_SITE | Role.OWN)
    return claims


def _claims_of_clause(items: Sequence[Item], carried: Role) -> list[Claim]:
    positions = [index for index, item in enumerate(items) if item.number is not None]
    positions = [index for index in positions if not items[index].spelt] or positions
    clause = _Clause.of(items)
    claims: list[Claim] = []
    bounds = [-1, *positions, len(items)]
    cued_before = bool(positions) and bool(_roles(items[: positions[0]]) & CUES)
    for number, (before, position) in enumerate(pairwise(bounds[:-1])):
        left, right = items[before + 1 : position], items[position + 1 : bounds[number + 2]]
        cues = _roles(left) & CUES if cued_before else Role(0)
        cues = cues or _roles(right) & CUES or _roles(left) & CUES or carried
        if claims and not _roles(left) & ~(Role.FILLER | Role.OR | Role.AND | Role.INTO):
            cues = Role.IMDB if claims[-1].source is Source.IMDB else cues
        claim = _Number(clause=clause, left=left, right=right, item=items[position], cues=cues).claim()
        if claim is not None:
            claims.append(claim)
    return claims


CUES: Final = Role.IMDB | Role.SCORE | Role.OWN | Role.OTHER_SITE | Role.DOUBT


def _roles(items: Sequence[Item]) -> Role:
    """All that some words do; one that is a mere opinion ("imo") marks a rating as well."""
    return reduce(or_, (item.role for item in items), Role(0))


@dataclass(frozen=True, kw_only=True)
class _Clause:
    """What a number has to know of the clause around it."""

    length: int
    known: bool
    """Whether it holds nothing but known words that leave the number a score."""
    asks: bool
    genres: bool
    films: bool

    @classmethod
    def of(cls, items: Sequence[Item]) -> "_Clause":
        first = first_said(items)
        return cls(
            length=len(items),
            known=not any(_is_foreign(item) for item in items),
            asks=first is not None and Role.QUESTION in first.role,
            genres=any(item.is_genre for item in items),
            films=any(Role.FILM in item.role for item in items),
        )


def _is_foreign(item: Item) -> bool:
    if item.role & CUES:
        return False
    stops = Role.STOP in item.role and not item.role & (Role.BOUND | Role.ROUGHLY)
    return item.unknown or stops or bool(item.role & (Role.VOID | Role.QUALITY))


@dataclass(frozen=True, kw_only=True)
class _Number:
    """A number among its neighbours."""

    clause: "_Clause"
    left: Sequence[Item]
    right: Sequence[Item]
    item: Item
    cues: Role

    def claim(self) -> Claim | None:
        """What it claims; `None` where it is no score."""
        if self._counts_something() or self._is_denied():
            return None
        source = self._source()
        if source is None:
            return None
        assert self.item.number is not None
        value = -self.item.number if self.left and self.left[-1].text == "-" else self.item.number
        text = (
            ("-" if value < 0 else "")
            + self.item.text
            + (f"/{self.item.out_of}" if self.item.out_of is not None else "")
        )
        return Claim(source=source, text=text, value=value, problem=self._problem(value))

    def _counts_something(self) -> bool:
        number = self.item.number
        assert number is not None
        before = self.left[-1].role if self.left else Role(0)
        after = self.right[0].role if self.right else Role(0)
        year = number == number.to_integral_value() and int(number) in YEARS
        percent = bool(self.right) and self.right[0].text == "%" and self.clause.known
        return year or (Role.UNIT in after and not percent) or Role.COUNTER in before

    def _is_denied(self) -> bool:
        denied = False
        for item in self.left:
            if item.role & (Role.NOT | Role.INSTEAD):
                denied = True
            elif item.role & (Role.DENY | Role.VOID):
                return True
            elif Role.ASSERT in item.role:
                denied = False
        becomes = bool(self.right) and Role.BECOMES in self.right[0].role
        rejected = Role.WRONG in _roles(self.right) and Role.IS in _roles(self.right)
        return denied or self.clause.asks or becomes or rejected

    def _opened(self) -> bool:
        """Whether the clause says of the film that it is the number: "this film is a 7", unlike "Scary Movie 3"."""
        return bool(_roles(self.left) & (Role.ASSERT | Role.IS))

    def _near(self) -> bool:
        """Whether no unknown word stands before the number: "imdb gives it 7", unlike "imdb lists some 7"."""
        return not any(item.unknown for item in self.left)

    def _source(self) -> Source | None:
        number, item = self.item.number, self.item
        assert number is not None
        exact = number != number.to_integral_value() or item.out_of == BEST
        mine = any(Role.OWN in word.role and Role.FILLER not in word.role for word in (*self.left, *self.right))
        if Role.IMDB in self.cues and (exact or self._near()):
            return Source.OWN if mine else Source.IMDB
        if self.cues & (Role.OWN | Role.OTHER_SITE | Role.DOUBT) and (exact or self._near()):
            return Source.OWN
        if Role.SCORE in self.cues and (exact or self._near()):
            return Source.SAID
        if self.clause.known:
            return self._source_of_bare(exact)
        starred = bool(self.right) and Role.STARS in self.right[0].role
        return Source.OWN if exact or starred else None

    def _source_of_bare(self, exact: bool) -> Source | None:
        if self.item.out_of == BEST and self.item.number == BEST:
            return Source.OWN  # "10/10" is applause
        if self.item.spelt and (self.item.text == "one" or self.clause.length > MOST_WORDS_BARE):
            return None
        beside_genre = self.clause.genres or (self.clause.films and not self._opened())
        return Source.OWN if beside_genre and not exact else Source.SAID

    def _problem(self, value: Decimal) -> ProblemKind | None:
        if Role.OTHER_SITE in self.cues and Role.IMDB not in self.cues:
            return None
        after = self.right[0] if self.right else None
        before = self.left[-1].role if self.left else Role(0)
        if after is not None and (
            after.text == "%" or Role.STARS in after.role or (after.text == "+" and len(self.right) == 1)
        ):
            return ProblemKind.UNREADABLE_SCORE
        if self.item.out_of not in (None, BEST) or Role.BOUND in before:
            return ProblemKind.UNREADABLE_SCORE
        if self.item.spelt and not self.cues:
            return ProblemKind.UNREADABLE_SCORE
        if not 0 <= value <= BEST:
            alone = self.item.text.isdecimal() and len(self.item.text) >= ID_DIGITS
            return ProblemKind.UNREADABLE_ID if alone else ProblemKind.SCORE_OUT_OF_RANGE
        return None


MOST_WORDS_BARE: Final = 4
"""In so short a clause a lone number word may be meant as a score: "a solid seven"."""
