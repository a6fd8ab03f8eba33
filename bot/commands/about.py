"""`/help` and `/about`: what the bot does, what it knows, what it keeps."""

import asyncio
from typing import Final

import discord
from discord import app_commands

from bot.layouts.judgement_layout import NoticeLayout
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from broker.heartbeats import all_heartbeats

LOOK_TIMEOUT: Final = 1.0
"""Seconds for looking at who is alive: the member has to be answered within three."""

HELP: Final = """\
## Judge a film by its poster
**/judge** `poster` `[title]` `[private]`: attach a poster and read which genres it looks like, and whether films with \
such posters are liked. With `private` only you see the answer.

**Apps → Judge this poster**: right-click (or press long on) any message with pictures; up to four are judged, \
forwarded ones and link previews too.

**Right**, **Fix genres**, **IMDb score**: under every answer, to tell me what the film really is. Or reply to it in \
words and mention me: "it's horror and comedy, imdb 6.4", "not a drama". In direct messages, just say it.

**/history**: what you had judged, and what you said of it.

**/leaderboard** `show`, `join`, `leave`: who corrects me best in a server, of those who want to be seen.

**/stats** `[scope]`: how often I am right by your corrections, here or everywhere.

**/privacy** `export`, `delete`: get all that I keep of you, or have it erased.

**/about**: the model behind it, what it cannot do, and what is kept.

**/setup** and **/feedback**, for those who manage a server: where and how often I may be used, who may correct \
me, and a look at the corrections.

-# Pictures: JPEG, PNG, WebP, GIF (first frame), BMP and TIFF."""

ABOUT: Final = """\
## About Poster Judge
A neural network looks at the picture and nothing else: it reads no title, knows no actor and has not seen the film.

**What it learnt from:** some 18,000 film posters with the genres and scores of IMDb (non-commercial data; the artwork \
belongs to its studios and is not included).

**How good it is:** genres are a fair guess, rare ones a weak one. Whether a film is liked can hardly be seen on its \
poster: of a liked and another film the model picks the right one about seven times out of ten, and a coin five \
times. Over all films its probabilities are calibrated: of those that it gives 3 in 10, about 3 in 10 are liked.

**What is kept:** the poster (made smaller, without its metadata; the picture goes after a while, unless somebody \
corrected it), the answer, and who asked, so that answers survive a restart. Of what members write, I read what is \
addressed to me, and pictures in the channels where a server's managers let every picture be judged. \
What you say of judgements is kept with your id, and later versions learn from it. `/privacy export` gives you all of \
it, and `/privacy delete` erases it; what a trained version has learnt stays in that version.

-# Model in use: {models}"""


def add_to(tree: app_commands.CommandTree[discord.Client], broker: Broker) -> None:
    """Registers both commands; they answer at once and to the member alone."""

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.command(name="help", description="What I can do")
    async def show_help(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message(view=NoticeLayout(HELP), ephemeral=True)

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @tree.command(name="about", description="The model, its data, its limits, and what is kept")
    async def show_about(interaction: discord.Interaction[discord.Client]) -> None:
        text = ABOUT.format(models=await models_in_use(broker))
        await interaction.response.send_message(view=NoticeLayout(text), ephemeral=True)


async def models_in_use(broker: Broker) -> str:
    """Versions of the engines that are alive, or a word that none is."""
    try:
        async with asyncio.timeout(LOOK_TIMEOUT):
            beats = await all_heartbeats(broker)
    except (BrokerUnavailable, TimeoutError):
        return "not known right now"
    versions = sorted({beat.model_version for beat in beats if beat.kind == "engine" and beat.model_version})
    return ", ".join(versions) or "none is running right now"
