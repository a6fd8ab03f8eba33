"""The gateway's reader takes turns with everybody else."""

import asyncio

import discord.shard
from discord.gateway import DiscordWebSocket


class PatientGateway(DiscordWebSocket):
    """discord.py reads all events that have arrived without a pause in between.

    A thousand interactions at once held the event loop for as long as parsing all of them takes, two thirds of a second
    (`python -m bench.overload`), while the first of them waited to be acknowledged. Here each event is followed by a
    turn for whatever is ready.
    """

    async def poll_event(self) -> None:
        """Reads and dispatches one event; raises as discord.py's does."""
        await super().poll_event()
        await asyncio.sleep(0)


def install() -> None:
    """Makes discord.py use it; it has no setting for that."""
    discord.shard.DiscordWebSocket = PatientGateway  # type: ignore[misc]
