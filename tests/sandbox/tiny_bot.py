"""A small bot on the real discord.py, to try the sandbox with."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox import Sandbox

Judge = Callable[[discord.Interaction, discord.Attachment], Awaitable[object]]


def png(width: int = 20, height: int = 30, colour: tuple[int, int, int] = (200, 60, 40)) -> bytes:
    """A picture of one colour."""
    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


class Verdict(discord.ui.LayoutView):
    """A reply made of components, with the poster."""

    def __init__(self, text: str = "## Alien\n**Horror** 91%", *, poster: str = "attachment://poster.png") -> None:
        super().__init__()
        thumbnail = discord.ui.Thumbnail(poster, description="The poster")
        container = discord.ui.Container(
            discord.ui.Section(discord.ui.TextDisplay(text), accessory=thumbnail),
            discord.ui.Separator(),
            discord.ui.MediaGallery(discord.MediaGalleryItem(poster, description="The poster, large")),
            discord.ui.ActionRow(
                discord.ui.Button(label="Right", custom_id="right"),
                discord.ui.Button(label="About", url="https://example.org/about"),
            ),
            accent_colour=0xE0A030,
        )
        self.add_item(container)


def poster_file() -> discord.File:
    return discord.File(io.BytesIO(png()), "poster.png")


async def judge_as_usual(interaction: discord.Interaction, poster: discord.Attachment) -> None:
    await interaction.response.defer()
    file = discord.File(io.BytesIO(await poster.read()), "poster.png")
    await interaction.edit_original_response(view=Verdict(), attachments=[file])


class TinyBot(discord.AutoShardedClient):
    """Has /judge, whose deeds a test sets by `judge`, /genres list, and a message command."""

    def __init__(self, intents: discord.Intents, **options: float) -> None:
        super().__init__(intents=intents, **options)
        self.judge: Judge = judge_as_usual
        self.errors: list[Exception] = []
        self.seen: list[discord.Message] = []
        self.interactions: list[discord.Interaction] = []
        self.changed = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self.tree.error(self._keep_error)
        self.tree.command(name="judge", description="Judge a poster")(self._judge)
        self.tree.context_menu(name="Judge this poster")(self._judge_message)
        genres = app_commands.Group(name="genres", description="Genres")
        genres.command(name="list", description="All genres")(self._genres)
        self.tree.add_command(genres)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message)
        self.changed.set()

    async def until(self, look: Callable[[], object]) -> None:
        """Wait until something is true, looking after every message and every error."""
        async with asyncio.timeout(10):
            while not look():
                self.changed.clear()
                await self.changed.wait()

    async def _keep_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))
        self.changed.set()

    async def _judge(
        self,
        interaction: discord.Interaction,
        poster: discord.Attachment,
        title: app_commands.Range[str, 1, 100] | None = None,
        private: bool = False,
    ) -> None:
        self.interactions.append(interaction)
        await self.judge(interaction, poster)

    async def _judge_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        attachments = message.attachments or [a for s in message.message_snapshots for a in s.attachments]
        await interaction.response.send_message(f"{len(attachments)} picture(s)", ephemeral=True)

    async def _genres(self, interaction: discord.Interaction, first: int = 1) -> None:
        await interaction.response.send_message(f"from {first}")

    async def error(self) -> Exception:
        """Wait for a command to fail."""
        await self.until(lambda: self.errors)
        return self.errors[-1]


@asynccontextmanager
async def connected(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    *,
    intents: discord.Intents | None = None,
    shard_count: int | None = None,
) -> AsyncIterator[TinyBot]:
    """Run a tiny bot on the sandbox until the block ends."""
    options = {} if shard_count is None else {"shard_count": shard_count}
    bot = TinyBot(intents or discord.Intents.all(), **options)
    async with running_on(sandbox, monkeypatch, bot, shard_count=shard_count):
        yield bot


@asynccontextmanager
async def running_on(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, bot: discord.Client, *, shard_count: int | None = None
) -> AsyncIterator[None]:
    """Run any bot on the sandbox until the block ends; it begins once the bot is connected."""
    monkeypatch.setattr(Route, "BASE", sandbox.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
    async with bot:
        running = asyncio.create_task(bot.start(sandbox.token))
        watching = asyncio.create_task(sandbox.bot_connected(shards=shard_count or 1))
        await asyncio.wait((running, watching), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            watching.cancel()
            await running
        await watching
        yield
        await bot.close()
        await running
