"""Starting the bot: what is wrong is one line that says what to do."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from models.settings import SettingsError
from sandbox import Permission, Sandbox
from tests.bot.scene import Scene


@pytest.fixture
def stopped(sandbox: Sandbox, nats_server: EmbeddedServer, broker: Broker, tmp_path: Path) -> Scene:
    """A scene whose bot is not started yet."""
    return Scene(sandbox, nats_server.url, broker, tmp_path / "data")


async def test_a_bad_token_is_told_with_where_to_get_a_good_one(stopped: Scene) -> None:
    with pytest.raises(SettingsError, match="developer portal"):
        await stopped.start_bot(discord_token=SecretStr("not-the-token"))


async def test_unsynced_commands_are_told_with_how_to_sync_them(stopped: Scene) -> None:
    with pytest.raises(SettingsError, match="POSTER_JUDGE_SYNC_COMMANDS=auto"):
        await stopped.start_bot(sync_commands="never")


async def test_synced_commands_need_no_second_sync(stopped: Scene) -> None:
    await stopped.start_bot()
    await stopped.stop_bot()
    await stopped.start_bot(sync_commands="never")
    await stopped.stop_bot()


async def test_a_missing_permission_is_named_with_the_link_that_gives_it(stopped: Scene) -> None:
    for role in stopped.sandbox.guild.roles.values():
        role.permissions = Permission(int(role.permissions) & ~int(Permission.ATTACH_FILES))
    with capture_logs() as logs:
        await stopped.start_bot()
        async with asyncio.timeout(20):
            while not any(line["event"] == "bot.missing_permissions" for line in logs):
                await asyncio.sleep(0.05)
        await stopped.stop_bot()
    (line,) = [line for line in logs if line["event"] == "bot.missing_permissions"]
    assert line["missing"] == ["attach_files"]
    assert "permissions=" in line["invite_again"]


async def test_the_bot_asks_for_no_privileged_intent(stopped: Scene) -> None:
    await stopped.start_bot()
    (session,) = stopped.sandbox.server.gateway.sessions.values()
    assert session.intents == 1 << 0 | 1 << 9 | 1 << 12  # GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES
    await stopped.stop_bot()


async def test_a_changed_option_of_a_subcommand_is_noticed(stopped: Scene) -> None:
    await stopped.start_bot()
    await stopped.stop_bot()
    (feedback,) = [one for one in stopped.sandbox.world.commands.listed(None) if one.name == "feedback"]
    (remove,) = [one for one in feedback.options if one["name"] == "remove"]
    remove["options"][0]["description"] = "As an older program had it"
    with pytest.raises(SettingsError, match="POSTER_JUDGE_SYNC_COMMANDS=auto"):
        await stopped.start_bot(sync_commands="never")


async def test_a_home_guild_without_the_bot_is_said_and_the_rest_runs(stopped: Scene) -> None:
    with capture_logs() as logs:
        await stopped.start_bot(home_guild=42)
        await stopped.stop_bot()
    assert "bot.not_in_home_guild" in [line["event"] for line in logs]
