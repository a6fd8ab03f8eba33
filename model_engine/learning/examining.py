"""Holds a challenger against the champion: what the figures are about, and every check of the gate."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from model_engine.learning import gate
from model_engine.learning.believing import check_believable
from model_engine.learning.comparing import GENRE_CALIBRATION, VERDICT_CALIBRATION, Sides, said_by
from model_engine.learning.examples import Examples
from model_engine.learning.exporting import compare_exported, golden_inputs
from model_engine.learning.losses import answers, genre_losses, part_losses, poster_losses
from model_engine.learning.making_challenger import Challenger
from model_engine.learning.task import Task
from models.genres import GENRES
from models.run_reports import Check, Figure


def sides_of(task: Task, challenger: Challenger, measuring: Examples) -> Sides:
    """What both say of the posters that measure, which come with the champion's features."""
    calibration = task.champion.calibration
    both = (task.champion.heads(), measuring), (challenger.heads, challenger.measuring)
    before, after = (said_by(heads, calibration, examples.features) for heads, examples in both)
    losses = [poster_losses(heads, calibration, examples, task.judged) for heads, examples in both]
    return Sides(
        before=before,
        after=after,
        losses_before=losses[0],
        losses_after=losses[1],
        truth=measuring,
        judged=task.judged,
        good_at=calibration.score.threshold,
    )


def checks_on_features(task: Task, challenger: Challenger, sides: Sides) -> list[Check]:
    """Those for which the challenger's files are not needed."""
    heads, calibration = task.champion.heads(), task.champion.calibration
    return [
        gate.check_count(len(sides.truth)),
        check_believable(heads, calibration, sides.truth, task.judged),
        gate.check_better(sides.losses_before, sides.losses_after, task.attempt),
        _check_memory(task, challenger),
        _check_anchors(task, challenger),
        _check_genres(sides),
    ]


def check_calibration_of(figures: Iterable[Figure]) -> Check:
    """By the figures of champion and challenger."""
    return gate.check_calibration([one for one in figures if one.name in (GENRE_CALIBRATION, VERDICT_CALIBRATION)])


def checks_on_pictures(task: Task, folder: Path) -> list[Check]:
    """Those for which the challenger's exported network, in `folder`, has to judge pictures."""
    exported = compare_exported(task.champion, folder, golden_inputs(task.golden, task.champion))
    golden = [np.column_stack([said.genres, said.p_good]) for said in (exported.before, exported.after)]
    return [gate.check_golden(*golden), gate.check_latency(exported.seconds_before, exported.seconds_after)]


def _check_memory(task: Task, challenger: Challenger) -> Check:
    if challenger.network is not None:
        return gate.check_deeper_memory(0 if task.anchors is None else len(task.anchors.examples))
    rehearsal, both = task.champion.rehearsal(), (task.champion.heads(), challenger.heads)
    if rehearsal is None:
        rehearsal = np.zeros((0, len(both[0].genre_kernel)), np.float32)
    return gate.check_drift(*(answers(heads, task.champion.calibration, rehearsal)[0] for heads in both))


def _check_anchors(task: Task, challenger: Challenger) -> Check:
    if task.anchors is None or challenger.anchors is None:
        return gate.check_anchors(np.zeros((0, 2)), np.zeros((0, 2)))
    both = (task.champion.heads(), task.anchors.examples), (challenger.heads, challenger.anchors)
    losses = (part_losses(heads, task.champion.calibration, examples, task.judged) for heads, examples in both)
    return gate.check_anchors(*losses)


def _check_genres(sides: Sides) -> Check:
    known = sides.truth.genre_weights > 0
    names = [genre for genre, counts in zip(GENRES, sides.judged, strict=True) if counts]
    truth = sides.truth.genres[known]
    losses = [
        genre_losses(said.genres[known], truth)[:, sides.judged]
        for said in (sides.before, sides.after)
        if said.genres is not None
    ]
    return gate.check_genres(names, truth[:, sides.judged], *losses)
