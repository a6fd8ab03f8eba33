"""What a message means: the genres, the score and the film that it states, and what has to be asked back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.genres import GENRES


class ProblemKind(StrEnum):
    """Why something in a message was not taken, so that the bot asks back."""

    SCORE_OUT_OF_RANGE = "score_out_of_range"
    """A score below 0 or above 10."""
    SEVERAL_SCORES = "several_scores"
    """Two different scores, or a range of them, with nothing to say which one is IMDb's."""
    WHOSE_SCORE = "whose_score"
    """The member's own rating, or another site's: the bot asks for IMDb's."""
    UNREADABLE_SCORE = "unreadable_score"
    """Stars, per cent, n/5, a bound ("over 7") or a lone number word: not a score from 0 to 10."""
    UNKNOWN_GENRE = "unknown_genre"
    """A genre that IMDb does not have, or a word that resembles one; `suggestions` holds what may have been meant."""
    UNSURE = "unsure"
    """Genres said with a "maybe" or as alternatives ("horror or thriller"); `suggestions` holds them."""
    CONTRADICTION = "contradiction"
    """The same genre both stated and denied; `suggestions` holds it."""
    NO_GENRE_LEFT = "no_genre_left"
    """All predicted genres were denied and none was named instead."""
    SEVERAL_IDS = "several_ids"
    """Two different films."""
    UNREADABLE_ID = "unreadable_id"
    """An IMDb id or link that is no title's: too few or too many digits, a person's, a list's."""
    DISAGREES = "disagrees"
    """The member says that it is wrong, but not what is right."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to ask back."""

    kind: ProblemKind
    about: str = ""
    """The piece of the message that it is about, as written; pass it through `sentences.quoted` before showing it."""
    suggestions: tuple[str, ...] = ()
    """Genres of the vocabulary, in its order, that may have been meant."""


@dataclass(frozen=True, kw_only=True)
class GenreStatement:
    """What a message says of the genres: either all of them, or a change of those predicted.

    All three are in the vocabulary's order and share no genre.
    """

    stated: tuple[str, ...] = ()
    """All the genres of the film ("it's horror and comedy"); where it is set, `added` and `removed` are empty."""
    added: tuple[str, ...] = ()
    """Genres that the prediction lacks ("also crime")."""
    removed: tuple[str, ...] = ()
    """Genres that the prediction has wrongly ("not a drama")."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What a message means. All empty: it says nothing about the poster that the bot understands."""

    genres: GenreStatement | None = None
    score: float | None = None
    """IMDb's score, 0 to 10, one decimal."""
    imdb_id: str | None = None
    """"tt" and seven or eight digits."""
    agrees: bool = False
    """The judgement's genres are right as they are; never together with `genres`, which says more."""
    undo: bool = False
    """The member takes back what they said last; what else the message says counts after that."""
    problems: tuple[Problem, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether there is neither anything to store or take back nor anything to ask back."""
        return self == Understood()


def resolve(statement: GenreStatement, predicted: Sequence[str]) -> tuple[str, ...]:
    """The film's genres according to a statement about a prediction, in the vocabulary's order.

    Empty where all that was predicted is denied: no genres are no label, so the caller asks back (`NO_GENRE_LEFT`).
    """
    if statement.stated:
        return in_order(statement.stated)
    return in_order((set(predicted) | set(statement.added)) - set(statement.removed))


def in_order(genres: Sequence[str] | set[str]) -> tuple[str, ...]:
    """These genres, each once, in the vocabulary's order."""
    return tuple(name for name in GENRES if name in genres)
