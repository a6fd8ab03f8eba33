"""Which of several pictures a member means: "the second is a comedy", "picture 3: horror", "#1 tt0114369"."""

import re
from typing import Final, NamedTuple

ORDINALS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
"""Numbers of pictures by the words for them; the last one counts from the end."""

NAMED: Final = re.compile(
    rf"""
    \b(?:the\s+)?(?P<ordinal>{"|".join(ORDINALS)})\b(?:\s+(?:one|picture|poster|image|film|movie)\b)?
    | \b(?:picture|poster|image|number|no\.?|nr\.?)\s*\#?(?P<number>[1-4])\b(?![.,]\d)
    | \#(?P<hash>[1-4])\b(?![.,]\d)
    | ^\s*(?P<start>[1-4])\s*[:)]
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Which(NamedTuple):
    """The picture that was named, and what else was said."""

    picture: int | None
    """From 0; None where none of those that there are was named, or several were."""
    rest: str


def which_picture(text: str, count: int) -> Which:
    """Finds the picture that a text names.

    Args:
        text: a member's words, without mentions.
        count: pictures in the reply, at least 1.
    """
    numbers = {_number(match, count) for match in NAMED.finditer(text)}
    if len(numbers) != 1:
        return Which(None, text)
    (number,) = numbers
    return Which(number - 1 if 1 <= number <= count else None, NAMED.sub(" ", text).strip(" ,:;"))


def _number(match: re.Match[str], count: int) -> int:
    if ordinal := match["ordinal"]:
        number = ORDINALS[ordinal.lower()]
        return count if number < 0 else number
    return int(match["number"] or match["hash"] or match["start"])
