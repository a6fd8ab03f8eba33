"""While the database refuses, everybody is told; when it is back, everybody is answered, once, and by itself."""

import asyncio
import errno
import io
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import make_url, text
from typer.testing import CliRunner

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.heartbeats import all_heartbeats
from launcher.cli import app
from migrations.upgrade import upgrade
from models.database import create_sync_engine
from models.database_settings import DatabaseSettings
from models.exit_codes import UNAVAILABLE
from models.tables import PredictionState
from sandbox import CdnFault, Sandbox
from tests.another_writer import another_writer
from tests.bot.scene import Scene, upload
from tests.databases import running_postgres

Fault = Callable[[str], AbstractAsyncContextManager[None]]
"""Takes the database at an address away for the length of a block."""


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if mounting.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounting.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real PostgreSQL that a test may stop."""
    with running_postgres(tmp_path_factory.mktemp("own-postgres")) as server:
        yield server


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Another program writes and does not come to an end."""
    async with another_writer(Path(url.removeprefix("sqlite:///"))):
        yield


@asynccontextmanager
async def disk_full(url: str) -> AsyncIterator[None]:
    filler = Path(url.removeprefix("sqlite:///")).with_name("filler")
    with filler.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                _write_for_ever(file, size)
        yield
    filler.unlink()


@asynccontextmanager
async def tables_locked(url: str) -> AsyncIterator[None]:
    """Another program changes the tables and does not come to an end."""
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("LOCK TABLE replies, predictions, pulses")
        yield


def _write_for_ever(file: io.FileIO, size: int) -> None:
    while True:
        file.write(b"\0" * size)


def stopped(server: Any) -> Fault:
    @asynccontextmanager
    async def fault(_url: str) -> AsyncIterator[None]:
        await asyncio.to_thread(server.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(server.start)

    return fault


def frozen(server: Any) -> Fault:
    """As a machine that hangs: connections stand, and nothing answers."""

    @asynccontextmanager
    async def fault(_url: str) -> AsyncIterator[None]:
        main = psutil.Process(server.get_pid())
        main.suspend()  # From here on it starts no process for a new connection.
        processes = main.children(recursive=True)
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # Its connection was closed just now.
                process.suspend()
        try:
            yield
        finally:
            for process in [main, *processes]:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    return fault


def refusing(server: Any) -> Fault:
    """As a fail-over: all connections are cut, and new ones refused."""

    @asynccontextmanager
    async def fault(url: str) -> AsyncIterator[None]:
        name = make_url(url).database

        def execute(*statements: str) -> None:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for statement in statements:
                    connection.execute(statement)

        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        await asyncio.to_thread(execute, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", cut)
        yield
        await asyncio.to_thread(execute, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    return fault


@pytest.fixture(params=["locked", "disk full", "tables locked", "stopped", "frozen", "refusing"])
def fault(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Fault, str]:
    """Address of a database, what happens to it, and the sentence for those who run the bot."""
    if request.param == "locked":
        return f"sqlite:///{tmp_path / 'films.db'}", locked, "it is locked by another program"
    if request.param == "disk full":
        return f"sqlite:///{request.getfixturevalue('tiny_disk') / 'films.db'}", disk_full, "its disk is full"
    server = request.getfixturevalue("own_postgres")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {(name := f'films_{os.urandom(4).hex()}')}")
    kind, reason = {
        "tables locked": (lambda _server: tables_locked, "a lock is held for too long"),
        "stopped": (stopped, "it cannot be reached"),
        "frozen": (frozen, "it does not answer"),
        "refusing": (refusing, "it cannot be reached"),
    }[request.param]
    return server.get_uri(database=name), kind(server), reason


@pytest.fixture
async def scene(
    fault: tuple[str, Fault, str],
    quick_pulse: None,
    sandbox: Sandbox,
    nats_server: EmbeddedServer,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Scene]:
    """A bot on a database that will be taken away; it waits for it for less long than it usually would."""
    monkeypatch.setattr("models.database.BUSY_TIMEOUT", 0.5)
    monkeypatch.setattr("bot.running.UNIT_TIMEOUT", 2.0)
    scene = Scene(sandbox, nats_server.url, broker, tmp_path / "data", fault[0])
    await scene.start_bot()
    yield scene
    await scene.stop_bot()


async def test_members_are_told_nothing_is_lost_or_doubled_and_it_goes_on_by_itself(
    scene: Scene, fault: tuple[str, Fault, str]
) -> None:
    url, taken_away, reason = fault
    bob, mona = scene.sandbox.member("bob"), scene.sandbox.member("mona")
    # Three posters under way: one being answered, one being judged, one being fetched.
    answering = scene.sandbox.hold_next("@original", method="PATCH")
    interactions = [await scene.sandbox.member("olga").slash("judge", poster=upload())]
    await scene.answer(await scene.next_request())
    await answering.held()
    interactions.append(await scene.sandbox.member("alice").slash("judge", poster=upload()))
    judged = await scene.next_request()
    fetching = CdnFault(stall_after=100)
    interactions.append(await mona.slash("judge", poster=upload(fault=fetching)))
    while await scene.reply_row(interactions[-1]) is None:
        await interactions[-1].acknowledged()
    async with taken_away(url):
        answering.release()
        await scene.answer(judged)
        fetching.release()
        late = await bob.slash("judge", poster=upload())
        message = await late.reply(lambda message: "try again in a minute" in message.text, timeout=30)
        assert message.ephemeral
        assert late.messages_visible_to(bob) == [message]
        assert late.messages_visible_to(mona) == []
        await until_health_says(scene, f"The database refuses: {reason}.")
    await scene.answer(await scene.next_request())
    for interaction in interactions:
        await interaction.reply(lambda message: "Horror" in message.text, timeout=60)
        assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED
        assert len(interaction.messages) == 1
    again = await bob.slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    await again.reply(lambda message: "Horror" in message.text)
    assert await scene.reply_row(late) is None
    await until_health_says(scene, "")
    assert scene.bot_runs


async def until_health_says(scene: Scene, sentence: str) -> None:
    async with asyncio.timeout(40):
        while [" ".join(beat.problems) for beat in await all_heartbeats(scene.broker)] != [sentence]:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("command", "revision", "sentence"),
    [
        (["bot"], "0001", "The database is older than this program: run `poster-judge db upgrade`."),
        (["bot"], "9999", "The database is newer than this program: install the newer program, or restore a backup."),
        (["up"], "9999", "The database is newer than this program: install the newer program."),
    ],
)
def test_a_database_of_another_revision_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, command: list[str], revision: str, sentence: str
) -> None:
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)
    monkeypatch.setenv("DISCORD_TOKEN", "token")
    upgrade(DatabaseSettings().url(), "0001")
    engine = create_sync_engine(DatabaseSettings().url())
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    result = CliRunner().invoke(app, command)
    assert result.exit_code == UNAVAILABLE
    # `up` starts the queue first, and says so.
    assert [line for line in result.output.splitlines() if "nats.started" not in line] == [sentence]
