"""Who may correct which judgement, and how often."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.feedback.speakers import Speaker
from bot.judging.sentences import seconds_left
from models.rates import Rate
from models.repositories import GuildRepository, RateLimitRepository
from models.tables import GuildSetup, Prediction, PredictionState, Reply

GONE: Final = "That judgement is gone, so it can no longer be corrected."
NOT_YOURS: Final = "That judgement was not made here, so it cannot be corrected from here."
BLOCKED: Final = "Corrections of yours are not taken in this server."
ROLE_MISSING: Final = "In this server only members with the role <@&{role}> may correct."
TOO_MANY: Final = "You have corrected a lot just now; please wait {time}."


class NotAccepted(Exception):
    """What a member said is not taken; the text is one sentence for that member alone."""


def check_judgement(prediction: Prediction | None, reply: Reply | None, speaker: Speaker) -> None:
    """Whether there is such a judgement for this member, whatever the id in a button says.

    Raises:
        NotAccepted: it is gone, not judged, private to somebody else, or of another place.
    """
    if prediction is None or reply is None or prediction.outcome is not PredictionState.ANSWERED:
        raise NotAccepted(GONE)
    if reply.channel_id != speaker.channel_id or reply.guild_id != speaker.guild_id:
        raise NotAccepted(NOT_YOURS)
    if reply.private and reply.user_id != speaker.user_id:
        raise NotAccepted(NOT_YOURS)


async def check_member(session: AsyncSession, speaker: Speaker) -> GuildSetup | None:
    """Whether the server lets the member correct; gives the server's own settings.

    Raises:
        NotAccepted: the member is blocked, or lacks the role.
    """
    if speaker.guild_id is None:
        return None
    guilds = GuildRepository(session)
    if await guilds.is_blocked(speaker.guild_id, speaker.user_id):
        raise NotAccepted(BLOCKED)
    setup = await guilds.setup(speaker.guild_id)
    if setup is not None and setup.corrector_role_id is not None and setup.corrector_role_id not in speaker.role_ids:
        raise NotAccepted(ROLE_MISSING.format(role=setup.corrector_role_id))
    return setup


async def count_correction(session: AsyncSession, speaker: Speaker, per_minute: int, now: datetime) -> None:
    """Counts one correction against the member's limit; see `models.rates`.

    Args:
        session: of the unit that stores the correction.
        speaker: who corrects, in which server.
        per_minute: 0 for no limit.
        now: aware.

    Raises:
        NotAccepted: too many; says how long to wait.
    """
    if not per_minute:
        return
    rate, moment = Rate(per_minute), round(now.timestamp() * 1e6)
    key = f"corrections:{speaker.guild_id or 0}:{speaker.user_id}"
    arrival = await RateLimitRepository(session).take(key, rate.cost(1), moment)
    if arrival is not None:
        raise NotAccepted(TOO_MANY.format(time=seconds_left(rate.wait(arrival, 1, moment) / 1e6)))
