"""One run from the frozen corrections to the published version and its report; in a thread, step by step."""

import shutil
import time
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from model_engine.errors import VersionError
from model_engine.learning.comparing import compare
from model_engine.learning.examining import check_calibration_of, checks_on_features, checks_on_pictures, sides_of
from model_engine.learning.exporting import write_networks
from model_engine.learning.faults import RunFailed
from model_engine.learning.making_challenger import make_challenger
from model_engine.learning.reporting import PLOT_FILE, REPORT_FILE, word_on, write_words
from model_engine.learning.task import Task
from model_engine.learning.telling import Telling
from model_engine.version_store import VersionStore
from model_engine.versions import load_version, seal
from models.fail_points import reach
from models.run_reports import RunReport

NAME_TAKEN: Final = "A version {name} of another run exists: move it out of the version store, then ask again."


class Result(NamedTuple):
    """What a run found out."""

    report: RunReport
    plot: bytes
    """The history, a PNG."""


def retrain(task: Task, versions: VersionStore, drafts: Path, telling: Telling) -> Result:
    """Does the run, or finds that it was done: a trainer that died after publishing left its report in the version.

    Args:
        task: what to do.
        versions: where the version is published.
        drafts: folder in which it is written before.
        telling: told how far it is.

    Raises:
        RunFailed: it cannot be done.
        Stopped: it is not wanted any more.
        VersionError: a file of the champion is damaged.
        OSError: the disk refuses.
        DeviceError: memory ran out.
    """
    if task.name in versions.list():
        return _published_before(task, versions)
    shutil.rmtree(drafts, ignore_errors=True)  # Left by trainers that were killed; one run is active at a time.
    folder = drafts / task.name
    folder.mkdir(parents=True)
    try:
        result = _write(task, folder, telling)
        _publish(folder, versions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    reach("trainer.published")
    return result


def _publish(folder: Path, versions: VersionStore) -> None:
    try:
        versions.publish(folder)
    except VersionError as error:
        if error.code == "exists":
            raise RunFailed("version_exists", NAME_TAKEN.format(name=folder.name)) from error
        raise


def _published_before(task: Task, versions: VersionStore) -> Result:
    try:
        folder = load_version(versions.fetch(task.name)).folder
        report = msgspec.json.decode((folder / REPORT_FILE).read_bytes(), type=RunReport)
        plot = (folder / PLOT_FILE).read_bytes()
    except (OSError, VersionError, msgspec.DecodeError):
        raise RunFailed("version_exists", NAME_TAKEN.format(name=task.name)) from None
    if report.snapshot != task.snapshot_hash:
        raise RunFailed("version_exists", NAME_TAKEN.format(name=task.name))
    return Result(report, plot)


def _write(task: Task, folder: Path, telling: Telling) -> Result:
    """Learns, compares, and writes the sealed version with its report."""
    challenger = make_challenger(task, telling)
    reach("trainer.trained")
    telling.tell("compare", 0, 2)
    sides = sides_of(task, challenger, task.examples(task.measuring()))
    figures, genres = compare(sides)
    telling.tell("compare", 1, 2)
    checks = [*checks_on_features(task, challenger, sides), check_calibration_of(figures)]
    reach("trainer.compared")
    telling.tell("publish", 0, 3)
    backbone = write_networks(task, challenger, folder)
    telling.tell("publish", 1, 3)
    checks += checks_on_pictures(task, folder)
    telling.tell("publish", 2, 3)
    report = RunReport(
        champion=task.champion.name,
        version=task.name,
        snapshot=task.snapshot_hash,
        learned_from=len(task.teaching()),
        held_out=len(sides.truth),
        seconds=max(0.0, time.time() - task.requested_at.timestamp()),  # Clocks may be set back.
        word=word_on(task, len(sides.truth)),
        checks=tuple(checks),
        figures=figures,
        genres=genres,
    )
    write_words(task, report, challenger.history, folder)
    seal(folder, task.name, backbone)
    load_version(folder)
    reach("trainer.sealed")
    return Result(report, challenger.history)
