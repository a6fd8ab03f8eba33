"""What is known of two versions side by side: from the report of one run, or of two."""

from typing import Final

from bot.versions.deciding import report_of
from bot.versions.overview import names, run_of
from models.database import Database
from models.run_reports import RunReport

UNKNOWN: Final = "No version {version} is known here."
NO_REPORT: Final = "{version} came with the program or from the command line: no run measured it."
NOT_TOGETHER: Final = (
    "No run measured {first} and {second} side by side. On one labelled set, "
    "`poster-judge compare {first} {second} --data DIR` does."
)


class NotCompared(Exception):
    """There is nothing to compare; the message is one sentence for the operator."""


class UnknownVersion(NotCompared):
    """Nobody has heard of it."""

    def __init__(self, version: str) -> None:
        super().__init__(UNKNOWN.format(version=version))
        self.version = version


async def compared(
    database: Database, version: str, other: str | None = None
) -> RunReport | tuple[RunReport, RunReport]:
    """The report of the run that measured both, or of each the report of its own run.

    Args:
        database: knows the runs.
        version: made by a run, or the champion that a run's version was measured against.
        other: as it comes, that champion.

    Raises:
        UnknownVersion: one of them.
        NotCompared: no run measured one of them.
    """
    first = await _report(database, version)
    second = None if other is None else await _report(database, other)
    if first is not None and other in (None, first.champion):
        return first
    if second is not None and version == second.champion:
        return second
    if first is None:
        raise NotCompared(NO_REPORT.format(version=version))
    if second is None:
        raise NotCompared(NOT_TOGETHER.format(first=version, second=other))
    return first, second


async def _report(database: Database, version: str) -> RunReport | None:
    """Of the run that made a version; None where none did."""
    if (run := await run_of(database, version)) is not None:
        return report_of(run)
    if version not in await names(database):
        raise UnknownVersion(version)
    return None
