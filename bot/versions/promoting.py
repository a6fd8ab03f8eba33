"""Promotion and rollback: one row in the database, which a key-value entry mirrors for the engines."""

from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.judging.clock import now
from broker.champion import mirror_champion
from broker.connection import Broker
from broker.errors import BrokerError
from models.database import Database
from models.fail_points import reach
from models.messages import Champion
from models.repositories import TrainingRunRepository
from models.repositories.promotions import PromotionRepository
from models.tables import Decision, Promotion
from models.versions import STARTER_VERSION

log = structlog.get_logger(__name__)

LONGEST_REASON: Final = 500
LONGEST_NAME: Final = 100

CHAMPION_ALREADY: Final = "{version} is champion already."
OTHERS_WERE_FASTER: Final = "Somebody else has just made {version} champion. Look at it, then decide again."
DECIDED_MEANWHILE: Final = "Somebody else has just decided about {version}. Look at it, then decide again."
NOTHING_BEFORE: Final = "{version} is the first champion; there is none before it to go back to."


class NotPromoted(Exception):
    """The champion stays; the message is one sentence for the operator."""


class Operator(NamedTuple):
    """Who decides."""

    name: str
    user_id: int | None
    """Discord's; None on the command line."""


async def champion(database: Database) -> str:
    """The version that judges: the one promoted last, else the starter version."""
    async with database.reading() as session:
        latest = await PromotionRepository(session).latest()
    return STARTER_VERSION if latest is None else latest.version


async def promote(
    database: Database, version: str, operator: Operator, reason: str, *, undecided: bool = False
) -> Promotion:
    """Makes a version champion; that it exists and can be loaded was checked before.

    Args:
        database: keeps it, together with the decision about the run that published the version.
        version: its name.
        operator: who decides.
        reason: why.
        undecided: only as long as nobody has decided about that run; else an earlier decision is overruled.

    Raises:
        NotPromoted: it is champion already, was decided about, or somebody else was faster.
    """
    return await _change(database, version, operator, reason, undecided)


async def roll_back(database: Database, operator: Operator, reason: str) -> Promotion:
    """Makes the champion before the present one champion again.

    Raises:
        NotPromoted: there is none, or somebody else was faster.
    """
    return await _change(database, None, operator, reason, undecided=False)


async def _change(
    database: Database, version: str | None, operator: Operator, reason: str, undecided: bool
) -> Promotion:
    try:
        async with database.writing() as session:
            promotions = PromotionRepository(session)
            latest = await promotions.latest()
            current = STARTER_VERSION if latest is None else latest.version
            if version == current:
                raise NotPromoted(CHAMPION_ALREADY.format(version=current))
            if version is not None and not await _decide(session, version, operator, undecided):
                raise NotPromoted(DECIDED_MEANWHILE.format(version=version))
            promotion = await promotions.add(
                await _before(promotions, current) if version is None else version,
                follows=latest,
                rollback=version is None,
                user_id=operator.user_id,
                operator=operator.name[:LONGEST_NAME],
                reason=reason[:LONGEST_REASON],
                now=now(),
            )
    except IntegrityError:
        raise NotPromoted(OTHERS_WERE_FASTER.format(version=await champion(database))) from None
    reach("bot.promoted")
    log.info(
        "champion.changed",
        version=promotion.version,
        before=current,
        rollback=promotion.rollback,
        operator=operator.name,
        reason=reason,
    )
    return promotion


async def _before(promotions: PromotionRepository, current: str) -> str:
    """The champion before the present one, of all that were not taken back.

    Raises:
        NotPromoted: there is none.
    """
    if not (before := [STARTER_VERSION, *await promotions.standing()][:-1]):
        raise NotPromoted(NOTHING_BEFORE.format(version=current))
    return before[-1]


async def _decide(session: AsyncSession, version: str, operator: Operator, undecided: bool) -> bool:
    """Notes what becomes of the run that published a version; False where it had to be open and is not."""
    runs = TrainingRunRepository(session)
    run = await runs.of_version(version)
    if run is None:
        return not undecided
    name = operator.name[:LONGEST_NAME]
    if await runs.decide(run.id, Decision.PROMOTED, name=name, user_id=operator.user_id):
        return True
    if not undecided:
        await runs.overrule(run.id, name=name, user_id=operator.user_id)
    return not undecided


async def tell_engines(database: Database, broker: Broker, *, at_once: bool = False) -> None:
    """Mirrors what the database says; engines take it over within seconds.

    Args:
        database: whose latest promotion holds.
        broker: tells it.
        at_once: whatever the entry says, for whoever has just changed the champion: after an old backup was restored,
            it may name a later promotion that no longer is.

    Raises:
        BrokerUnavailable: it cannot be told now; whoever mirrors next tells it.
    """
    async with database.reading() as session:
        latest = await PromotionRepository(session).latest()
    if latest is not None:
        await mirror_champion(broker, Champion(version=latest.version, serial=latest.id), at_once=at_once)


async def tell_engines_now(database: Database, broker: Broker) -> None:
    """For whoever has just changed the champion; if the queue does not answer, `bot.versions.mirroring` repeats it."""
    try:
        await tell_engines(database, broker, at_once=True)
    except BrokerError as error:
        log.warning("champion.not_told_yet", reason=str(error))
