"""Film titles as they are compared: what somebody types seldom has every accent, comma and article in its place."""

import re
import unicodedata
from typing import Final

ARTICLES: Final = frozenset({"a", "an", "the"})
"""English ones only: "Die Hard" and "La La Land" are not what a German or French article would make of them."""

LENGTH: Final = 500
"""Most characters of a title, and of a title as it is searched."""

_LETTERS: Final = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
"""Letters of Latin alphabets that Unicode does not take apart."""

_WITHIN_WORDS: Final = frozenset("'’‘`´ʻʼ.")
"""Signs that part no words: "Schindler's List", "E.T."."""

_YEAR_AT_END: Final = re.compile(r"(?P<title>.*)[\s,][(\[]?(?P<year>(1|1[89]|18[7-9]|19\d|2|20|20\d)\d?)[)\]]?", re.S)
"""Says no to any text in one pass over it."""


def search_title(title: str) -> str:
    """A title as it is compared: small letters, without accents, punctuation and leading English articles.

    Letters of other alphabets stay. A title of nothing but signs keeps them ("$"), and one of nothing but articles its
    last one. What this gives comes back unchanged from a second call.

    Args:
        title: of a film, or what somebody typed; any text.

    Returns:
        Words with one space between them, at most `LENGTH` characters; empty only where `title` has no visible sign.
    """
    letters = "".join(_if_visible(sign) for sign in _taken_apart(title))
    words = "".join(_as_part_of_words(sign) for sign in letters.replace("&", " and ")).split() or letters.split()
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return " ".join(words)[:LENGTH].rstrip()


def split_year(typed: str) -> tuple[str, str] | None:
    """Title and year, or the year's first digits, of "Heat 1995", "heat (1995)" or "heat (19"; None without them."""
    match = _YEAR_AT_END.fullmatch(typed.strip())
    title = "" if match is None else match["title"].rstrip(", \t\n")
    return (title, match["year"]) if match is not None and title else None


def _taken_apart(title: str) -> str:
    # Small letters may have parts that their capitals had not, and the other way round.
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold()).translate(_LETTERS)


def _if_visible(sign: str) -> str:
    category = unicodedata.category(sign)
    if category.startswith("M") or category == "Cf":  # Accents; soft hyphens and their like.
        return ""
    return " " if category.startswith("C") else sign


def _as_part_of_words(sign: str) -> str:
    if sign.isalnum():
        return sign
    return "" if sign in _WITHIN_WORDS else " "
