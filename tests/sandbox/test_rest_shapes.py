"""Bodies of a wrong shape, without Discord's description at hand: refused, and no fault of the sandbox's."""

import itertools
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest_asyncio

from sandbox import Sandbox, SandboxConfig
from sandbox.rest.shapes import FIELDS

ODD: tuple[Any, ...] = (
    True, -1, 1.5, 10**30, "", "x", "\ud800", [], [None], [1], ["x"], [[]], [{}], {}, {"a": None},
    {"type": 1, "components": 3}, [{"type": 1, "components": [3]}], [{"id": []}], {"fields": [1]},
)  # fmt: skip
"""What a field is not, or not always."""

CONTAINERS = ("embeds", "components", "attachments", "options", "choices", "message_reference", "allowed_mentions")


def odd_bodies() -> Iterator[Any]:
    """Odd values as the body, as each field, and as each field of each thing that a body may hold."""
    yield from ODD
    for field, odd in itertools.product(FIELDS, ODD):
        yield {field: odd}
        for container in CONTAINERS:
            yield {container: {field: odd}}
            yield {container: [{field: odd}]}
        yield {"embeds": [{"fields": [{field: odd}], "author": {field: odd}}]}
        yield {"name": "a", "description": "b", "options": [{"type": 3, "name": "x", "description": "y", field: odd}]}
        for kind in (2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 17, 18):
            part = {"type": kind, "custom_id": "c", field: odd}
            yield {"flags": 1 << 15, "components": [part]}
            yield {"flags": 1 << 15, "components": [{"type": 1, "components": [part]}]}
            yield {"title": "t", "custom_id": "c", "components": [{"type": 18, "label": "x", "component": part}]}


@pytest_asyncio.fixture(loop_scope="session")
async def discord() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(SandboxConfig(rate_limits=False, frozen_clock=True)) as discord:
        yield discord


async def test_a_body_of_a_wrong_shape_is_refused_and_breaks_nothing(discord: Sandbox) -> None:
    alice, application = discord.member("alice"), discord.application_id
    message = await alice.send(None, "hello")
    messages, commands = f"/channels/{discord.channel.id}/messages", f"/applications/{application}/commands"
    bodies = random.Random(7).sample(list(odd_bodies()), 120)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as bot:

        async def ask(method: str, path: str, body: Any) -> Any:
            async with bot.request(method, discord.api_url + path, json=body) as answer:
                assert answer.status < 500, (method, path, body)
                return await answer.json() if answer.status != 204 else None

        async def callback(body: Any) -> str:
            interaction = discord.world.interactions.create(
                type=2, data={"name": "ping", "type": 1}, member=alice.member, channel=discord.channel
            )
            await ask("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body)
            return interaction.token

        own = await ask("POST", messages, {"content": "mine"})
        command = await ask("POST", commands, {"name": "ping", "description": "Answer"})
        for body in bodies:
            await ask("POST", messages, body)
            await ask("PATCH", f"{messages}/{own['id']}", body)
            await ask("POST", f"{messages}/{message.id}/threads", body)
            await ask("POST", f"/channels/{discord.channel.id}/threads", body)
            await ask("POST", "/users/@me/channels", body)
            await ask("PATCH", f"{commands}/{command['id']}", body)
            await ask("PUT", commands, [body])
            command = await ask("POST", commands, {"name": "ping", "description": "Answer"})
            await callback(body)
            for kind in (4, 9):
                await callback({"type": kind, "data": body})
            webhook = f"/webhooks/{application}/{await callback({'type': 5})}"
            await ask("PATCH", f"{webhook}/messages/@original", body)
            await ask("POST", webhook, body)
