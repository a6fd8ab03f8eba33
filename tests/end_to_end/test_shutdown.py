"""Asked to end: in good order, within the limit, nothing half-written, and the next start finishes what was in hand."""

import asyncio
import signal
import sqlite3
from contextlib import closing, suppress

import psutil
import pytest

from broker import streams
from broker.embedded import connection_file
from models.database_settings import DatabaseSettings
from models.tables import PredictionState
from sandbox import CdnFault, Interaction
from tests.bot.scene import upload
from tests.end_to_end.house import House
from tests.end_to_end.processes import Process, family, until_gone

LIMIT = 20.0
"""Seconds that the launcher gives a child to end."""


async def ends_in_order(process: Process) -> None:
    """Asks it to end; it has to, with code 0, and with all that it started."""
    children = family(process)[1:]
    async with asyncio.timeout(LIMIT):
        assert await process.stop() == 0
        await until_gone(children)


async def check_answered(house: House, interactions: list[Interaction]) -> None:
    """Each once, and nothing else."""
    for interaction in interactions:
        row = await house.final_row(interaction)
        assert (row.state, row.cause) == (PredictionState.ANSWERED, "")
        (message,) = interaction.messages
        assert "IMDb" in message.text
    assert len(house.sandbox.channel.messages) == len(interactions)
    await house.until_queues_are_empty()
    assert [path.name for path in house.data_dir.glob("posters/**/*") if path.is_file() and path.suffix != ".jpg"] == []


async def test_a_bot_asked_to_end_with_posters_at_every_stage_leaves_them_to_the_next_start(house: House) -> None:
    alice, bob, mona = (house.sandbox.member(name) for name in ("alice", "bob", "mona"))
    engine = await house.start_engine()
    bot = await house.start_bot()
    held = house.sandbox.hold_next("@original", method="PATCH")
    told = await alice.slash("judge", poster=upload())
    await held.held()
    await house.kill(engine)
    queued = await bob.slash("judge", poster=upload())
    await house.until_in_state(queued, PredictionState.QUEUED)
    slow = CdnFault(stall_after=50)
    fetched = await mona.slash("judge", poster=upload(fault=slow))
    await slow.held()

    await ends_in_order(bot)
    held.release()
    slow.release()
    await house.start_engine()
    await house.start_bot()
    await check_answered(house, [told, queued, fetched])


async def test_what_was_acknowledged_the_moment_before_is_kept(house: House) -> None:
    bot = await house.start_bot()
    database = DatabaseSettings(data_dir=house.data_dir).url().database
    assert database is not None
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
        await interaction.acknowledged()
        psutil.Process(bot.pid).terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(3):  # By then a bot that does not wait for its row is gone.
                await until_gone([psutil.Process(bot.pid)])
    async with asyncio.timeout(LIMIT):
        assert await bot.ended() == 0
    await house.start_engine()
    await house.start_bot()
    await check_answered(house, [interaction])


async def test_an_engine_asked_to_end_in_mid_batch_answers_the_batch(house: House) -> None:
    await house.start_bot()
    interactions = [await house.sandbox.member("alice").slash("judge", poster=upload()) for _ in range(4)]
    for interaction in interactions:
        await house.until_in_state(interaction, PredictionState.QUEUED)
    engine = await house.start("engine", "serve", fail_at="engine.stacked")
    stopped = await house.stopped()
    stopped.send_signal(signal.SIGTERM)
    stopped.resume()
    async with asyncio.timeout(LIMIT):
        assert await engine.ended() == 0
    await house.until_empty(streams.REQUESTS)
    await check_answered(house, interactions)


@pytest.mark.long
async def test_everything_asked_to_end_under_load_leaves_the_rest_to_the_next_start(house: House) -> None:
    up = await house.start_up()
    interactions = [await house.sandbox.member("alice").slash("judge", poster=upload()) for _ in range(12)]
    for interaction in interactions:
        await interaction.acknowledged()
    await ends_in_order(up)
    await house.start_up()
    await check_answered(house, interactions)


async def test_a_bot_asked_to_end_while_it_logs_in_ends_in_order(house: House) -> None:
    login = house.sandbox.hold_next("/users/@me")
    bot = await house.start("bot")
    await login.held(timeout=30)
    await ends_in_order(bot)
    login.release()


@pytest.mark.parametrize("arguments", [("bot",), ("engine", "serve")], ids=" ".join)
async def test_a_process_asked_to_end_before_it_has_the_queue_ends_at_once(
    house: House, arguments: tuple[str, ...]
) -> None:
    house.wire.hold_newcomers()
    process = await house.start(*arguments)
    await house.wire.entered()
    children = family(process)[1:]
    async with asyncio.timeout(LIMIT):
        # Nothing is in hand yet, so the signal may as well end it by itself.
        assert await process.stop() in (0, -signal.SIGTERM)
        await until_gone(children)


async def test_everything_asked_to_end_while_it_starts_ends_in_order(house: House) -> None:
    up = await house.start("up", NATS_URL="")
    async with asyncio.timeout(30):
        while not connection_file(house.data_dir).exists():
            await asyncio.sleep(0.01)
    await ends_in_order(up)
