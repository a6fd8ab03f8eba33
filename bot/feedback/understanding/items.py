"""From plain text to a row of items: known words with what they do, genres, numbers, ids, and signs."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.vocabulary import LONGEST_PHRASE, Meaning, meaning_of_phrase, meaning_of_word

TOKEN: Final = re.compile(
    r"(?P<id>tt\d{7,8}(?!\w)|tt0(?!\w))"
    r"|(?P<count>\d{1,3}(?:,\d{3})+(?!\d)"  # votes, times of day, dates
    r"|\d+:\d+|\d+(?P<between>[./-])\d+(?P=between)\d+)"
    r"|(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)"
    r"|(?P<word>[^\W\d_](?:\w|'(?=\w))*)"
    r"|(?P<arrow>->)"
    r"|(?P<change>(?<![\w)\]])[+-](?=[^\W\d_]))"
    r"|(?P<minus>(?<![\w)\]%.,-])-(?=\d))"
    r"|(?P<mark>[\n.!;?…]+)"
    r"|(?P<comma>[,，、]|(?<=\s)-+(?=\s))"
    r"|(?P<and>[/&+])"
    r"|(?P<stars>(?:[★☆⭐🌟]\s?)+)"
    r"|(?P<sign>[%#$€£])"
)
GLUED: Final = re.compile(r"(imdb|score|rating|rated)(?=\d)")
"""A cue that is written together with its number."""


class Sign(Enum):
    """What stands between words."""

    END = auto()
    """The end of a sentence."""
    QUESTION = auto()
    COMMA = auto()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One word, phrase, number, id or sign of a message."""

    text: str
    meaning: Meaning = field(default_factory=Meaning)
    number: Decimal | None = None
    out_of: Decimal | None = None
    """What the number is out of, where that is said: 10 in "7/10"."""
    spelt: bool = False
    """Whether the number is a lone word, which may mean anything: "seven"."""
    imdb_id: str | None = None
    sign: Sign | None = None

    @property
    def role(self) -> Role:
        """What the word does."""
        return self.meaning.role

    @property
    def is_genre(self) -> bool:
        """Whether it names a genre, or stands where one was meant."""
        return bool(self.meaning.genres) or self.meaning.near is not None

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of the word."""
        return not (self.role or self.is_genre or self.number is not None or self.imdb_id or self.sign)


def items_of(text: str) -> list[Item]:
    """The items of a cleaned text, in its order."""
    return _phrases([_item(match) for match in TOKEN.finditer(GLUED.sub(r"\1 ", text))])


def _item(match: re.Match[str]) -> Item:
    text = match[0]
    match match.lastgroup:
        case "id":
            return Item(text=text, imdb_id=text)
        case "number":
            return Item(text=text, number=Decimal(text.replace(",", ".")))
        case "word":
            return Item(text=text.replace("'", ""))
        case "mark":
            return Item(text=text, sign=Sign.QUESTION if "?" in text else Sign.END)
        case "comma":
            return Item(text=text, sign=Sign.COMMA)
        case kind:
            return Item(text=text, meaning=Meaning(role=_role_of_sign(kind or "", text)))


def _role_of_sign(kind: str, text: str) -> Role:
    match kind:
        case "change":
            return Role.ADD if text == "+" else Role.REMOVE
        case "stars":
            return Role.STARS if len("".join(text.split())) > 1 else Role.FILLER
        case "sign":
            return Role.UNIT if text == "%" else Role.COUNTER
        case _:
            return ROLE_OF_SIGN[kind]


ROLE_OF_SIGN: Final = {
    "count": Role.UNIT,
    "and": Role.FILLER | Role.AND,
    "minus": Role.FILLER,
    "arrow": Role.BECOMES,
}


def _phrases(tokens: list[Item]) -> list[Item]:
    """The tokens with the longest known phrases put together, and single words looked up."""
    items = []
    position = 0
    while position < len(tokens):
        item, length = _longest_phrase(tokens, position)
        items.append(item)
        position += length
    return items


def _is_word(token: Item) -> bool:
    return token.unknown or (token.number is not None and token.text.isdecimal())


def _longest_phrase(tokens: list[Item], position: int) -> tuple[Item, int]:
    first = tokens[position]
    if not _is_word(first):
        return first, 1
    end = position + 1
    while end < len(tokens) and end - position < LONGEST_PHRASE and _is_word(tokens[end]):
        end += 1
    for stop in range(end, position + 1, -1):
        words = " ".join(token.text for token in tokens[position:stop])
        meaning = meaning_of_phrase(words)
        if meaning is not None:
            return Item(text=words, meaning=meaning), stop - position
    if first.number is not None:
        return first, 1
    return Item(text=first.text, meaning=meaning_of_word(first.text)), 1
