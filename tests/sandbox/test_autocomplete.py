"""Autocompletion: what the bot offers while a member types."""

from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox import CommandUnavailableError, Sandbox
from tests.sandbox.tiny_bot import TinyBot

FILMS = ("Heat", "Heathers", "Alien")


async def _offer(bot: TinyBot, offered: list[app_commands.Choice[Any]] | None = None) -> list[Any]:
    """Registers /film, whose title autocompletes; returns what was typed, with the other options by then."""
    typed: list[Any] = []

    @bot.tree.command(name="film", description="Name the film")
    async def film(interaction: discord.Interaction, message: str, title: str, year: int | None = None) -> None:
        await interaction.response.send_message(title)

    @film.autocomplete("title")
    async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[Any]]:
        typed.append((current, dict(vars(interaction.namespace))))
        if offered is not None:
            return offered
        return [app_commands.Choice(name=f, value=f) for f in FILMS if f.lower().startswith(current)]

    await bot.tree.sync()
    return typed


async def test_a_member_is_offered_what_fits_what_they_typed(sandbox: Sandbox, bot: TinyBot) -> None:
    typed = await _offer(bot)
    choices = await sandbox.member("alice").autocomplete("film", focused="title", value="hea", year=1995)
    assert choices == [{"name": "Heat", "value": "Heat"}, {"name": "Heathers", "value": "Heathers"}]
    assert typed == [("hea", {"title": "hea", "year": 1995})]
    interaction = await sandbox.member("alice").slash("film", message="1", title=choices[0]["value"])
    assert (await interaction.reply()).content == "Heat"
    assert sandbox.breaches == []


async def test_nothing_is_offered_when_the_bot_is_late(sandbox: Sandbox, bot: TinyBot) -> None:
    await _offer(bot)
    passes = {"interaction_created": 3.1}
    sandbox.world.listen(lambda kind, subject: sandbox.clock.advance(passes.get(kind, 0)))
    assert await sandbox.member("alice").autocomplete("film", focused="title", value="hea") == []
    await sandbox.until(lambda: sandbox.refusals)
    assert sandbox.refusals[0].code == 10062


@pytest.mark.parametrize(
    ("focused", "others"),
    [("message", {}), ("nothing", {}), ("title", {"nothing": 1}), ("title", {"year": "x"})],
)
async def test_only_what_autocompletes_can_be_typed_into(
    sandbox: Sandbox, bot: TinyBot, focused: str, others: dict[str, Any]
) -> None:
    typed = await _offer(bot)
    with pytest.raises(CommandUnavailableError):
        await sandbox.member("alice").autocomplete("film", focused=focused, value="h", **others)
    assert typed == []


@pytest.mark.parametrize(
    "choices",
    [
        [{"name": str(n), "value": str(n)} for n in range(26)],
        [{"name": "x" * 101, "value": "x"}],
        [{"name": "", "value": "x"}],
        [{"name": "x", "value": 7}],
        [{"name": "x", "value": "x" * 101}],
    ],
)
async def test_choices_against_the_rules_are_refused(
    sandbox: Sandbox, bot: TinyBot, choices: list[dict[str, Any]]
) -> None:
    await _offer(bot, [app_commands.Choice(**choice) for choice in choices])
    assert await _typed_by_alice(sandbox) == []
    assert sandbox.refusals[0].code == 50035
    assert len(sandbox.breaches) == 1


async def _typed_by_alice(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Types; the clock runs out once the bot's answer was refused."""
    sandbox.world.listen(lambda kind, subject: sandbox.clock.advance(3.1) if kind == "breach" else None)
    return await sandbox.member("alice").autocomplete("film", focused="title", value="h")
