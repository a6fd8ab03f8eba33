"""`understand`: a message read as a whole; `parse_score`: what is typed into the field for the score."""

from collections.abc import Sequence

from bot.feedback.understanding.clauses import Sentence, sentences_of
from bot.feedback.understanding.cleaning import clean
from bot.feedback.understanding.genres import read_genres
from bot.feedback.understanding.imdb_ids import NO_ID
from bot.feedback.understanding.items import Item, items_of
from bot.feedback.understanding.meaning import Problem, ProblemKind, Understood
from bot.feedback.understanding.numbers import joined
from bot.feedback.understanding.scores import read_score
from bot.feedback.understanding.words import Role


def understand(text: str) -> Understood:
    """What a message says of the poster that it answers: genres, IMDb's score, the film's id, agreement, or that it takes back what was said.

    Takes any text and time in proportion to its length. What is doubtful is a problem to ask back, never a label.
    """
    sentences = sentences_of(joined(items_of(clean(text))))
    genres = read_genres(sentences)
    score, score_problems = read_score(sentences)
    imdb_id, id_problems = _read_id(sentences)
    statement = genres.statement()
    undo = any(_takes_back(sentence) for sentence in sentences)
    problems = [*genres.all_problems(), *score_problems, *id_problems, *_lone_stars(sentences, score, score_problems)]
    agrees = genres.agrees and not genres.disagrees and statement is None
    if genres.disagrees and not (statement or score is not None or imdb_id or undo or problems):
        problems.append(Problem(kind=ProblemKind.DISAGREES))
    return Understood(
        genres=statement, score=score, imdb_id=imdb_id, agrees=agrees, undo=undo, problems=tuple(dict.fromkeys(problems))
    )


def parse_score(text: str) -> Understood:
    """What the modal's field for the score holds: a score, an id, or one problem; nothing where it is empty.

    Accepts 7.3, 7,3, 7.3/10, IMDb's links and ids. Stars, per cent and other scales are problems.
    """
    if not text.strip():
        return Understood()
    understood = understand(text)
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
    for _, items in sentence.clauses():
        for index, item in enumerate(items):
            if Role.UNDO not in item.role:
                continue
            denied = any(before.role & (Role.NOT | Role.VOID | Role.QUESTION) or before.text == "dont" for before in items[:index])
            if not denied and not sentence.asks:
                return True
    return False


def _lone_stars(sentences: Sequence[Sentence], score: float | None, problems: Sequence[Problem]) -> list[Problem]:
    stars = [item.text for sentence in sentences for item in sentence.items if Role.STARS in item.role and not item.text.isalpha()]
    if stars and score is None and not problems:
        return [Problem(kind=ProblemKind.UNREADABLE_SCORE, about=stars[0])]
    return []
