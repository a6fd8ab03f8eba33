"""One message for each training run, kept up to date from its row: nothing is told twice, whoever was restarted."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.messenger import TellingError, TryAgain
from bot.versions.pace import Pace
from bot.versions.serving import serving_now
from bot.versions.turns import Turns
from broker.connection import Broker
from models.database import Database
from models.fail_points import reach
from models.repositories import TrainingRunRepository
from models.repositories.training_runs import AT_REST, TOLD_ALL
from models.tables import Decision, RunState, TrainingRun

log = structlog.get_logger(__name__)

MOST: Final = 20
"""Runs whose messages are looked after, the latest."""


@dataclass(frozen=True)
class News:
    """What there is to say of a run."""

    run: TrainingRun
    left: float | None = None
    """Seconds until its step is through; None where that cannot be told."""
    serving: tuple[str, ...] = ()
    """After a promotion: which engines judge with it, a sentence each."""
    last: bool = False
    """Whether there will be nothing more to say."""

    @property
    def digest(self) -> str:
        """The same for what reads the same; 64 hexadecimal digits."""
        run, left = self.run, None if self.left is None else round(self.left / 10)
        progress = (run.deliveries, run.step, run.done, run.total, left)
        said = (run.state, progress, run.decision, run.decided_by, run.operator, run.explanation, self.serving)
        return hashlib.sha256(repr(said).encode()).hexdigest()


class RunMessages(Protocol):
    """The chat service. All of it raises `TryAgain`, `TokenExpired` or `Undeliverable`."""

    def are_ours(self, run: TrainingRun) -> bool:
        """Whether this process looks after the channel of a run: of several, one does."""
        ...

    def may_reply(self, run_id: int) -> bool:
        """Whether the reply to the command that asked for a run can be edited still: for a quarter of an hour."""
        ...

    async def show(self, news: News) -> int | None:
        """Writes or edits the run's message; gives its id, None for a reply. May be repeated without harm."""
        ...


class RunTelling:
    """Looks at the rows every few seconds."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        messages: RunMessages,
        *,
        interval: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._broker = broker
        self._messages = messages
        self._interval = interval
        self._clock = clock
        self._paces: dict[int, Pace] = {}
        self._turns = Turns(clock)
        self._replies: dict[int, str] = {}
        """Runs whose message is the reply to the command, with what it says: it lives a quarter of an hour."""
        self._woken = asyncio.Event()

    def follow_reply(self, run_id: int) -> None:
        """Keeps a reply up to date instead of a message in a channel, as long as it can be edited."""
        self._replies[run_id] = ""
        self.wake()

    def wake(self) -> None:
        """Something has just changed."""
        self._woken.set()

    async def run(self) -> None:
        """Tells until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.look()
            except SQLAlchemyError as error:
                log.warning("runs.not_told", error=type(error).__name__)
            except Exception:
                # Not foreseen; whoever waits for a poster's judgement has nothing to do with it.
                log.exception("runs.telling_failed")
            try:
                async with asyncio.timeout(self._interval):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Brings all messages up to date."""
        async with self._database.reading() as session:
            runs = TrainingRunRepository(session)
            rows = [run for run in await runs.untold(MOST) if self._messages.are_ours(run)]
            self._replies = {one: told for one, told in self._replies.items() if self._messages.may_reply(one)}
            # A list, as a command may add its reply while the database is asked.
            rows += [run for run_id in list(self._replies) if (run := await runs.find(run_id)) is not None]
        looked_after = {run.id for run in rows}
        self._turns.keep(looked_after)
        self._paces = {run_id: pace for run_id, pace in self._paces.items() if run_id in looked_after}
        for run in rows:
            try:
                await self._tell(run)
            except SQLAlchemyError:
                raise
            except Exception:
                # Not foreseen, a report of a newer program perhaps: the others are told all the same.
                log.exception("run.telling_failed", run=run.id)

    async def _tell(self, run: TrainingRun) -> None:
        news = await self._news(run)
        told = self._replies.get(run.id, run.told)
        message_id: int | None = run.message_id
        if told != news.digest:
            kind = run.state, run.decision, news.last
            if not self._turns.has_come(run.id, kind, message_id):
                return
            try:
                message_id = await self._messages.show(replace(news, run=await self._whole(run)))
            except TryAgain as error:
                log.info("run.not_told_yet", run=run.id, reason=str(error))
                self._turns.was_refused(run.id)
                return
            except TellingError as error:
                # Deleted, or not allowed any more: `/model show` and the command line know all that it said.
                log.warning("run.cannot_be_told", run=run.id, reason=str(error))
                await self._note(run, TOLD_ALL, message_id)
                return
            reach("bot.run_told")
            self._turns.was_taken(run.id, kind)
        if (noted := self._noted(news)) != told:
            await self._note(run, noted, message_id)

    async def _whole(self, run: TrainingRun) -> TrainingRun:
        """The run with its report."""
        async with self._database.reading() as session:
            return await TrainingRunRepository(session).find(run.id) or run

    def _noted(self, news: News) -> str:
        """What is noted of a message that says all the news."""
        if news.last:
            return TOLD_ALL
        at_rest = news.run.state is RunState.DONE and news.run.decision is None
        # A reply is at rest as well, but it is not selected by what is noted of it.
        return AT_REST if at_rest and news.run.id not in self._replies else news.digest

    async def _note(self, run: TrainingRun, told: str, message_id: int | None) -> None:
        if run.id in self._replies:
            self._replies[run.id] = told
            if told == TOLD_ALL:
                del self._replies[run.id]
            return
        async with self._database.writing() as session:
            await TrainingRunRepository(session).tell(run.id, told, message_id, decision=run.decision)

    async def _news(self, run: TrainingRun) -> News:
        if run.state is RunState.RUNNING:
            return News(run, left=self._paces.setdefault(run.id, Pace(self._clock)).left(run))
        if run.decision is Decision.PROMOTED and run.version is not None:
            found = await serving_now(self._database, self._broker, run.version)
            return News(run, serving=found.sentences, last=found.settled)
        ended = run.state in (RunState.FAILED, RunState.CANCELLED) or run.decision is Decision.REJECTED
        return News(run, last=ended)
