"""`/judge` and the message command "Judge this poster"."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import discord
import structlog
from discord import app_commands
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.pictures import picture_from, pictures_of
from bot.commands.titles import Titles
from bot.judging.delivery import Delivery, is_open
from bot.judging.judging import Judging
from bot.judging.submissions import MAX_PICTURES, Picture, Submission
from bot.judging.waiting import Waiting
from bot.setups.guild_setups import GuildSetups, place_refusal
from bot.tree import UNKNOWN_INTERACTION, Refused
from broker.cancelling import cancel_all
from models.database_faults import sentence_for_fault
from models.fail_points import reach
from models.tables import GuildSetup, Reply
from posters.limits import Limits, precheck
from posters.refusals import Refusal

log = structlog.get_logger(__name__)

BUSY: Final = "I have my hands full of posters right now. Please try again in a minute."
NOT_NOTED: Final = "I cannot note anything down right now, so nothing is judged. Please try again in a minute."
NO_PICTURE: Final = "There is no picture in that message. Choose a message with a poster in it."

ROW_FIRST: Final = 0.1
"""Seconds that a deferral waits for its row; Discord gives three. Usually it is some milliseconds."""

KEEP_TIMEOUT: Final = 7.0
"""Seconds that the end waits for the rows of what was just acknowledged; a busy database may take five."""


class JudgeCommands:
    """Parses what the member asked for and hands it to `bot.judging`."""

    def __init__(
        self,
        *,
        judging: Judging,
        delivery: Delivery,
        waiting: Waiting,
        limits: Limits,
        setups: GuildSetups,
        titles: Titles,
    ) -> None:
        self._judging = judging
        self._titles = titles
        self._setups = setups
        self._delivery = delivery
        self._limits = limits
        self._waiting = waiting
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping: set[asyncio.Task[Reply | None]] = set()
        self._closing = False

    def add_to(self, tree: app_commands.CommandTree[discord.Client]) -> None:
        """Registers both commands, for servers, direct messages and members who installed the bot for themselves."""

        @app_commands.describe(
            poster="The poster: a JPEG, PNG, WebP, GIF, BMP or TIFF picture",
            title="The film's title, if you like",
            private="Only you see the answer",
        )
        async def judge(
            interaction: discord.Interaction[discord.Client],
            poster: discord.Attachment,
            title: app_commands.Range[str, 1, 200] | None = None,
            private: bool = False,
        ) -> None:
            await self._submit(interaction, (picture_from(poster),), title=title, private=private)

        app_commands.autocomplete(title=self._titles.complete)(judge)

        async def judge_message(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
            pictures = tuple(pictures_of(message))[:MAX_PICTURES]
            if not pictures:
                raise Refused(NO_PICTURE)
            await self._submit(interaction, pictures, title=None, private=False)

        everywhere: Any = {
            "allowed_installs": app_commands.AppInstallationType(guild=True, user=True),
            "allowed_contexts": app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        }
        tree.add_command(
            app_commands.Command(name="judge", description="Judge a film by its poster", callback=judge, **everywhere)
        )
        tree.add_command(app_commands.ContextMenu(name="Judge this poster", callback=judge_message, **everywhere))

    async def _submit(
        self,
        interaction: discord.Interaction[discord.Client],
        pictures: tuple[Picture, ...],
        *,
        title: str | None,
        private: bool,
    ) -> None:
        setup = await self._setup_for(interaction)
        title, imdb_id = await self._titles.read(title)
        submission = Submission(
            interaction_id=interaction.id,
            application_id=interaction.application_id,
            token=interaction.token,
            guild_id=interaction.guild_id,
            channel_id=interaction.channel_id,
            user_id=interaction.user.id,
            private=private or (setup is not None and setup.private_replies),
            pictures=pictures,
            title=title,
            imdb_id=imdb_id,
            posters_per_minute=None if setup is None else setup.posters_per_minute,
        )
        if (excess := self._judging.known_excess(submission)) is not None:
            # A flood costs neither a row nor a deferral.
            raise Refused(excess.sentence)
        if (refusal := self._refusal_that_the_payload_shows(pictures)) is not None:
            # The member first, who has to be answered within three seconds; the row beside.
            self._in_background(self._note(submission, refusal))
            raise Refused(refusal.message)
        if self._closing or not self._judging.reserve(len(pictures)):
            raise Refused(BUSY)
        try:
            reply = await self._shielded(self._defer_and_keep(interaction, submission))
        except SQLAlchemyError as error:
            self._judging.release(len(pictures))
            log.warning("judge.not_kept", interaction=interaction.id, reason=sentence_for_fault(error))
            raise Refused(NOT_NOTED) from None
        except BaseException:
            self._judging.release(len(pictures))
            raise
        self._in_background(self._see_through(interaction.id, reply, len(pictures)))

    async def _setup_for(self, interaction: discord.Interaction[discord.Client]) -> GuildSetup | None:
        """How the server is set up, if the command came from one and may be used where it was."""
        if interaction.guild_id is None:
            return None
        try:
            setup = await self._setups.of(interaction.guild_id)
        except SQLAlchemyError as error:
            log.warning("judge.setup_unknown", interaction=interaction.id, reason=sentence_for_fault(error))
            raise Refused(NOT_NOTED) from None
        channel = interaction.channel
        place = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
        if (refusal := place_refusal(setup, place)) is not None:
            raise Refused(refusal)
        return setup

    async def _shielded(self, keeping: Coroutine[Any, Any, Reply | None]) -> Reply | None:
        """Keeps a reply, also where the bot is asked to end meanwhile: without a row nobody would ever answer it."""
        task = asyncio.create_task(keeping)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        return await asyncio.shield(task)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closing:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Leaves what is in hand as it is: the rows say how far it got, and the next start goes on from there."""
        self._closing = True
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=KEEP_TIMEOUT)
        await cancel_all(self._tasks)

    async def _see_through(self, reply_id: int, reply: Reply | None, reserved: int) -> None:
        try:
            try:
                sequence = await self._take_on(reply)
            finally:
                self._judging.release(reserved)
            await self._waiting.tell_place(reply_id, sequence)
        except SQLAlchemyError as error:
            # The rows say how far it got, and the sweeper takes it up again.
            log.warning("judge.not_seen_through", interaction=reply_id, reason=sentence_for_fault(error))
        except Exception:
            log.exception("judge.not_seen_through", interaction=reply_id)

    async def _take_on(self, reply: Reply | None) -> int | None:
        """Brings what is to be judged to the queue, or tells what is decided already; gives its number in the queue."""
        if reply is None:
            return None
        if is_open(reply):
            return await self._waiting.prepare(reply.predictions)
        await self._delivery.tell(reply.id)
        return None

    async def _note(self, submission: Submission, refusal: Refusal) -> None:
        try:
            await self._judging.note_refusal(submission, refusal)
        except SQLAlchemyError as error:
            log.warning("judge.refusal_not_noted", interaction=submission.interaction_id, error=type(error).__name__)

    async def _defer_and_keep(
        self, interaction: discord.Interaction[discord.Client], submission: Submission
    ) -> Reply | None:
        # The row first: a bot killed in between then answers after its restart, where the other way round it would
        # leave the member "thinking…" for ever. But no slow database may cost the three seconds.
        keeping = asyncio.create_task(self._judging.keep(submission))
        await asyncio.wait((keeping,), timeout=ROW_FIRST)
        if keeping.done() and (keeping.exception() is not None or keeping.result() is None):
            return keeping.result()  # It could not be kept, or is in hand: there is nothing to defer.
        deferral, reply = await asyncio.gather(
            interaction.response.defer(ephemeral=submission.private, thinking=True), keeping, return_exceptions=True
        )
        if isinstance(reply, BaseException):
            raise reply
        reach("bot.received")
        if isinstance(deferral, discord.HTTPException) and deferral.code == UNKNOWN_INTERACTION:
            if reply is not None:  # Else it is a repetition, and the first one is in hand.
                await self._delivery.give_up(interaction.id, "too_late_to_defer")
            raise deferral
        if isinstance(deferral, BaseException):
            # It may have been taken all the same (Discord says "already acknowledged" to a repetition after a
            # server error). Then the answer gets through, and else telling it finds out.
            log.warning("judge.deferral_uncertain", interaction=interaction.id, error=type(deferral).__name__)
        return reply

    def _refusal_that_the_payload_shows(self, pictures: tuple[Picture, ...]) -> Refusal | None:
        """What is wrong with the only picture; one of several is refused later, so that the others are judged."""
        if len(pictures) > 1:
            return None
        try:
            precheck(pictures[0].size, pictures[0].content_type, self._limits)
        except Refusal as refusal:
            return refusal
        return None
