"""Holds a challenger against the champion: what the figures are about, and every check of the gate."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from model_engine.learning import gate
from model_engine.learning.believing import check_believable
from model_engine.learning.comparing import GENRE_CALIBRATION, VERDICT_CALIBRATION, Sides, said_by
from model_engine.learning.examples import Examples
from model_engine.learning.exporting import compare_exported, golden_inputs
from model_engine.learning.losses import answers, genre_losses, poster_losses
from model_engine.learning.task import Task
from model_engine.versions import Heads
from models.genres import GENRES
from models.run_reports import Check, Figure


def sides_of(task: Task, challenger: Heads, measuring: Examples) -> Sides:
    """What both say of the posters that measure."""
    calibration, both = task.champion.calibration, (task.champion.heads(), challenger)
    before, after = (said_by(heads, calibration, measuring.features) for heads in both)
    losses = [poster_losses(heads, calibration, measuring, task.judged) for heads in both]
    return Sides(
        before=before,
        after=after,
        losses_before=losses[0],
        losses_after=losses[1],
        truth=measuring,
        judged=task.judged,
        good_at=calibration.score.threshold,
    )


def checks_on_features(task: Task, challenger: Heads, sides: Sides) -> list[Check]:
    """Those for which no picture is needed."""
    calibration, both = task.champion.calibration, (task.champion.heads(), challenger)
    rehearsal = task.champion.rehearsal()
    remembered = [
        np.zeros((0, len(GENRES))) if rehearsal is None else answers(heads, calibration, rehearsal)[0] for heads in both
    ]
    anchors = [
        np.zeros(0) if task.anchors is None else poster_losses(heads, calibration, task.anchors.examples, task.judged)
        for heads in both
    ]
    return [
        gate.check_count(len(sides.truth)),
        check_believable(both[0], calibration, sides.truth, task.judged),
        gate.check_better(sides.losses_before, sides.losses_after, task.attempt),
        gate.check_drift(*remembered),
        gate.check_anchors(*anchors),
        _check_genres(task, both, sides.truth),
    ]


def check_calibration_of(figures: Iterable[Figure]) -> Check:
    """By the figures of champion and challenger."""
    return gate.check_calibration([one for one in figures if one.name in (GENRE_CALIBRATION, VERDICT_CALIBRATION)])


def checks_on_pictures(task: Task, folder: Path) -> list[Check]:
    """Those for which the challenger's exported network, in `folder`, has to judge pictures."""
    exported = compare_exported(task.champion, folder, golden_inputs(task.golden, task.champion))
    golden = [np.column_stack([said.genres, said.p_good]) for said in (exported.before, exported.after)]
    return [gate.check_golden(*golden), gate.check_latency(exported.seconds_before, exported.seconds_after)]


def _check_genres(task: Task, both: Iterable[Heads], measuring: Examples) -> Check:
    known = measuring.select(np.flatnonzero(measuring.genre_weights > 0))
    names = [genre for genre, counts in zip(GENRES, task.judged, strict=True) if counts]
    losses = [
        genre_losses(answers(heads, task.champion.calibration, known.features)[0], known.genres)[:, task.judged]
        for heads in both
    ]
    return gate.check_genres(names, known.genres[:, task.judged], *losses)
