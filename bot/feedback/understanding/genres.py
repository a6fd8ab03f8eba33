"""What a message says of the genres, and whether it agrees with those judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.feedback.understanding.clause_reading import ClauseReader
from bot.feedback.understanding.clauses import Sentence, first_said
from bot.feedback.understanding.items import Item
from bot.feedback.understanding.meaning import GenreStatement, Problem, ProblemKind, in_order
from bot.feedback.understanding.mentions import Mode
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.verdicts import attitude


@dataclass(kw_only=True)
class GenreReading:
    """What all clauses together say."""

    genres: dict[Mode, set[str]] = field(default_factory=lambda: {mode: set() for mode in Mode})
    problems: list[Problem] = field(default_factory=list)
    agrees: bool = False
    disagrees: bool = False

    def statement(self) -> GenreStatement | None:
        """The statement without what contradicts itself; `None` where nothing is left."""
        contradicted = self.contradicted()
        stated = self.genres[Mode.STATE] - contradicted
        added = self.genres[Mode.ADD] - contradicted
        removed = self.genres[Mode.REMOVE] - contradicted
        if stated:
            return GenreStatement(stated=in_order(stated | added))
        if added or removed:
            return GenreStatement(added=in_order(added), removed=in_order(removed))
        return None

    def contradicted(self) -> set[str]:
        """Genres both said to be there and not to be there."""
        return (self.genres[Mode.STATE] | self.genres[Mode.ADD]) & self.genres[Mode.REMOVE]

    def all_problems(self) -> list[Problem]:
        """What has to be asked back about genres."""
        problems = list(self.problems)
        if contradicted := self.contradicted():
            problems.append(Problem(kind=ProblemKind.CONTRADICTION, suggestions=in_order(contradicted)))
        said = self.genres[Mode.STATE] | self.genres[Mode.ADD] | self.genres[Mode.REMOVE]
        if doubted := self.genres[Mode.DOUBT] - said:
            problems.append(Problem(kind=ProblemKind.UNSURE, suggestions=in_order(doubted)))
        return problems


def read_genres(sentences: Sequence[Sentence]) -> GenreReading:
    """Reads the sentences one after the other."""
    reading = GenreReading()
    asked: tuple[Item, ...] = ()
    for sentence in sentences:
        if sentence.asks:
            asked = _bare_genres(sentence.items)
            continue
        answer = first_said(sentence.items)
        said_no = answer is not None and bool(answer.role & (Role.NO | Role.WRONG | Role.NOT | Role.DENY))
        if asked and said_no:
            reading.genres[Mode.REMOVE].update(genre for item in asked for genre in item.meaning.genres)
        asked = ()
        _read_sentence(sentence, reading)
    return reading


def _bare_genres(items: Sequence[Item]) -> tuple[Item, ...]:
    """The genres of a question that is nothing else: "drama?"."""
    if all(item.is_genre or item.role & (Role.FILLER | Role.OR) for item in items):
        return tuple(item for item in items if item.is_genre)
    return ()


def _read_sentence(sentence: Sentence, reading: GenreReading) -> None:
    readers: list[ClauseReader] = []
    clauses = list(sentence.clauses())
    everything_right = False
    last_alternative = max(
        (
            index
            for index, (_, items) in enumerate(clauses)
            if any(Role.OR in item.role or item.text == "nor" for item in items)
        ),
        default=-1,
    )
    for index, (after_but, items) in enumerate(clauses):
        reader = ClauseReader()
        if _continues(items) and readers and not after_but:
            _carry(readers[-1], reader, listed_as_alternatives=index <= last_alternative)
        first = first_said(items)
        if first is not None and Role.QUESTION in first.role:
            reader.mode, reader.sticky = Mode.VOID, True
        elif index == 0 and Role.AND in items[0].role:
            reader.mode = Mode.ADD  # "and crime"
        elif after_but and everything_right:
            reader.mode = Mode.REMOVE  # "all right but drama"
        reader.read(items)
        if after_but and readers and readers[-1].seems:
            _take_back(readers[-1], reader)
        readers.append(reader)
        everything_right = any(Role.ALL in item.role for item in items)
        if reader.mode not in {Mode.VOID, Mode.DOUBT} and not any(item.is_genre for item in items):
            agrees = attitude(items, known=reader.known and not reader.unknown_words, negated=reader.negated)
            reading.agrees = reading.agrees or agrees is True
            reading.disagrees = reading.disagrees or agrees is False
    _collect(readers, reading)


def _continues(items: Sequence[Item]) -> bool:
    """Whether a clause goes on with the list before it: a genre is the first thing that it says."""
    first = next(
        (
            item
            for item in items
            if item.is_genre or item.role & ~(Role.FILLER | Role.FILM | Role.AND | Role.OR | Role.NOT)
        ),
        None,
    )
    negated = any(Role.NOT in item.role and item.text != "nor" for item in items)
    return first is not None and first.is_genre and not negated


def _carry(before: ClauseReader, reader: ClauseReader, *, listed_as_alternatives: bool) -> None:
    """Lets a list go on over a comma.

    A negation does so only in a list with "or" or "nor": in "not horror, comedy" it is a comedy.
    """
    if before.void:
        reader.mode, reader.sticky, reader.void = Mode.VOID, True, True
    elif before.mode is not Mode.STATE and (
        before.mode is not Mode.REMOVE or before.last_mode_by_verb or listed_as_alternatives
    ):
        reader.mode, reader.sticky, reader.last_mode_by_verb = before.mode, before.sticky, before.last_mode_by_verb


def _take_back(seeming: ClauseReader, but: ClauseReader) -> None:
    """Drops what only seemed so: "looks like horror but it's a comedy"; a bare "but it isn't" denies it."""
    if any(mention.mode is Mode.STATE for mention in but.mentions):
        taken = Mode.VOID
    elif but.negated and but.known and not but.mentions and not but.unknown_words:
        taken = Mode.REMOVE
    else:
        return
    for mention in seeming.mentions:
        if mention.mode is Mode.STATE:
            mention.mode = taken


def _collect(readers: Sequence[ClauseReader], reading: GenreReading) -> None:
    instead = any(reader.instead for reader in readers)
    for reader in readers:
        named = any(mention.item.meaning.genres for mention in reader.mentions)
        for mention in reader.mentions:
            mode = Mode.ADD if instead and mention.mode is Mode.STATE else mention.mode
            meaning = mention.item.meaning
            reading.genres[mode].update(meaning.genres)
            if meaning.near is not None and mode is not Mode.VOID and (meaning.misspelt or not named):
                reading.problems.append(
                    Problem(kind=ProblemKind.UNKNOWN_GENRE, about=mention.item.text, suggestions=meaning.near)
                )
        if reader.explicit and not reader.mentions and len(reader.named) == 1 and reader.mode is not Mode.VOID:
            word = reader.named[0]
            if word.unknown:
                reading.problems.append(Problem(kind=ProblemKind.UNKNOWN_GENRE, about=word.text))
