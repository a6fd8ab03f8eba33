"""How much a member's word weighs in a consensus."""

from datetime import datetime, timedelta
from typing import Final

from models.snowflakes import given_at

NEW_ACCOUNT: Final = timedelta(days=30)
"""Accounts younger than this are cheap to make in numbers, so their word weighs little."""

NEW_ACCOUNT_WEIGHT: Final = 0.25
"""Four new accounts weigh as much as one that has been there for a month."""


def is_new_account(user_id: int, at: datetime) -> bool:
    """Whether the account was younger than `NEW_ACCOUNT` at a time (aware)."""
    return at - given_at(user_id) < NEW_ACCOUNT


def weight(user_id: int, said_at: datetime, *, removed: int = 0, standing: int = 0) -> float:
    """Weight of what a member said, above 0 and up to 1.

    A month old account with nothing removed weighs 1. Moderators' removals weigh it down by the rule of succession
    (Laplace): the share of corrections that stood, with one added that did.

    Args:
        user_id: Discord's id of the member.
        said_at: aware.
        removed: corrections of the member that moderators took back.
        standing: the member's other corrections.
    """
    age = NEW_ACCOUNT_WEIGHT if is_new_account(user_id, said_at) else 1.0
    return age * (standing + 1) / (standing + removed + 1)
