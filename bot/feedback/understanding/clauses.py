"""A message in sentences, and these in clauses: what is read at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.feedback.understanding.items import Item, Sign
from bot.feedback.understanding.roles import Role


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """What stands between two full stops."""

    items: tuple[Item, ...]
    asks: bool
    """Whether it ends with a question mark."""

    def clauses(self) -> Iterator[tuple[bool, tuple[Item, ...]]]:
        """The clauses, each with whether a "but" opens it."""
        after_but = False
        clause: list[Item] = []
        for item in self.items:
            if item.sign is Sign.COMMA or Role.BUT in item.role:
                if clause:
                    yield after_but, tuple(clause)
                    after_but, clause = False, []
                after_but = after_but or Role.BUT in item.role
            else:
                clause.append(item)
        if clause:
            yield after_but, tuple(clause)


def sentences_of(items: Sequence[Item]) -> list[Sentence]:
    """The sentences of a message, without the empty ones."""
    sentences = []
    current: list[Item] = []
    for item in [*items, Item(text="", sign=Sign.END)]:
        if item.sign is Sign.END or item.sign is Sign.QUESTION:
            if current:
                sentences.append(
                    Sentence(items=tuple(current), asks=item.sign is Sign.QUESTION and not _requests(current))
                )
            current = []
        else:
            current.append(item)
    return sentences


def _requests(items: Sequence[Item]) -> bool:
    return any(Role.REQUEST in item.role for item in items)


def first_said(items: Sequence[Item]) -> Item | None:
    """The first item that does something."""
    return next((item for item in items if not item.role or item.role & ~(Role.FILLER | Role.FILM)), None)
