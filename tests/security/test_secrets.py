"""Whatever happens, no secret gets into a log, an error, the process list or a file that others may read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import URL

from broker import streams
from broker.connection import Broker
from broker.embedded import EmbeddedServer, running_server_url
from migrations.upgrade import upgrade
from models.database_settings import DatabaseSettings
from sandbox import CdnFault, Interaction, Sandbox
from tests.bot.scene import upload
from tests.databases import create_database
from tests.security.forked_commands import ForkedCommand
from tests.security.watched import Watched, readable_by_others

DATABASE_PASSWORD = "password-of-the-database"
SIGNATURE = "hm="
"""Begins the part of an attachment's address that lets anybody fetch it."""


@pytest.fixture
async def discord() -> AsyncIterator[Sandbox]:
    async with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def database_with_password(postgres_server: str, migrated_postgres: str) -> URL:
    """A migrated PostgreSQL database whose address holds a password."""
    return create_database(postgres_server, migrated_postgres).set(password=DATABASE_PASSWORD)


def database_away(server: str, url: URL, away: bool) -> None:
    """Takes the database away from everybody, or gives it back."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {'false' if away else 'true'}")
        if away:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database]
            )


def _over(interaction: Interaction) -> bool:
    return interaction.failed or any(not message.thinking for message in interaction.messages)


@pytest.mark.parametrize("log_format", ["text", pytest.param("json", marks=pytest.mark.long)])
@pytest.mark.timeout(240)
async def test_no_fault_brings_a_secret_to_light(
    log_format: str,
    discord: Sandbox,
    nats_server: EmbeddedServer,
    broker: Broker,
    postgres_server: str,
    database_with_password: URL,
    tmp_path: Path,
) -> None:
    address = database_with_password.render_as_string(hide_password=False)
    watched = Watched(
        tmp_path,
        POSTER_JUDGE_LOG_LEVEL="debug",
        POSTER_JUDGE_LOG_FORMAT=log_format,
        POSTER_JUDGE_DATA_DIR=str(tmp_path / "house"),
        POSTER_JUDGE_RUNTIME="fake",
        POSTER_JUDGE_RESUME_AFTER="1",
        POSTER_JUDGE_QUEUE_ACK_WAIT="1",
        POSTER_JUDGE_QUEUE_LIMIT="5",
        POSTER_JUDGE_MEMBER_POSTERS_PER_MINUTE="0",
        POSTER_JUDGE_DISCORD_API_URL=discord.api_url,
        POSTER_JUDGE_CDN_HOSTS=",".join(discord.cdn_hosts),
        DISCORD_TOKEN=discord.token,
        NATS_URL=nats_server.url,
        DATABASE_URL=address,
    )
    alice = discord.member("alice")
    interactions: list[Interaction] = []

    async def judge(fault: CdnFault | None = None, data: bytes | None = None) -> Interaction:
        interactions.append(await alice.slash("judge", poster=upload(data, fault=fault)))
        return interactions[-1]

    async def answered(fault: CdnFault | None = None, data: bytes | None = None) -> None:
        """Asks until the bot, which may be busy with a fault, hears it in time; waits for the answer."""
        async with asyncio.timeout(60):
            while True:
                interaction = await judge(fault, data)
                await interaction.until(_over, timeout=60)
                if not interaction.failed:
                    return

    await watched.start("engine", "serve")
    await watched.start("bot")
    await discord.bot_connected(timeout=30)
    await discord.commands_registered("judge")
    await answered()
    watched.look()

    # Pictures that cannot be had or read.
    for fault in (CdnFault(status=404), CdnFault(status=503), CdnFault(redirect="http://127.0.0.1:1/?hm=1")):
        await answered(fault)
    await answered(data=b"\xff\xd8\xff no picture")

    # Discord fails, passingly and for good, at the acknowledgement and at the answer, and cuts the line.
    for trouble in ({"status": 500}, {"status": 429, "retry_after": 0.2}, {"disconnect": True}):
        discord.fail_next("@original", **trouble)
        await answered()
    for path, trouble, told in (
        ("@original", {"status": 400, "code": 50035}, "messenger.refused_by_discord"),
        ("/callback", {"disconnect": True}, "judge.deferral_uncertain"),
        ("/callback", {"status": 404, "code": 10062}, "interaction.too_late"),
    ):
        discord.fail_next(path, **trouble)
        await judge()
        await watched.until_written(told)
    await discord.drop_gateway(resumable=False)
    await discord.bot_connected(timeout=30)
    await answered()

    # Messages that nobody of ours wrote.
    for subject in (streams.REQUEST_SUBJECT, streams.RESULT_SUBJECT):
        await broker.js.publish(subject, b"\xc1 no message")
    await watched.until_written("broker.unreadable_message")

    # The interaction's token dies before its answer.
    held = discord.hold_next("@original", method="PATCH")
    await judge()
    await held.held()
    discord.expire_tokens()
    held.release()
    await answered()

    # The queue and the database go away and come back.
    await nats_server.stop()
    await watched.until_written("broker.disconnected")
    await judge()
    await nats_server.start()
    await asyncio.to_thread(database_away, postgres_server, database_with_password, True)
    await judge()
    await watched.until_written("OperationalError")
    await asyncio.to_thread(database_away, postgres_server, database_with_password, False)
    await answered()
    await watched.stop()

    written = watched.written()
    secrets = [discord.token, urlsplit(nats_server.url).username or "", DATABASE_PASSWORD, SIGNATURE]
    secrets += [interaction.token for interaction in interactions]
    assert all(len(secret) > 2 for secret in secrets)
    for secret in secrets:
        assert not [line for line in written.splitlines() if secret in line]
        assert not [line for line in watched.command_lines if secret in line]
    # The watch sees what it is to watch.
    assert "Server is ready" in written
    assert any("nats-server" in line for line in watched.command_lines)


async def test_a_start_that_fails_names_no_secret(
    discord: Sandbox, nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    wrong = nats_server.url.replace("://", "://wrong-token-of-the-queue-")
    watched = Watched(
        tmp_path,
        POSTER_JUDGE_LOG_LEVEL="debug",
        POSTER_JUDGE_DATA_DIR=str(tmp_path / "house"),
        POSTER_JUDGE_RUNTIME="fake",
        POSTER_JUDGE_DISCORD_API_URL=discord.api_url,
        DISCORD_TOKEN="wrong-token-of-the-bot",
        NATS_URL=nats_server.url,
    )
    await asyncio.to_thread(upgrade, DatabaseSettings(data_dir=tmp_path / "house").url())
    absent = f"postgresql://judge:{DATABASE_PASSWORD}@127.0.0.1:1/judge"
    unheard = "nats://wrong-token-of-the-queue@127.0.0.1:1"
    *failed, listed = await watched.run_all(
        [
            ForkedCommand(("bot",)),
            ForkedCommand(("bot",), {"NATS_URL": wrong}, connect_timeout=2),
            ForkedCommand(("engine", "serve"), {"NATS_URL": wrong}, connect_timeout=2),
            ForkedCommand(("status",), {"NATS_URL": wrong}, connect_timeout=2),
            ForkedCommand(("bot",), {"NATS_URL": wrong.replace("nats://", "gnats://")}, connect_timeout=2),
            ForkedCommand(("bot",), {"NATS_URL": unheard}, connect_timeout=2),
            ForkedCommand(("bot",), {"DATABASE_URL": absent}),
            ForkedCommand(("status",), {"DATABASE_URL": absent}),
            ForkedCommand(("bot",), {"DATABASE_URL": absent.replace("postgresql", "mysql")}),
            ForkedCommand(("bot",), {"DATABASE_URL": absent.replace("127.0.0.1:1", "[")}),
            ForkedCommand(("up",), {"DATABASE_URL": absent}),
            ForkedCommand(("settings",)),
        ]
    )
    assert 0 not in failed
    assert listed == 0
    written = watched.written()
    assert "Discord refused DISCORD_TOKEN" in written
    for secret in ("wrong-token", DATABASE_PASSWORD, urlsplit(nats_server.url).username or ""):
        assert secret not in written


async def test_up_keeps_its_secrets_and_what_it_keeps_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    watched = Watched(
        tmp_path, POSTER_JUDGE_LOG_LEVEL="debug", POSTER_JUDGE_DATA_DIR=str(data), POSTER_JUDGE_RUNTIME="fake"
    )
    await watched.start("up", "--sandbox-port", "0")
    await watched.until_written("Ready.")
    token = urlsplit(running_server_url(data) or "").username
    watched.look()
    assert readable_by_others(data) == []
    await watched.stop()
    assert token
    assert token not in watched.written()
    assert not [line for line in watched.command_lines if token in line]
    assert readable_by_others(data) == []
