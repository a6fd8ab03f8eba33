"""From a message as Discord carries it to plain small text: no pings, no markdown, no addresses."""

import re
import unicodedata
from typing import Final

from bot.feedback.understanding.imdb_ids import marked

NOT_SAID: Final = re.compile(
    r"<(?:@[!&]?|#|a?:\w{1,40}:|t:|/[^<>]{1,99}:|id:)[^<>\s]{0,40}>"  # mentions, custom emoji, times, commands
    r"|@(?:everyone|here)\b"
    r"|~~[^~]{1,2000}~~"  # struck through
    r"|^[ \t]*>>>[\s\S]*|^[ \t]*>[^\n]*$",  # quoted from somebody else
    re.MULTILINE | re.IGNORECASE,
)
MARKS: Final = str.maketrans(dict.fromkeys("*`|_#\u00ad", " ") | {"\u00a0": " "})
SIGNS: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": " - ",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "＝": "=",
    }
)
ARROWS: Final = re.compile(r"→|⇒|➡|-+>|=+>")
EMPHASIS: Final = re.compile(r"\b(?:1[01]0|1000)\s*%")
"""A hundred per cent and more: said to stress, not to count."""
HALVES: Final = re.compile(r"(\d?) ?½")
PER_CENT: Final = re.compile(r"(?<=\d)\s*(?:per ?cent|pct)\b")
THUMBS: Final = {
    "👍": " yes ",
    "✅": " yes ",
    "💯": " yes ",
    "👌": " yes ",
    "👎": " wrong ",
    "❌": " wrong ",
    "✔": " yes ",
}


def clean(text: str) -> str:
    """The message in small letters without accents; what is an IMDb title is written as `imdb_ids.marked` does."""
    text = unicodedata.normalize("NFKC", HALVES.sub(_half, text).translate(SIGNS)).translate(SIGNS)
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    text = ARROWS.sub(" -> ", marked(NOT_SAID.sub(" ", text)))
    for sign, word in THUMBS.items():
        text = text.replace(sign, word)
    text = unicodedata.normalize("NFD", text.translate(MARKS)).casefold()
    text = "".join(character for character in text if unicodedata.category(character) not in {"Mn", "Me"})
    return EMPHASIS.sub(" definitely ", PER_CENT.sub("%", text))


def _half(match: re.Match[str]) -> str:
    """A half behind a figure belongs to it; elsewhere, as behind stars, it is no number."""
    return f"{match[1]}.5" if match[1] else " "
