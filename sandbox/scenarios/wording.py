"""What a bot says, with what may vary left open by an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Stands for any text within a line; alone on a line, for any number of lines.
OPEN = "…"

_VARYING = re.compile(r"\d+(?:[.,:]\d+)*")


def opened(text: str) -> list[str]:
    """Return the lines of a text with its numbers, ids and times left open."""
    return [_VARYING.sub(OPEN, line) for line in text.splitlines()]


def says(text: str, wanted: Sequence[str]) -> bool:
    """Return whether a text is what was wanted, line by line.

    Args:
        text: What the bot says.
        wanted: Lines in which an ellipsis stands for anything.
    """
    pattern = "".join(r"(?:.*\n)*" if line.strip() == OPEN else f"{_line(line)}\n" for line in wanted)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in text.splitlines())) is not None


def _line(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split(OPEN))
