"""Judging every picture in the channels that managers chose for it, without a command."""

import asyncio
from typing import Final

import discord
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.pictures import pictures_of
from bot.judging.delivery import Delivery, is_open
from bot.judging.judging import Judging
from bot.judging.submissions import MAX_PICTURES, Picture, Submission
from bot.setups.guild_setups import GuildSetups
from broker.cancelling import cancel_all
from models.database_faults import sentence_for_fault
from posters.limits import Limits, precheck
from posters.refusals import Refusal

log = structlog.get_logger(__name__)

MOST_AT_ONCE: Final = 100
"""Messages that one process takes to the queue at a time; in further ones nothing is judged, as nobody asked for it."""


class AutoJudge:
    """Takes messages with pictures the way that commands take, with the message's id in place of an interaction's.

    Nobody asked, so nobody is told what could not be judged: too many, too large, no picture at all.
    """

    def __init__(
        self, client: discord.Client, *, judging: Judging, delivery: Delivery, setups: GuildSetups, limits: Limits
    ) -> None:
        self._client = client
        self._judging = judging
        self._delivery = delivery
        self._setups = setups
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()

    async def hear(self, message: discord.Message) -> bool:
        """Takes a message if it has pictures and stands in a channel that was chosen."""
        pictures = [picture for picture in pictures_of(message) if self._looks_right(picture)][:MAX_PICTURES]
        if not pictures or message.guild is None:
            return False
        try:
            setup = await self._setups.of(message.guild.id)
        except SQLAlchemyError as error:
            log.warning("auto_judge.setup_unknown", message=message.id, reason=sentence_for_fault(error))
            return False
        channel = message.channel
        place = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        if place not in setup.auto_judge_channels:
            return False
        submission = Submission(
            interaction_id=message.id,
            application_id=self._client.application_id or 0,
            token=None,
            guild_id=message.guild.id,
            channel_id=channel.id,
            user_id=message.author.id,
            private=False,
            pictures=tuple(pictures),
            posters_per_minute=setup.posters_per_minute,
        )
        if self._judging.known_excess(submission) is None and len(self._tasks) < MOST_AT_ONCE:
            task = asyncio.create_task(self._judge(submission))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    async def close(self) -> None:
        """Leaves what is in hand as it is: the rows say how far it got, and the next start goes on from there."""
        await cancel_all(self._tasks)

    async def _judge(self, submission: Submission) -> None:
        if not self._judging.reserve(len(submission.pictures)):
            return
        try:
            reply = await self._judging.keep(submission)
            if reply is None:
                return  # Said twice by the gateway.
            if is_open(reply):
                await asyncio.gather(*(self._judging.prepare(prediction) for prediction in reply.predictions))
            else:
                await self._delivery.tell(reply.id)
        except SQLAlchemyError as error:
            # If the rows were written, the sweeper goes on from them.
            reason = sentence_for_fault(error)
            log.warning("auto_judge.not_seen_through", message=submission.interaction_id, reason=reason)
        except Exception:
            log.exception("auto_judge.not_seen_through", message=submission.interaction_id)
        finally:
            self._judging.release(len(submission.pictures))

    def _looks_right(self, picture: Picture) -> bool:
        try:
            precheck(picture.size, picture.content_type, self._limits)
        except Refusal:
            return False
        return True
