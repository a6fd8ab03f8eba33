"""Training runs: one active at a time, each ending once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from models.repositories.changes import rows_changed
from models.tables.training_runs import ACTIVE_STATES, Decision, RunState, TrainingRun

LARGE = (defer(TrainingRun.snapshot), defer(TrainingRun.plot))

QUARTER: Final = timedelta(days=92)
"""Over which the gate spends its significance."""

SCHEDULE: Final = "schedule"
"""Who asks for the runs that nobody asks for."""

TOLD_ALL: Final = "all"
"""In `told`: the message has had its last word."""

AT_REST: Final = "rest"
"""In `told`: the message shows the report, and has more to say only when somebody has decided."""


class TrainingRunRepository:
    """Rows of `training_runs`. Every change says from which state it may be made, so that none is made twice."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(
        self,
        *,
        waits: bool,
        recipe: str,
        epochs: int | None,
        note: str,
        user_id: int | None,
        operator: str,
        guild_id: int | None,
        channel_id: int | None,
        now: datetime,
    ) -> TrainingRun:
        """A new run, which has the slot unless it waits.

        Raises:
            IntegrityError: another one has the slot.
        """
        run = TrainingRun(
            state=RunState.WAITING if waits else RunState.REQUESTED,
            slot=None if waits else 1,
            recipe=recipe,
            epochs=epochs,
            note=note,
            user_id=user_id,
            operator=operator,
            guild_id=guild_id,
            channel_id=channel_id,
            told="",
            created_at=now,
            deliveries=0,
            step="",
            done=0,
            total=0,
            cause="",
            explanation="",
            decided_by="",
        )
        self.session.add(run)
        await self.session.flush()
        return run

    async def find(self, run_id: int) -> TrainingRun | None:
        """The run without its snapshot and plot."""
        return await self.session.get(TrainingRun, run_id, options=LARGE, populate_existing=True)

    async def active(self) -> TrainingRun | None:
        """The run that has the slot."""
        query = select(TrainingRun).where(TrainingRun.state.in_(ACTIVE_STATES)).options(*LARGE)
        return await self.session.scalar(query)

    async def waiting(self) -> Sequence[TrainingRun]:
        """Those that wait for the slot, the first in line first."""
        query = select(TrainingRun).where(TrainingRun.state == RunState.WAITING).order_by(TrainingRun.id)
        return (await self.session.scalars(query.options(*LARGE))).all()

    async def untold(self, limit: int) -> Sequence[TrainingRun]:
        """The latest of those whose message may have more to say, without their reports."""
        decided = or_(TrainingRun.told != AT_REST, TrainingRun.decision.is_not(None))
        more = TrainingRun.channel_id.is_not(None), TrainingRun.told != TOLD_ALL, decided
        query = select(TrainingRun).where(*more).order_by(TrainingRun.id.desc()).limit(limit)
        return (await self.session.scalars(query.options(*LARGE, defer(TrainingRun.report)))).all()

    async def versions(self, limit: int) -> Sequence[str]:
        """What the latest runs published, the latest first."""
        query = select(TrainingRun.version).where(TrainingRun.version.is_not(None)).order_by(TrainingRun.id.desc())
        return [version for version in await self.session.scalars(query.limit(limit)) if version is not None]

    async def scheduled(self) -> TrainingRun | None:
        """The latest one that the schedule asked for."""
        by_itself = TrainingRun.user_id.is_(None), TrainingRun.operator == SCHEDULE
        query = select(TrainingRun).where(*by_itself).order_by(TrainingRun.id.desc()).limit(1)
        return await self.session.scalar(query.options(*LARGE))

    async def latest(self, limit: int) -> Sequence[TrainingRun]:
        """The latest runs, the latest first."""
        query = select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit).options(*LARGE)
        return (await self.session.scalars(query)).all()

    async def of_version(self, version: str) -> TrainingRun | None:
        """The run that published a version."""
        return await self.session.scalar(select(TrainingRun).where(TrainingRun.version == version).options(*LARGE))

    async def plot(self, run_id: int) -> bytes | None:
        """The history, a PNG."""
        return await self.session.scalar(select(TrainingRun.plot).where(TrainingRun.id == run_id))

    async def snapshot(self, run_id: int) -> bytes | None:
        """The frozen corrections; None before they were frozen, and after the run's end."""
        return await self.session.scalar(select(TrainingRun.snapshot).where(TrainingRun.id == run_id))

    async def start_next(self) -> TrainingRun | None:
        """Gives the slot to the run that has waited longest; None where none waits or the slot is taken.

        Raises:
            IntegrityError: somebody else was faster.
        """
        if await self.active() is not None:
            return None
        waiting = select(TrainingRun.id).where(TrainingRun.state == RunState.WAITING).order_by(TrainingRun.id).limit(1)
        run_id = await self.session.scalar(waiting)
        if run_id is None or not await self._change(run_id, (RunState.WAITING,), state=RunState.REQUESTED, slot=1):
            return None
        return await self.find(run_id)

    async def take(self, run_id: int, champion: str, now: datetime) -> TrainingRun | None:
        """A trainer takes it up, for the first time or after another one died; None where it has ended."""
        changed = await self._change(
            run_id,
            ACTIVE_STATES,
            state=RunState.RUNNING,
            beat_at=now,
            deliveries=TrainingRun.deliveries + 1,
        )
        if not changed:
            return None
        first = TrainingRun.id == run_id, TrainingRun.started_at.is_(None)
        await self.session.execute(update(TrainingRun).where(*first).values(started_at=now, champion=champion))
        return await self.find(run_id)

    async def beat(
        self, run_id: int, step: str, done: int, total: int, now: datetime, *, deliveries: int | None = None
    ) -> bool:
        """How far it is; False where it has ended meanwhile, by an operator or because its trainer was late.

        With `deliveries` as the trainer found them it is False also where another trainer has taken it up since.
        """
        values = {"step": step, "done": done, "total": total, "beat_at": now}
        if deliveries is not None:
            own = TrainingRun.id == run_id, TrainingRun.deliveries == deliveries
            if not await self.session.scalar(select(exists().where(*own))):
                return False
        return await self._change(run_id, (RunState.RUNNING,), **values)

    async def let_go(self, run_id: int, deliveries: int) -> None:
        """Its trainer ends in good order before the run does; the next one takes it up, and none has died of it.

        With `deliveries` as that trainer found them: what another one has taken up since is not its to let go.
        """
        own = TrainingRun.id == run_id, TrainingRun.state == RunState.RUNNING, TrainingRun.deliveries == deliveries
        await self.session.execute(update(TrainingRun).where(*own).values(deliveries=deliveries - 1))

    async def attempts_before(self, run: TrainingRun) -> int:
        """Earlier runs that learnt from corrections within the quarter of a year before this one was started."""
        since = (run.started_at or run.created_at) - QUARTER
        learnt = TrainingRun.id < run.id, TrainingRun.snapshot_hash.is_not(None), TrainingRun.started_at >= since
        return await self.session.scalar(select(func.count()).select_from(TrainingRun).where(*learnt)) or 0

    async def twin(self, run: TrainingRun, snapshot_hash: str) -> TrainingRun | None:
        """An earlier run that made a version from the very same corrections and champion in the same way."""
        same = (
            TrainingRun.snapshot_hash == snapshot_hash,
            TrainingRun.recipe == run.recipe,
            TrainingRun.epochs.is_not_distinct_from(run.epochs),
        )
        query = select(TrainingRun).where(TrainingRun.id < run.id, TrainingRun.state == RunState.DONE, *same)
        return await self.session.scalar(query.order_by(TrainingRun.id.desc()).limit(1).options(*LARGE))

    async def freeze(self, run_id: int, snapshot: bytes, snapshot_hash: str) -> bool:
        """Keeps what it learns from; False where it has ended meanwhile."""
        return await self._change(run_id, (RunState.RUNNING,), snapshot=snapshot, snapshot_hash=snapshot_hash)

    async def finish(
        self, run_id: int, *, version: str, report: dict[str, Any], plot: bytes | None, now: datetime
    ) -> bool:
        """It has published its version; False where it had ended before."""
        return await self._end(run_id, RunState.DONE, now, version=version, report=report, plot=plot)

    async def fail(self, run_id: int, cause: str, explanation: str, now: datetime) -> bool:
        """It has ended without a version; False where it had ended before."""
        return await self._end(run_id, RunState.FAILED, now, cause=cause, explanation=explanation[:500])

    async def cancel(self, run_id: int, explanation: str, now: datetime) -> bool:
        """An operator ends it; False where it had ended before."""
        return await self._end(run_id, RunState.CANCELLED, now, cause="cancelled", explanation=explanation[:500])

    async def decide(self, run_id: int, decision: Decision, *, name: str, user_id: int | None) -> bool:
        """Says what became of its version; False where that was decided before."""
        open_ones = TrainingRun.id == run_id, TrainingRun.state == RunState.DONE, TrainingRun.decision.is_(None)
        values = {"decision": decision, "decided_by": name, "decided_by_id": user_id}
        return bool(await rows_changed(self.session, update(TrainingRun).where(*open_ones).values(values)))

    async def overrule(self, run_id: int, *, name: str, user_id: int | None) -> None:
        """Its version is promoted, whatever was decided before; its message has that to say, last word or not."""
        decided = TrainingRun.id == run_id, TrainingRun.decision.is_not(None)
        values = {"decision": Decision.PROMOTED, "decided_by": name, "decided_by_id": user_id, "told": ""}
        await self.session.execute(update(TrainingRun).where(*decided).values(values))

    async def tell(self, run_id: int, told: str, message_id: int | None, *, decision: Decision | None = None) -> None:
        """Notes what the message in its channel says; where another decision was made meanwhile, only which it is."""
        row = TrainingRun.id == run_id
        said = case((TrainingRun.decision.is_not_distinct_from(decision), told), else_=TrainingRun.told)
        await self.session.execute(update(TrainingRun).where(row).values(told=said, message_id=message_id))

    async def _end(self, run_id: int, state: RunState, now: datetime, **values: object) -> bool:
        open_states = (RunState.WAITING, *ACTIVE_STATES)
        return await self._change(run_id, open_states, state=state, slot=None, snapshot=None, finished_at=now, **values)

    async def _change(self, run_id: int, states: Sequence[RunState], **values: object) -> bool:
        row = TrainingRun.id == run_id, TrainingRun.state.in_(states)
        return bool(await rows_changed(self.session, update(TrainingRun).where(*row).values(**values)))
