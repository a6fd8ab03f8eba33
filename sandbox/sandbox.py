"""A local Discord to try and to test a bot against: the face a test sees."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sandbox.config import SandboxConfig
from sandbox.faults.trouble import Trouble
from sandbox.members.population import Population
from sandbox.scenarios.recorder import Recorder
from sandbox.scenarios.replay import Replay
from sandbox.scenarios.scenario import Scenario, ScenarioError
from sandbox.server import Server
from sandbox.world.clock import Clock
from sandbox.world.guilds import Viewer
from sandbox.world.records import Breach, RequestRecord
from sandbox.world.signals import DEFAULT_TIMEOUT
from sandbox.world.world import World


class Sandbox(Population, Trouble):
    """A running sandbox. `async with Sandbox.start() as sandbox:` starts one on a free loopback port.

    There is one guild, "Film club", with the channel #posters and the members alice and bob (ordinary), mona (may
    manage the guild and its messages) and olga (owner of the guild and of the application).

    Args:
        config: How strict it is, where it listens.
    """

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self.config = config or SandboxConfig()
        self.world = World(self.config)
        self.server = Server(self.world)

    @classmethod
    @asynccontextmanager
    async def start(cls, config: SandboxConfig | None = None) -> AsyncIterator[Self]:
        """Run a sandbox for the length of an `async with` block."""
        sandbox = cls(config)
        await sandbox.open()
        try:
            yield sandbox
        finally:
            await sandbox.close()

    async def open(self) -> None:
        """Listen.

        Raises:
            OSError: If the port cannot be had.
        """
        await self.server.start()

    async def close(self) -> None:
        """Stop listening and close all connections."""
        await self.server.stop()

    # Addresses and secrets a bot is given.

    @property
    def base_url(self) -> str:
        """Return the sandbox's address, which is also that of its page."""
        return self.server.base_url

    @property
    def api_url(self) -> str:
        """Return what stands for `https://discord.com/api/v10`."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Return what stands for `wss://gateway.discord.gg`."""
        return self.server.gateway.url

    @property
    def cdn_hosts(self) -> tuple[str, ...]:
        """Return host and port of the links to attachments, as in a URL."""
        return (self.base_url.partition("://")[2],)

    @property
    def token(self) -> str:
        """Return the bot token that is accepted."""
        return self.config.token

    @property
    def application_id(self) -> str:
        """Return the application's id, which is also the bot's user id."""
        return self.world.application_id

    @property
    def clock(self) -> Clock:
        """Return the sandbox's clock."""
        return self.world.clock

    # Scenarios.

    def record(self, title: str) -> Recorder:
        """Write down what members do from now on and what the bot answers; its `finish` returns the scenario."""
        return Recorder(self.world, title)

    async def replay(self, scenario: Scenario | Path, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Do a scenario's steps again, once the bot is there, and hold its answers against it.

        Args:
            scenario: The scenario, or the path of its file.
            timeout: Real seconds that the bot may take for the answers of a step.

        Raises:
            ScenarioError: If it cannot be read, or something goes otherwise: which step, and what.
        """
        if isinstance(scenario, Path):
            scenario = Scenario.load(scenario)
        try:
            await self.bot_connected(timeout=timeout)
            await self.commands_registered(*scenario.commands(), timeout=timeout)
        except TimeoutError as error:
            raise ScenarioError(str(error)) from error
        await Replay(self.world, self.server.gateway, scenario, timeout=timeout).run()

    # What happened.

    @property
    def breaches(self) -> list[Breach]:
        """Return what the bot did against Discord's description or rules; a good test ends with none."""
        return self.world.breaches

    @property
    def requests(self) -> list[RequestRecord]:
        """Return the bot's REST requests, oldest first."""
        return list(self.world.requests)

    @property
    def refusals(self) -> list[RequestRecord]:
        """Return the bot's requests that were answered with an error."""
        return [record for record in self.world.requests if record.status >= 400]

    async def until(self, look: Callable[[], Any], *, timeout: float = DEFAULT_TIMEOUT, what: str = "") -> Any:
        """Wait until `look` returns something truthy, looking again after every change and every request.

        Raises:
            TimeoutError: After `timeout` real seconds.
        """
        return await self.world.changed.until(look, timeout=timeout, what=what)

    async def bot_connected(self, *, shards: int = 1, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until that many shards are connected and have been told of their guilds."""
        gateway = self.server.gateway
        await self.until(lambda: len(gateway.connected_sessions()) >= shards, timeout=timeout, what="the bot")

    async def bot_disconnected(self, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until no shard is connected."""
        gateway = self.server.gateway
        await self.until(lambda: not gateway.connected_sessions(), timeout=timeout, what="the bot's leaving")

    async def commands_registered(self, *names: str, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until commands of these names are usable in the first guild; without names, until any are registered."""
        commands = self.world.commands

        def look() -> bool:
            known = {command.name for guild in self.world.guilds for command in commands.usable_in(guild)}
            return known.issuperset(names) if names else commands.registrations > 0

        await self.until(look, timeout=timeout, what=f"commands {names or ''}")

    def messages_visible_to(self, viewer: Viewer) -> list[Any]:
        """Return what somebody sees in #posters."""
        return self.channel.messages_visible_to(viewer)
