"""Corrections in words: what a message says is stored, and what it does not say clearly is asked back once."""

from dataclasses import dataclass
from typing import Final

from bot.feedback.corrections import Corrections, Noted, Saying
from bot.feedback.sentences import NOT_UNDERSTOOD, sentence
from bot.feedback.speakers import Speaker
from bot.feedback.understanding import Problem, ProblemKind, Understood, resolve, understand
from bot.judging.clock import now
from models.consensus import Slot
from models.database import Database
from models.repositories import HintRepository
from models.repositories.hints import unclear
from models.tables import FeedbackKind, FeedbackWay

NOTHING_TO_UNDO: Final = "There is nothing of yours here to take back."

EMPTY_REPLY: Final = "empty_reply"
"""Topic of the hint for a member whose reply has no mention, and so no words that the bot could read."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What to answer."""

    sentences: tuple[str, ...]
    noted: Noted | None = None


class InWords:
    """Takes what members write about judgements."""

    def __init__(self, corrections: Corrections, database: Database) -> None:
        self._corrections = corrections
        self._database = database

    async def take(self, prediction_id: str, speaker: Speaker, text: str) -> Heard | None:
        """Stores what a message says of a judgement and gives the answer to it; None for silence.

        Args:
            prediction_id: of the judgement.
            speaker: the message's author.
            text: the message as Discord carries it.

        Raises:
            NotAccepted: the member cannot correct it, or corrects too much.
        """
        understood = understand(text)
        if understood.says_nothing:
            return await self.hint(speaker, unclear(prediction_id), NOT_UNDERSTOOD)
        sentences: list[str] = []
        noted = None
        if understood.undo:
            noted = await self._undo(prediction_id, speaker)
            sentences.append(noted.sentence)
        sayings, problems = await self._sayings(prediction_id, speaker, understood)
        if sayings:
            noted = await self._corrections.say(prediction_id, speaker, sayings, FeedbackWay.TEXT)
            sentences.append(noted.sentence)
        elif not understood.undo:
            await self._corrections.count(speaker)
        return Heard(sentences=(*sentences, *(sentence(problem) for problem in problems)), noted=noted)

    async def hint(self, speaker: Speaker, topic: str, text: str) -> Heard | None:
        """A sentence that a member reads once; None if they were told before."""
        async with self._database.writing() as session:
            new = await HintRepository(session).claim(speaker.user_id, topic, now())
        return Heard(sentences=(text,)) if new else None

    async def _undo(self, prediction_id: str, speaker: Speaker) -> Noted:
        event_ids = await self._corrections.last_said(prediction_id, speaker)
        if not event_ids:
            return Noted(sentence=NOTHING_TO_UNDO, reply_id=None)
        return await self._corrections.undo(event_ids, speaker)

    async def _sayings(
        self, prediction_id: str, speaker: Speaker, understood: Understood
    ) -> tuple[list[Saying], tuple[Problem, ...]]:
        sayings, problems = [], understood.problems
        judged = await self._corrections.look_at(prediction_id, speaker)
        if understood.agrees:
            sayings.append(Saying(kind=FeedbackKind.AGREE))
        elif understood.genres is not None:
            # "Also crime" adds to what the member said before, and else to what the model named.
            genres = resolve(understood.genres, judged.said.get(Slot.GENRES, judged.named))
            if genres:
                sayings.append(Saying(kind=FeedbackKind.GENRES, value=list(genres)))
            else:
                problems = (*problems, Problem(kind=ProblemKind.NO_GENRE_LEFT))
        if understood.score is not None:
            sayings.append(Saying(kind=FeedbackKind.SCORE, value=understood.score))
        if understood.imdb_id is not None:
            sayings.append(Saying(kind=FeedbackKind.IMDB, value=understood.imdb_id))
        return sayings, problems
