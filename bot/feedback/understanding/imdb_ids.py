"""IMDb's ids of titles, in links and alone."""

import re
from typing import Final

LINK: Final = re.compile(
    r"<?\b(?:https?://)?(?:(?:www|m|mobile)\.)?imdb\.com(?::\d{1,5})?(?![\w-]|\.\w)(?P<path>/[^\s<>()\[\]]*)?>?",
    re.IGNORECASE | re.ASCII,
)
TITLE_PATH: Final = re.compile(
    r"/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?title/(?P<id>tt\d{1,20})(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
ALONE: Final = re.compile(
    r"(?<![a-z0-9/.-])(?:tt\s?\d{2,20}|nm\d{5,20}|co\d{7,20})(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
OTHER_ADDRESS: Final = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]+>?", re.IGNORECASE)
NO_ID: Final = "tt0"
"""How an id or link that is no title's is written."""
FEWEST_DIGITS: Final = 7
MOST_DIGITS: Final = 8


def normalised(written: str) -> str | None:
    """The id as IMDb writes it: "tt" and seven digits or more, without needless zeros; `None` if it is no title's."""
    digits = written.lower().removeprefix("tt").strip()
    if not digits.isdecimal() or len(digits) < FEWEST_DIGITS or int(digits) == 0:
        return None
    shortest = str(int(digits)).zfill(FEWEST_DIGITS)
    return "tt" + shortest if len(shortest) <= MOST_DIGITS else None


def marked(text: str) -> str:
    """The text with IMDb's links and ids as normalised ids, or as `NO_ID`, and without all other addresses."""
    text = LINK.sub(_of_link, text)
    text = OTHER_ADDRESS.sub(" ", text)
    return ALONE.sub(lambda match: f" {normalised(match[0]) or NO_ID} ", text)


def _of_link(match: re.Match[str]) -> str:
    if match.start() and match.string[match.start() - 1] in ".-@/=":
        return match[0]  # the end of another site's name
    path = match["path"]
    if not path or path == "/":
        return " imdb "
    title = TITLE_PATH.match(path)
    return f" {(title and normalised(title['id'])) or NO_ID} "
