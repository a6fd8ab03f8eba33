"""IMDb's score in a message: which of its numbers is one."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from bot.feedback.understanding.clauses import Sentence
from bot.feedback.understanding.items import Item
from bot.feedback.understanding.meaning import Problem, ProblemKind
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.score_claims import CUES, Candidate, Claim, ClauseFacts, Source, roles_of


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
        carried = Role(0) if numbers else roles_of(items) & (Role.SCORE | Role.IMDB | Role.OTHER_SITE | Role.OWN)
    return claims


def _claims_of_clause(items: Sequence[Item], carried: Role) -> list[Claim]:
    positions = [index for index, item in enumerate(items) if item.number is not None]
    positions = [index for index in positions if not items[index].spelt] or positions
    clause = ClauseFacts.of(items)
    claims: list[Claim] = []
    bounds = [-1, *positions, len(items)]
    cued_before = bool(positions) and bool(roles_of(items[: positions[0]]) & CUES)
    for number, (before, position) in enumerate(pairwise(bounds[:-1])):
        left, right = items[before + 1 : position], items[position + 1 : bounds[number + 2]]
        cues = roles_of(left) & CUES if cued_before else Role(0)
        cues = cues or roles_of(right) & CUES or roles_of(left) & CUES or carried
        if claims and not roles_of(left) & ~(Role.FILLER | Role.OR | Role.AND | Role.INTO):
            cues = Role.IMDB if claims[-1].source is Source.IMDB else cues
        claim = Candidate(clause=clause, left=left, right=right, item=items[position], cues=cues).claim()
        if claim is not None:
            claims.append(claim)
    return claims
