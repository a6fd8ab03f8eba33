"""Numbers put together: "7.3 / 10", "seven point three", "8 out of 10", "six and a half"."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bot.feedback.understanding.items import Item

WORDS: Final = {
    word: Decimal(value)
    for value, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"), start=1
    )
}
"""Without zero, which negates: "zero romance"."""
OUT_OF: Final = (("/",), ("out", "of"), ("of",), ("over",), ("von",))
HALF: Final = ("and", "a", "half")


def joined(items: Sequence[Item]) -> list[Item]:
    """The items with every number in one item, those in words too."""
    row: list[Item] = []
    position = 0
    while position < len(items):
        item, position = _number_at(items, position)
        row.append(item)
    return row


def _number_at(items: Sequence[Item], start: int) -> tuple[Item, int]:
    """The item at a position, with what belongs to the same number, and the position behind it."""
    first = items[start]
    value = _value(first)
    if value is None:
        return first, start + 1
    spelt = first.number is None
    end = start + 1
    if _texts(items, end, 1) == ("point",) and (digits := _digits(items, end + 1)):
        value, spelt = Decimal(f"{value}.{digits}"), False
        end += 1 + len(digits)
    elif _texts(items, end, len(HALF)) == HALF:
        value, spelt = value + Decimal("0.5"), False
        end += len(HALF)
    for words in OUT_OF:
        after = end + len(words)
        if _texts(items, end, len(words)) == words and after < len(items):
            out_of = _value(items[after])
            if out_of is not None:
                return replace(first, number=value, out_of=out_of, meaning=type(first.meaning)()), after + 1
    if spelt:
        return replace(first, number=value, spelt=True), end
    return replace(first, number=value, meaning=type(first.meaning)()), end


def _value(item: Item) -> Decimal | None:
    return item.number if item.number is not None else WORDS.get(item.text)


def _digits(items: Sequence[Item], start: int) -> str:
    """The digits that words or figures spell from a position on, one a word: "four five" is "45"."""
    digits = ""
    for item in items[start : start + 2]:
        value = _value(item)
        if value is None or value != value.to_integral_value() or not 0 <= value <= 9:
            break
        digits += str(value)
    return digits


def _texts(items: Sequence[Item], start: int, count: int) -> tuple[str, ...]:
    return tuple(item.text for item in items[start : start + count])
