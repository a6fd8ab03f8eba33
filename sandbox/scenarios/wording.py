"""What a bot says, with what may vary left open by an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

#: Stands for any text within a line; alone on a line, for any number of lines.
OPEN = "…"

_VARYING = re.compile(r"\d+(?:[.,:]\d+)*")


def opened(text: str) -> list[str]:
    """Return the lines of a text with its numbers, ids and times left open."""
    return [_VARYING.sub(OPEN, line) for line in text.splitlines()]


def changed(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return the lines of a text that was told before: what changed, each time between the lines next to it.

    Args:
        before: As it was told.
        now: As it is.
    """
    told: list[str] = []
    blocks = SequenceMatcher(a=before, b=now, autojunk=False).get_opcodes()
    for index, (kind, _, _, start, end) in enumerate(blocks):
        lines = list(now[start:end])
        if kind == "equal" and len(lines) > 3:
            first, last = index > 0, index < len(blocks) - 1
            lines = [*lines[: 1 if first else 0], OPEN, *lines[-1 if last else len(lines) :]]
        told += lines
    return told


def says(text: str, wanted: Sequence[str]) -> bool:
    """Return whether a text is what was wanted, line by line.

    Args:
        text: What the bot says.
        wanted: Lines in which an ellipsis stands for anything.
    """
    runs: list[list[str]] = [[]]
    for line in wanted:
        if line.strip() == OPEN:
            runs.append([])
        else:
            runs[-1].append(line)
    return _follows(text.splitlines(), runs, _lines_fit)


def _lines_fit(lines: Sequence[str], wanted: Sequence[str]) -> bool:
    fitting = (_follows(line, pattern.split(OPEN), str.__eq__) for line, pattern in zip(lines, wanted, strict=True))
    return all(fitting)


def _follows(whole: Sequence[Any], parts: Sequence[Sequence[Any]], fits: Callable[[Any, Any], bool]) -> bool:
    """Return whether the parts are in the whole in their order, the first at its start and the last at its end."""
    if len(parts) == 1:
        return len(whole) == len(parts[0]) and fits(whole, parts[0])
    first, *between, last = parts
    at, end = len(first), len(whole) - len(last)
    if at > end or not fits(whole[:at], first) or not fits(whole[end:], last):
        return False
    for part in between:
        while at + len(part) <= end and not fits(whole[at : at + len(part)], part):
            at += 1
        at += len(part)
        if at > end:
            return False
    return True
