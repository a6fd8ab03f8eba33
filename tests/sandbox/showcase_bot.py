"""A bot with every kind of component, option and answer, to look at the page with.

`python -m tests.sandbox.showcase_bot` runs it on a sandbox of its own and prints the page's address.
"""

import asyncio
import io
import sys
from typing import ClassVar

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox import Sandbox, SandboxConfig
from tests.sandbox.tiny_bot import png

FILMS = {"Alien (1979)": 1, "Aliens (1986)": 2, "Heat (1995)": 3, "Paddington (2014)": 4}


def _picture(name: str, colour: tuple[int, int, int]) -> discord.File:
    return discord.File(io.BytesIO(png(200, 300, colour)), name)


class Correction(discord.ui.Modal, title="Correct this judgement"):
    """Texts of both styles and a select, required and not."""

    film = discord.ui.Label(
        text="Film",
        description="Its title as on IMDb",
        component=discord.ui.TextInput(custom_id="film", placeholder="Alien", min_length=3, max_length=60),
    )
    genres = discord.ui.Label(
        text="Genres",
        description="Up to two",
        component=discord.ui.Select(
            custom_id="genres",
            min_values=1,
            max_values=2,
            options=[
                discord.SelectOption(label=name, default=name == "Horror") for name in ("Comedy", "Drama", "Horror")
            ],
        ),
    )
    who = discord.ui.Label(text="Who told you?", component=discord.ui.UserSelect(custom_id="who", required=False))
    why = discord.ui.Label(
        text="Why?",
        component=discord.ui.TextInput(
            custom_id="why",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=300,
            default="Aliens scare me.",
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        values = [part.component for part in (self.film, self.genres, self.who, self.why)]
        film, genres, who, why = values
        assert isinstance(film, discord.ui.TextInput)
        assert isinstance(genres, discord.ui.Select)
        assert isinstance(who, discord.ui.UserSelect)
        assert isinstance(why, discord.ui.TextInput)
        people = ", ".join(user.mention for user in who.values) or "nobody"
        text = f"Noted **{film.value}** as {' and '.join(genres.values)}, told by {people}: {why.value}"
        await interaction.response.send_message(text, ephemeral=True)


class Buttons(discord.ui.ActionRow["Showcase"]):
    """All styles."""

    @discord.ui.button(label="Correct", style=discord.ButtonStyle.primary, custom_id="correct")
    async def correct(self, interaction: discord.Interaction, button: discord.ui.Button["Showcase"]) -> None:
        await interaction.response.send_modal(Correction())

    @discord.ui.button(label="Right", emoji="\N{THUMBS UP SIGN}", style=discord.ButtonStyle.success, custom_id="right")
    async def right(self, interaction: discord.Interaction, button: discord.ui.Button["Showcase"]) -> None:
        await interaction.response.send_message("Thank you", ephemeral=True)

    @discord.ui.button(label="Slow", style=discord.ButtonStyle.secondary, custom_id="slow")
    async def slow(self, interaction: discord.Interaction, button: discord.ui.Button["Showcase"]) -> None:
        """Never answer."""

    @discord.ui.button(label="Remove", style=discord.ButtonStyle.danger, custom_id="remove")
    async def remove(self, interaction: discord.Interaction, button: discord.ui.Button["Showcase"]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @discord.ui.button(label="Closed", disabled=True, custom_id="closed")
    async def closed(self, interaction: discord.Interaction, button: discord.ui.Button["Showcase"]) -> None:
        """Cannot be pressed."""


class Genres(discord.ui.ActionRow["Showcase"]):
    """A select of several texts."""

    options: ClassVar = [
        discord.SelectOption(label="Comedy", description="Makes one laugh"),
        discord.SelectOption(label="Drama", description="Makes one think"),
        discord.SelectOption(label="Horror", description="Makes one hide", default=True),
        discord.SelectOption(label="Western"),
    ]

    @discord.ui.select(custom_id="genres", placeholder="Which genres?", min_values=1, max_values=3, options=options)
    async def choose(self, interaction: discord.Interaction, select: discord.ui.Select["Showcase"]) -> None:
        await interaction.response.send_message(f"Genres: {', '.join(select.values)}", ephemeral=True)


class Person(discord.ui.ActionRow["Showcase"]):
    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="person", placeholder="Whose poster is it?")
    async def choose(self, interaction: discord.Interaction, select: discord.ui.UserSelect["Showcase"]) -> None:
        await interaction.response.send_message(f"Of {select.values[0].mention}", ephemeral=True)


class Role(discord.ui.ActionRow["Showcase"]):
    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="role", placeholder="Who may see it?")
    async def choose(self, interaction: discord.Interaction, select: discord.ui.RoleSelect["Showcase"]) -> None:
        await interaction.response.send_message(f"For {select.values[0].mention}", ephemeral=True)


class Place(discord.ui.ActionRow["Showcase"]):
    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="place", placeholder="Where to?")
    async def choose(self, interaction: discord.Interaction, select: discord.ui.ChannelSelect["Showcase"]) -> None:
        await interaction.response.send_message(f"To {select.values[0].mention}", ephemeral=True)


class Showcase(discord.ui.LayoutView):
    """Every component of a message."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        red = "attachment://red.png"
        text = "## Alien\n**Horror** 91% · *Science fiction* 74%\n-# Looked at for 0.2 s"
        container = discord.ui.Container(
            discord.ui.Section(text, accessory=discord.ui.Thumbnail(red, description="The poster")),
            discord.ui.Separator(),
            discord.ui.MediaGallery(
                discord.MediaGalleryItem(red, description="Red"),
                discord.MediaGalleryItem("attachment://blue.png", description="Blue", spoiler=True),
            ),
            Buttons(),
            discord.ui.ActionRow(discord.ui.Button(label="About", url="https://example.org/about")),
            accent_colour=0xE0A030,
        )
        self.add_item(container)
        for row in (Genres(), Person(), Role(), Place(), discord.ui.File("attachment://votes.json")):
            self.add_item(row)


@app_commands.command(description="Shows every component")
async def show(interaction: discord.Interaction) -> None:
    files = [_picture("red.png", (200, 60, 40)), _picture("blue.png", (40, 60, 200))]
    files.append(discord.File(io.BytesIO(b'{"votes": 3}'), "votes.json"))
    await interaction.response.send_message(view=Showcase(), files=files)


@app_commands.command(description="Gives your corrections as files")
async def export(interaction: discord.Interaction) -> None:
    table = discord.File(io.BytesIO(b"film,genre\nAlien,Horror\n"), "corrections.csv")
    await interaction.response.send_message("Your corrections", file=table, ephemeral=True)


@app_commands.command(description="Takes options of all types")
@app_commands.choices(status=[app_commands.Choice(name=name, value=name.lower()) for name in ("Open", "Closed")])
async def review(
    interaction: discord.Interaction,
    film: int,
    status: app_commands.Choice[str],
    count: app_commands.Range[int, 1, 50] | None = None,
    share: float | None = None,
    private: bool = False,
    member: discord.Member | None = None,
    role: discord.Role | None = None,
    place: discord.TextChannel | None = None,
    proof: discord.Attachment | None = None,
) -> None:
    parts = (member and member.mention, role and role.mention, place and place.mention, proof and proof.filename)
    given = [film, status.value, count, share, private, *parts]
    await interaction.response.send_message("Given: " + " ".join(str(value) for value in given), ephemeral=True)


@review.autocomplete("film")
async def _films(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
    found = [(name, value) for name, value in FILMS.items() if typed.lower() in name.lower()]
    return [app_commands.Choice(name=name, value=value) for name, value in found]


class ShowcaseBot(discord.Client):
    """Has /show, /export, /feedback review, and answers whoever mentions it or writes to it."""

    def __init__(self) -> None:
        intents = discord.Intents.all()
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(show)
        self.tree.add_command(export)
        feedback = app_commands.Group(name="feedback", description="Corrections")
        feedback.add_command(review)
        self.tree.add_command(feedback)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user or not (self.user in message.mentions or message.guild is None):
            return
        answer = await message.reply(f"Heard: {message.content}")
        await answer.edit(content=f"Heard: {message.content}, and thought about it.")


async def main() -> None:
    """Run the bot on a sandbox until interrupted."""
    async with Sandbox.start(SandboxConfig(application_name="Poster Judge")) as sandbox:
        Route.BASE = sandbox.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
        sys.stdout.write(f"{sandbox.base_url}\n")
        async with ShowcaseBot() as bot:
            await bot.start(sandbox.token)


if __name__ == "__main__":
    asyncio.run(main())
