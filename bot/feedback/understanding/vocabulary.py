"""The words that the parser knows, looked up: phrases, plurals and single typing errors."""

import difflib
import functools
import re
from dataclasses import dataclass
from typing import Final

from bot.feedback.understanding.genre_names import LOOKALIKES, MIXED_NAMES, NAMES, SUGGESTED
from bot.feedback.understanding.meaning import in_order
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.words import WORDS

SHORTEST_MENDED: Final = 6
"""Names of fewer letters have too many neighbours to mend a typing error silently."""
SHORTEST_GUESSED: Final = 4
LONGEST_GUESSED: Final = 24
DRAWN_OUT: Final = re.compile(r"(\w)\1{2,}")
"""Letters repeated for emphasis: "nooo", "yesss"."""
LIKENESS: Final = 0.78
"""`difflib`'s ratio from which a name is suggested for an unknown word."""


NOTHING: Final = Role(0)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a word or phrase means."""

    role: Role = NOTHING
    genres: tuple[str, ...] = ()
    near: tuple[str, ...] | None = None
    """Genres that are only suggested for this word; `None` where it is no kind of film."""
    misspelt: bool = False
    """Whether `near` was guessed from the spelling."""


def _phrases_of(table: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in table.split(",") if phrase.strip()]


def _known_phrases() -> dict[str, Meaning]:
    known = {phrase: Meaning(near=in_order(genres)) for phrase, genres in SUGGESTED.items()}
    for genre, table in NAMES.items():
        known |= dict.fromkeys(_phrases_of(table), Meaning(genres=(genre,)))
    known |= {phrase: Meaning(genres=in_order(genres)) for phrase, genres in MIXED_NAMES.items()}
    for role, table in WORDS:
        for phrase in _phrases_of(table):
            before = known.get(phrase, Meaning())
            known[phrase] = Meaning(role=before.role | role, genres=before.genres, near=before.near)
    return known


PHRASES: Final = _known_phrases()
LONGEST_PHRASE: Final = max(len(phrase.split()) for phrase in PHRASES)
GENRE_WORDS: Final = {
    phrase: meaning.genres for phrase, meaning in PHRASES.items() if meaning.genres and " " not in phrase
}
KIND_WORDS: Final = {
    phrase: genres for phrase, genres in SUGGESTED.items() if genres and " " not in phrase
} | GENRE_WORDS
NEVER_NAMES: Final = frozenset(_phrases_of(LOOKALIKES))
MENDED_WORDS: Final = tuple(word for word in GENRE_WORDS if len(word) >= SHORTEST_MENDED)


def meaning_of_phrase(words: str) -> Meaning | None:
    """What a phrase of several words means, also in the plural; `None` where it is no phrase."""
    meaning = PHRASES.get(words)
    if meaning is None and words.endswith("s") and (singular := PHRASES.get(words[:-1])) and _is_genre(singular):
        return singular
    return meaning


@functools.lru_cache(maxsize=4096)
def meaning_of_word(word: str) -> Meaning:
    """What one word means; an empty meaning where it is unknown."""
    if word not in PHRASES:
        word = DRAWN_OUT.sub(r"\1", word)
    for form in _forms(word):
        meaning = PHRASES.get(form)
        if meaning is not None and (form == word or _is_genre(meaning)):
            return meaning
    return _misspelt(word)


def _is_genre(meaning: Meaning) -> bool:
    return bool(meaning.genres) or meaning.near is not None


def _forms(word: str) -> list[str]:
    """The word, its singular, and what stands before -ish or -esque."""
    if word in NEVER_NAMES:
        return [word]
    endings = [ending for ending in ("s", "ish", "esque") if word.endswith(ending)]
    return [word, *(word.removesuffix(ending) for ending in endings)]


def _misspelt(word: str) -> Meaning:
    if not SHORTEST_GUESSED <= len(word) <= LONGEST_GUESSED or word in NEVER_NAMES or not word.isalpha():
        return Meaning()
    mended = {GENRE_WORDS[name] for name in MENDED_WORDS if one_edit_apart(word, name)}
    if len(mended) == 1:
        return Meaning(genres=mended.pop())
    if word.endswith("ly"):
        return Meaning(role=Role.FILLER)  # an adverb
    nearest = difflib.get_close_matches(word, KIND_WORDS, n=1, cutoff=LIKENESS)
    return Meaning(near=in_order(KIND_WORDS[nearest[0]]), misspelt=True) if nearest else Meaning()


def one_edit_apart(word: str, name: str) -> bool:
    """Whether one letter inserted, left out, replaced, or two neighbours swapped turn the one into the other."""
    if abs(len(word) - len(name)) > 1 or word == name:
        return False
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    left, right = word[start:], name[start:]
    swapped = left[:2] == right[1::-1] and len(right) > 1 and left[2:] == right[2:]
    return left[1:] == right or left == right[1:] or left[1:] == right[1:] or swapped
