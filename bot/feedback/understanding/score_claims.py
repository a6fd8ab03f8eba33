"""A number in a clause: whether it claims to be a score, and whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import Final

from bot.feedback.understanding.clauses import first_said
from bot.feedback.understanding.items import Item
from bot.feedback.understanding.meaning import ProblemKind
from bot.feedback.understanding.roles import Role

BEST: Final = Decimal(10)
YEARS: Final = range(1870, 2200)
ID_DIGITS: Final = 7
"""From so many digits on, a number alone is rather an id whose "tt" was forgotten."""
CUES: Final = Role.IMDB | Role.SCORE | Role.OWN | Role.OTHER_SITE | Role.DOUBT
MOST_WORDS_BARE: Final = 4
"""In so short a clause a lone number word may be meant as a score: "a solid seven"."""


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


def roles_of(items: Sequence[Item]) -> Role:
    """All that some words do; one that is a mere opinion ("imo") marks a rating as well."""
    return reduce(or_, (item.role for item in items), Role(0))


@dataclass(frozen=True, kw_only=True)
class ClauseFacts:
    """What a number has to know of the clause around it."""

    length: int
    known: bool
    """Whether it holds nothing but known words that leave the number a score."""
    asks: bool
    genres: bool
    films: bool

    @classmethod
    def of(cls, items: Sequence[Item]) -> "ClauseFacts":
        """The facts of a clause."""
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
class Candidate:
    """A number among its neighbours: the words between the numbers before and behind it."""

    clause: "ClauseFacts"
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
        rejected = Role.WRONG in roles_of(self.right) and Role.IS in roles_of(self.right)
        return denied or self.clause.asks or becomes or rejected

    def _opened(self) -> bool:
        """Whether the clause says of the film that it is the number: "this film is a 7", unlike "Scary Movie 3"."""
        return bool(roles_of(self.left) & (Role.ASSERT | Role.IS))

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
