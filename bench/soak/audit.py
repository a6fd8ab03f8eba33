"""Where every command of every member ended, and whether that is as promised."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.soak.household import Household, database_settings
from bench.soak.members import Sent
from bot.judging.clock import now
from broker import streams
from broker.connection import connected
from broker.embedded import running_server_url
from broker.errors import BrokerError
from broker.settings import BrokerSettings
from models.database import Database
from models.repositories import PredictionRepository, ReplyRepository
from models.tables import PredictionState, Reply
from posters.store import PosterStore
from sandbox import Message

NEVER_HEARD: Final = "never reached a bot in time: Discord itself told the member"
REFUSED_AT_ONCE: Final = "refused at once"
APOLOGY: Final = "told privately that something went wrong"
NO_TRACE: Final = "acknowledged, and the bot killed before its row was written"

TOLD: Final = frozenset(
    {PredictionState.ANSWERED, PredictionState.REFUSED, PredictionState.FAILED, PredictionState.EXPIRED}
)
"""States that say that the member was told; exactly once."""


@dataclass
class Audit:
    """What was found."""

    ends: Counter[str] = field(default_factory=Counter)
    """How commands ended: a state with its cause, or what happened without a row."""
    wrong: list[str] = field(default_factory=list)
    """Broken promises, a sentence each."""
    doubled: int = 0
    """Commands that were answered more than once."""
    left_thinking: Counter[str] = field(default_factory=Counter)
    """Commands whose "thinking…" Discord no longer lets the bot change, by the cause in the row."""
    no_trace: list[float] = field(default_factory=list)
    """When commands were sent that a bot acknowledged and forgot, in seconds of `time.time`."""
    settled_after: float = 0.0
    """Seconds from the last command until every row was final."""


async def settle(house: Household, timeout: float) -> float:
    """Waits until every row is final and the streams are empty; gives the seconds that it took.

    Raises:
        TimeoutError: something is still open after `timeout` seconds.
    """
    started = time.monotonic()
    database = Database(database_settings(house).url())
    try:
        async with asyncio.timeout(timeout):
            # Rows and streams of other processes: nobody tells when they change.
            while await _anything_open(database) or await _anything_queued(house):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
    finally:
        await database.close()
    return time.monotonic() - started


async def audit(house: Household, sent: Sequence[Sent]) -> Audit:
    """Holds every command against its rows, its messages and the store."""
    found = Audit()
    database = Database(database_settings(house).url())
    store = PosterStore.open(house.data_dir / "posters")
    accounted: set[str] = set()
    try:
        for one in sent:
            async with database.reading() as session:
                reply = await ReplyRepository(session).get(int(one.interaction.id))
            messages = _messages(house, one, reply)
            accounted |= {message.id for message in messages}
            if reply is None:
                _without_row(one, messages, found)
            else:
                await _with_row(one, reply, messages, store, found)
    finally:
        await database.close()
    stray = [m.id for m in house.sandbox.channel.messages.values() if m.author.bot and m.id not in accounted]
    found.wrong += [f"message {message} belongs to no command" for message in stray]
    found.doubled += len(stray)
    # A bot that was killed between row and deferral cannot know that there is nothing to edit yet.
    breaches = [breach for breach in house.sandbox.breaches if "only after its first response" not in breach.rule]
    found.wrong += [f"breach of Discord's rules: {breach}" for breach in breaches]
    return found


def _messages(house: Household, one: Sent, reply: Reply | None) -> list[Message]:
    """The bot's messages about a command: its replies, and the ordinary one that a late answer is."""
    messages = list(one.interaction.messages)
    late = house.sandbox.channel.messages.get(str(reply.message_id)) if reply and reply.message_id else None
    if late is not None and late not in messages:
        messages.append(late)
    return messages


def _without_row(one: Sent, messages: Sequence[Message], found: Audit) -> None:
    words = [message for message in messages if not message.thinking]
    if one.interaction.response is None:
        found.ends[NEVER_HEARD] += 1
    elif one.interaction.original is not None and one.interaction.original in words:
        found.ends[REFUSED_AT_ONCE] += 1
    elif words:
        found.ends[APOLOGY] += 1
    else:
        found.ends[NO_TRACE] += 1
        found.no_trace.append(one.fate.sent)


async def _with_row(one: Sent, reply: Reply, messages: Sequence[Message], store: PosterStore, found: Audit) -> None:
    name = f"{one.kind} command {one.interaction.id}"
    states = {prediction.state for prediction in reply.predictions}
    causes = " and ".join(sorted({f"{row.state}{' ' + row.cause if row.cause else ''}" for row in reply.predictions}))
    found.ends[causes] += 1
    if any(prediction.finished_at is None for prediction in reply.predictions):
        found.wrong.append(f"{name} is not final: {causes}")
    words = [message for message in messages if not message.thinking]
    if len(words) > 1:
        found.doubled += 1
        found.wrong.append(f"{name} was answered {len(words)} times: {causes}")
    if states & TOLD and not words:
        found.wrong.append(f"{name} was told nothing: {causes}")
    if PredictionState.ANSWERED in states and not any("IMDb" in message.text for message in words):
        found.wrong.append(f"{name} got no judgement: {causes}")
    if len(words) < len(messages):
        found.left_thinking[causes] += 1
        # A late answer is an ordinary message; the first reply is then out of the bot's reach.
        if any(message in one.interaction.messages for message in words):
            found.wrong.append(f"{name} was left thinking: {causes}")
    for prediction in reply.predictions:
        if prediction.poster_id is not None and not await store.exists(prediction.poster_id):
            found.wrong.append(f"{name}: its poster is not in the store")


async def _anything_open(database: Database) -> bool:
    async with database.reading() as session:
        predictions = PredictionRepository(session)
        return bool(
            await predictions.received_before(now(), 1)
            or await predictions.queued_before(now(), 1)
            or await ReplyRepository(session).ready_to_tell(1)
        )


async def _anything_queued(house: Household) -> bool:
    url = running_server_url(house.data_dir)
    if url is None:
        return True
    try:
        async with connected(url, BrokerSettings(data_dir=house.data_dir), name="soak") as broker:
            for stream in (streams.REQUESTS, streams.RESULTS):
                if (await broker.js.stream_info(stream)).state.messages:
                    return True
    except BrokerError:
        return True
    return False
