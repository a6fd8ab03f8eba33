"""The least that discord.py can do for `/judge`: defer, read the attachment, edit the reply; the peer of our bot."""

import asyncio
import os
from urllib.parse import urlsplit

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)
tree = app_commands.CommandTree(client)


@tree.command(name="judge", description="Judge a film by its poster")
async def judge(interaction: discord.Interaction, poster: discord.Attachment) -> None:
    """Judges by the number of bytes."""
    await interaction.response.defer(thinking=True)
    body = await poster.read()
    await interaction.edit_original_response(content=f"{len(body)} bytes of poster.")


@client.event
async def setup_hook() -> None:
    """Registers the command."""
    await tree.sync()


async def main() -> None:
    """Runs until it is ended; `BARE_BOT_API_URL` and `DISCORD_TOKEN` say where and as whom."""
    api_url = os.environ["BARE_BOT_API_URL"]
    discord.http.Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://{urlsplit(api_url).netloc}/gateway")
    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    discord.utils.setup_logging(level=30)
    asyncio.run(main())
