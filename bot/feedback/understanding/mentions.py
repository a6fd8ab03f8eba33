"""A genre as a clause mentions it."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.feedback.understanding.items import Item


class Mode(Enum):
    """What is said of a genre."""

    STATE = auto()
    ADD = auto()
    REMOVE = auto()
    DOUBT = auto()
    VOID = auto()
    """Nothing: it is somebody else's word, a condition or a question."""


@dataclass(kw_only=True)
class Mention:
    """A genre, or what stands in its place, as a clause says it."""

    item: Item
    mode: Mode
