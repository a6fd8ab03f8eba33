"""What becomes of a run's version: promoted once, or rejected, by whoever decides first."""

import hashlib
from typing import Final

import msgspec
import structlog

from bot.versions.promoting import CHAMPION_ALREADY, LONGEST_NAME, NotPromoted, Operator, champion, promote
from bot.versions.retraining import NO_SUCH_RUN, NotDone
from models.database import Database
from models.repositories import TrainingRunRepository
from models.run_reports import RunReport
from models.tables import Decision, Promotion, RunState, TrainingRun

log = structlog.get_logger(__name__)

NO_VERSION: Final = "Run {id} has no version that could be promoted or rejected."
DECIDED: Final = "{operator} has decided about run {id} already: {decision}."
REJECTED: Final = "{operator} rejected it."
TAKEN_BACK: Final = "{operator} promoted it before, and it is not champion any more."
OTHER_CHAMPION: Final = "It was compared with {before}, but {version} is champion now."
IN_SPITE: Final = "{reason} In spite of: {objections}"


class Doubtful(Exception):
    """Something speaks against the promotion; who wants it all the same says so.

    Attributes:
        run: whose version it is.
        objections: a sentence each.
    """

    def __init__(self, run: TrainingRun, objections: list[str]) -> None:
        super().__init__(" ".join(objections))
        self.run = run
        self.objections = objections

    @property
    def digest(self) -> str:
        """The same for the same objections; 16 hexadecimal digits, as a button can carry them."""
        return hashlib.sha256(repr(self.objections).encode()).hexdigest()[:16]


def report_of(run: TrainingRun) -> RunReport:
    """The report of a run that is done."""
    return msgspec.convert(run.report, RunReport)


async def objections_to(database: Database, run: TrainingRun) -> list[str]:
    """What speaks against promoting a run's version now, a sentence each; empty where nothing does."""
    report = report_of(run)
    earlier = {Decision.REJECTED: REJECTED, Decision.PROMOTED: TAKEN_BACK}
    found = [earlier[run.decision].format(operator=run.decided_by or "Somebody")] if run.decision else []
    found += [check.words for check in report.checks if not check.passed]
    if (current := await champion(database)) not in (report.champion, report.version):
        found.append(OTHER_CHAMPION.format(before=report.champion, version=current))
    return found


async def promote_run(
    database: Database, run_id: int, operator: Operator, reason: str, *, seen: str = "", anyway: bool = False
) -> Promotion:
    """Makes a run's version champion.

    Args:
        database: keeps it.
        run_id: of the run.
        operator: who decides.
        reason: why; what was put up with is added.
        seen: digest of the objections that the operator puts up with; what came up since is told first.
        anyway: whatever speaks against it, an earlier rejection too.

    Raises:
        NotDone: there is no version, or it is champion by an earlier decision.
        Doubtful: something speaks against it.
        NotPromoted: it is champion already, or somebody else was faster.
    """
    run = await _with_version(database, run_id)
    assert run.version is not None
    if run.decision is Decision.PROMOTED and run.version == await champion(database):
        raise NotDone(_who_decided(run))
    if objections := await objections_to(database, run):
        doubt = Doubtful(run, objections)
        if not anyway and seen != doubt.digest:
            raise doubt
        reason = IN_SPITE.format(reason=reason, objections=doubt).lstrip()
    return await promote(database, run.version, operator, reason, undecided=run.decision is None)


async def promote_version(
    database: Database, version: str, operator: Operator, reason: str, *, anyway: bool = False
) -> Promotion:
    """Makes a version champion by its name: one of a run as `promote_run` does, any other at once.

    Raises:
        NotDone: it is champion by a decision of just now.
        Doubtful: something speaks against it.
        NotPromoted: it is champion already, or somebody else was faster.
    """
    if version == await champion(database):
        raise NotPromoted(CHAMPION_ALREADY.format(version=version))
    async with database.reading() as session:
        run = await TrainingRunRepository(session).of_version(version)
    if run is None:
        return await promote(database, version, operator, reason)
    return await promote_run(database, run.id, operator, reason, anyway=anyway)


async def reject_run(database: Database, run_id: int, operator: Operator) -> None:
    """Leaves the champion as it is; the version stays in the store.

    Raises:
        NotDone: there is no version, or it was decided about.
    """
    async with database.writing() as session:
        runs = TrainingRunRepository(session)
        name = operator.name[:LONGEST_NAME]
        rejected = await runs.decide(run_id, Decision.REJECTED, name=name, user_id=operator.user_id)
    run = await _with_version(database, run_id)
    if not rejected:
        raise NotDone(_who_decided(run))
    log.info("run.rejected", run=run_id, version=run.version, operator=operator.name)


async def _with_version(database: Database, run_id: int) -> TrainingRun:
    async with database.reading() as session:
        run = await TrainingRunRepository(session).find(run_id)
    if run is None:
        raise NotDone(NO_SUCH_RUN.format(id=run_id))
    if run.state is not RunState.DONE or run.version is None:
        raise NotDone(NO_VERSION.format(id=run_id))
    return run


def _who_decided(run: TrainingRun) -> str:
    return DECIDED.format(operator=run.decided_by or "Somebody", id=run.id, decision=run.decision)
