"""What a member reads after saying something: what was understood and is kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models.consensus import Slot
from models.tables import FeedbackKind

NOTHING_LEFT: Final = "Taken back. Nothing of yours counts for this poster now."
TAKEN_BACK_ALREADY: Final = "That was taken back already."


def noted_sentence(sayings: Sequence[tuple[FeedbackKind, Any]], *, changed: bool) -> str:
    """One sentence on what was said, in the order said.

    Args:
        sayings: kinds with their values, as they are stored; no retraction.
        changed: whether any of it is new.
    """
    told = ", ".join(_PHRASES[kind](value) for kind, value in sayings)
    return f"Noted: {told}." if changed else f"That is how I have it from you already: {told}."


def said_phrase(kind: FeedbackKind, value: Any) -> str:
    """What was said, as a part of a sentence; of no retraction."""
    return _PHRASES[kind](value)


def taken_back_sentence(left: Mapping[Slot, Any]) -> str:
    """One sentence on what still counts after an undo.

    Args:
        left: the member's own word on each slot where there is one.
    """
    if not left:
        return NOTHING_LEFT
    return f"Taken back. What counts of yours now: {counting_phrase(left)}."


def counting_phrase(said: Mapping[Slot, Any]) -> str:
    """What counts of a member's words on a poster, as a part of a sentence; there has to be some."""
    return ", ".join(_SLOT_PHRASES[slot](said[slot]) for slot in Slot if slot in said)


def listed(names: Sequence[str]) -> str:
    """Names as in speech: "Horror", "Horror and Comedy", "Horror, Comedy and Crime"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _genres(value: Sequence[str]) -> str:
    return f"the film is **{listed(value)}**"


def _agreed(value: Sequence[str]) -> str:
    return f"**{listed(value)}** {'is' if len(value) == 1 else 'are'} right"


def _score(value: float) -> str:
    return f"IMDb score **{value:.1f}**"


def _film(value: str) -> str:
    return f"the film is **{value}** at IMDb"


_PHRASES: Final[Mapping[FeedbackKind, Callable[[Any], str]]] = {
    FeedbackKind.AGREE: _agreed,
    FeedbackKind.GENRES: _genres,
    FeedbackKind.SCORE: _score,
    FeedbackKind.IMDB: _film,
}

_SLOT_PHRASES: Final[Mapping[Slot, Callable[[Any], str]]] = {
    Slot.GENRES: _genres,
    Slot.SCORE: _score,
    Slot.IMDB: _film,
}
