"""What a clause calls right or wrong: the genres that it names, or all that was judged."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from bot.feedback.understanding.items import Item
from bot.feedback.understanding.mentions import Mention, Mode
from bot.feedback.understanding.roles import Role

STRESS = Role.FILLER | Role.YES
"""What agrees when it stands alone, and else only stresses: "definitely"."""
ALONE = {"only", "just"}
"""With these, what is right is all: "only the drama is right"."""
POSITIVE = Role.RIGHT | Role.YES
NEGATIVE = Role.WRONG | Role.NO


def heed_verdicts(mentions: Sequence[Mention], items: Sequence[Item], *, negated: bool) -> None:
    """Heeds what is said behind the genres: "horror is wrong", "comedy yes, drama no".

    Where one clause calls some right and some wrong, nothing tells which belong together: then none is heard.
    """
    if not mentions:
        return
    last = max(index for index, item in enumerate(items) if item.is_genre)
    verdicts = [item.role for item in items if item.role & (POSITIVE | NEGATIVE) and item.role != STRESS]
    behind = reduce(or_, (item.role for item in items[last + 1 :] if item.role != STRESS), Role(0))
    mixed = any(role & POSITIVE for role in verdicts) and any(role & NEGATIVE for role in verdicts)
    if mixed:
        heard = Mode.VOID
    elif behind & NEGATIVE or (behind & POSITIVE and negated):
        heard = Mode.REMOVE
    elif behind & POSITIVE and not any(item.text in ALONE for item in items):
        heard = Mode.ADD
    else:
        return
    for mention in mentions:
        if mention.mode is Mode.STATE:
            mention.mode = heard


def attitude(items: Sequence[Item], *, known: bool, negated: bool) -> bool | None:
    """Whether a clause without genres agrees with those judged (`True`), disagrees (`False`) or says neither.

    Args:
        items: The clause.
        known: Whether all its words are known: agreement is only taken from such.
        negated: Whether it holds a negation.
    """
    roles = reduce(or_, (item.role for item in items), Role(0))
    of_score = bool(roles & (Role.SCORE | Role.IMDB)) and Role.GENRES not in roles
    if Role.WRONG in roles and any(
        item.role & (Role.NOT | Role.DENY) and Role.WRONG not in item.role for item in items
    ):
        return None  # "not wrong"
    if roles & NEGATIVE or (roles & POSITIVE and negated):
        return False
    if of_score or not known:
        return None
    if roles & POSITIVE:
        return True
    return False if negated else None
