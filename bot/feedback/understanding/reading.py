"""`understand`: a message read as a whole; `parse_score`: what is typed into the field for the score."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.feedback.understanding.clauses import Sentence, sentences_of
from bot.feedback.understanding.cleaning import clean
from bot.feedback.understanding.genres import GenreReading, read_genres
from bot.feedback.understanding.imdb_ids import NO_ID
from bot.feedback.understanding.items import Item, items_of
from bot.feedback.understanding.meaning import Problem, ProblemKind, Understood
from bot.feedback.understanding.numbers import joined
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.scores import read_score


def understand(text: str) -> Understood:
    """What a message says of the poster that it answers: genres, score, film, agreement, or taking something back.

    Takes any text and time in proportion to its length. What is doubtful is a problem to ask back, never a label.
    """
    items = joined(items_of(clean(text)))
    restart = max((index for index, item in enumerate(items) if item.role & (Role.RESTART | Role.UNDO)), default=0)
    if restart and _of_items(items[:restart]).states:
        # "it's a drama, scratch that, a comedy": what it takes back stands in the same message.
        return _of_items(items[restart + 1 :]).understood()
    return _of_items(items).understood()


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What the three readers found."""

    sentences: Sequence[Sentence]
    genres: GenreReading
    score: float | None
    score_problems: list[Problem]
    imdb_id: str | None
    id_problems: list[Problem]

    @property
    def states(self) -> bool:
        """Whether it says anything that could be stored."""
        return self.genres.statement() is not None or self.score is not None or self.imdb_id is not None

    def understood(self) -> Understood:
        """All of it together."""
        statement = self.genres.statement()
        undo = any(_takes_back(sentence) for sentence in self.sentences)
        problems = [*self.genres.all_problems(), *self.score_problems, *self.id_problems]
        if not self.states and not problems and not undo:
            problems += _lone_stars(self.sentences)
            if self.genres.disagrees and not problems:
                problems.append(Problem(kind=ProblemKind.DISAGREES))
        return Understood(
            genres=statement,
            score=self.score,
            imdb_id=self.imdb_id,
            agrees=self.genres.agrees and not self.genres.disagrees and statement is None,
            undo=undo,
            problems=tuple(dict.fromkeys(problems)),
        )


def _of_items(items: Sequence[Item]) -> _Reading:
    sentences = sentences_of(items)
    score, score_problems = read_score(sentences)
    imdb_id, id_problems = _read_id(sentences)
    return _Reading(
        sentences=sentences,
        genres=read_genres(sentences),
        score=score,
        score_problems=score_problems,
        imdb_id=imdb_id,
        id_problems=id_problems,
    )


def parse_score(text: str) -> Understood:
    """What the modal's field for the score holds: a score, an id, or one problem; nothing where it is empty.

    The field asks for IMDb's score, so any number in it is taken as that. Accepts 7.3, 7,3, 7.3/10, number words, and
    IMDb's links and ids. Stars, per cent and other scales are problems.
    """
    if not text.strip():
        return Understood()
    understood = understand(f"imdb: {text}")
    if understood.imdb_id is not None:
        return Understood(imdb_id=understood.imdb_id)
    if understood.score is not None:
        return Understood(score=understood.score)
    problems = [problem for problem in understood.problems if problem.kind in OF_FIELD]
    return Understood(problems=tuple(problems[:1]) or (Problem(kind=ProblemKind.UNREADABLE_SCORE, about=text.strip()),))


OF_FIELD = {
    ProblemKind.SCORE_OUT_OF_RANGE,
    ProblemKind.SEVERAL_SCORES,
    ProblemKind.UNREADABLE_SCORE,
    ProblemKind.SEVERAL_IDS,
    ProblemKind.UNREADABLE_ID,
}


def _read_id(sentences: Sequence[Sentence]) -> tuple[str | None, list[Problem]]:
    ids: list[str] = []
    for sentence in sentences:
        if sentence.asks:
            continue
        before: Item | None = None
        for item in sentence.items:
            denied = before is not None and bool(before.role & (Role.NOT | Role.NO | Role.INSTEAD))
            if item.imdb_id is not None and not denied:
                ids.append(item.imdb_id)
            before = item
    distinct = list(dict.fromkeys(ids))
    titles = [written for written in distinct if written != NO_ID]
    if len(titles) > 1:
        return None, [Problem(kind=ProblemKind.SEVERAL_IDS, about=" / ".join(titles[:2]))]
    if titles:
        return titles[0], []
    return None, [Problem(kind=ProblemKind.UNREADABLE_ID)] if distinct else []


def _takes_back(sentence: Sentence) -> bool:
    """Whether a clause of a sentence takes back what was said before."""
    return not sentence.asks and any(_is_undo(items) for _, items in sentence.clauses())


def _is_undo(items: Sequence[Item]) -> bool:
    index = next((index for index, item in enumerate(items) if Role.UNDO in item.role), None)
    if index is None:
        return False
    denied = any(item.role & (Role.NOT | Role.VOID | Role.QUESTION) or item.text == "dont" for item in items[:index])
    of_genre = Role.REMOVE in items[index].role and any(
        item.is_genre for item in items[index:]
    )  # "remove that drama tag"
    return not denied and not of_genre


def _lone_stars(sentences: Sequence[Sentence]) -> list[Problem]:
    """A problem where there are stars and nothing else."""
    stars = [
        item.text
        for sentence in sentences
        for item in sentence.items
        if Role.STARS in item.role and not item.text.isalpha()
    ]
    return [Problem(kind=ProblemKind.UNREADABLE_SCORE, about=stars[0])] if stars else []
