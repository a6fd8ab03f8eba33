"""Asking for a retraining and ending one: the run's row first, then the queue, which may lose it."""

from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import IntegrityError

from bot.judging.clock import now
from bot.versions.promoting import LONGEST_NAME, LONGEST_REASON, Operator
from broker.connection import Broker
from broker.errors import BrokerUnavailable, QueueFull
from broker.training import request_training
from models.database import Database
from models.fail_points import reach
from models.learning_recipes import LearningRecipe
from models.repositories import TrainingRunRepository
from models.tables import RunState, TrainingRun

log = structlog.get_logger(__name__)

MOST_EPOCHS: Final = 1000

MOST_WAITING: Final = 5
"""Runs that may stand in line."""

TRIES: Final = 3
"""Looks at who has the slot, when others take it in between."""

UNDER_WAY: Final = (
    "Run {id} is under way: {operator} asked for {recipe} on {since:%Y-%m-%d at %H:%M} UTC. Cancel it, or ask to wait."
)
LINE_IS_FULL: Final = "{count} runs wait already, and no more may. Cancel one of them first."
TOO_BUSY: Final = "Others ask for runs at this very moment. Please ask again."
NO_RUN: Final = "No run is under way."
NO_SUCH_RUN: Final = "There is no run {id}."
ENDED: Final = "Run {id} has ended already."
CANCELLED: Final = "Cancelled by {operator}."


class NotDone(Exception):
    """Nothing was changed; the message is one sentence for the operator."""


class Wish(NamedTuple):
    """What somebody asks for."""

    operator: Operator
    recipe: LearningRecipe = LearningRecipe.HEADS
    epochs: int | None = None
    """None for what the recipe says."""
    note: str = ""
    guild_id: int | None = None
    channel_id: int | None = None
    """Where its news goes; None for nowhere."""


async def ask(database: Database, wish: Wish, *, wait: bool = False) -> TrainingRun:
    """Writes a run down; `request` or whoever keeps the runs then tells the trainers.

    Args:
        database: keeps it.
        wish: what is asked for.
        wait: whether to stand in line where another run is under way.

    Raises:
        NotDone: another one is under way, or too many wait.
    """
    for _ in range(TRIES):
        try:
            async with database.writing() as session:
                run = await _add(TrainingRunRepository(session), wish, wait)
        except IntegrityError:  # Somebody else took the slot between our look and our row.
            continue
        name, recipe = wish.operator.name, wish.recipe
        reach("bot.run_kept")
        log.info("run.asked_for", run=run.id, state=run.state, recipe=recipe, operator=name, reason=wish.note)
        return run
    raise NotDone(TOO_BUSY)


async def request(broker: Broker, run: TrainingRun, attempt: int = 0) -> None:
    """Tells the trainers of a run that has the slot; may be repeated, and is, so that nothing is lost for long.

    Args:
        broker: keeps one request for each attempt.
        run: has the slot.
        attempt: a higher one where the queue remembers the request and may have lost it.
    """
    if run.state is not RunState.REQUESTED:
        return
    try:
        await request_training(broker, run.id, attempt)
    except (BrokerUnavailable, QueueFull) as error:
        log.warning("run.not_requested", run=run.id, reason=str(error))


async def cancel(database: Database, operator: Operator, run_id: int | None = None) -> TrainingRun:
    """Ends a run, the one under way if none is named; its trainer notes that within seconds.

    Raises:
        NotDone: there is none, or it has ended.
    """
    async with database.writing() as session:
        runs = TrainingRunRepository(session)
        run = await (runs.active() if run_id is None else runs.find(run_id))
        if run is None:
            raise NotDone(NO_RUN if run_id is None else NO_SUCH_RUN.format(id=run_id))
        if not await runs.cancel(run.id, CANCELLED.format(operator=operator.name[:LONGEST_NAME]), now()):
            raise NotDone(ENDED.format(id=run.id))
    log.info("run.cancelled", run=run.id, operator=operator.name)
    return run


async def _add(runs: TrainingRunRepository, wish: Wish, wait: bool) -> TrainingRun:
    waiting = await runs.waiting()
    active = await runs.active() or next(iter(waiting), None)
    if active is not None and not wait:
        raise NotDone(
            UNDER_WAY.format(
                id=active.id, operator=active.operator or "somebody", recipe=active.recipe, since=active.created_at
            )
        )
    if len(waiting) >= MOST_WAITING:
        raise NotDone(LINE_IS_FULL.format(count=len(waiting)))
    return await runs.add(
        waits=active is not None,
        recipe=wish.recipe,
        epochs=wish.epochs,
        note=wish.note[:LONGEST_REASON],
        user_id=wish.operator.user_id,
        operator=wish.operator.name[:LONGEST_NAME],
        guild_id=wish.guild_id,
        channel_id=wish.channel_id,
        now=now(),
    )
