"""From words to a challenger and the gate's word on it: the same steps as a training run, on features in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from bench.learning.ground import Ground
from model_engine.learning import gate
from model_engine.learning.believing import check_believable
from model_engine.learning.challenger import fit_challenger
from model_engine.learning.examples import Examples
from model_engine.learning.losses import answers, genre_losses, part_losses, poster_losses
from model_engine.learning.sides import is_held_out
from model_engine.versions import Heads
from models.genres import GENRES
from models.lessons import Lesson, Words, lessons
from models.run_reports import Check


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What a crowd's words came to."""

    teaching: Examples
    teaching_rows: np.ndarray
    """Of the ground's crowd, in the same order."""
    measuring: Examples


def taught(ground: Ground, words: Sequence[Words], weights: Mapping[int, float], salt: str) -> Taught:
    """Labels and weights of all that was spoken of, parted into what teaches and what measures."""
    rows = {group_id: row for row, group_id in enumerate(ground.group_ids)}
    learnt = lessons(words, weights)
    held = [is_held_out(lesson.group_id, salt) for lesson in learnt]
    teaching = [lesson for lesson, out in zip(learnt, held, strict=True) if not out]
    return Taught(
        teaching=_examples(ground, rows, teaching),
        teaching_rows=np.array([rows[lesson.group_id] for lesson in teaching], int),
        measuring=_examples(
            ground, rows, [lesson for lesson, out in zip(learnt, held, strict=True) if out and lesson.measures]
        ),
    )


def _examples(ground: Ground, rows: Mapping[str, int], learnt: Sequence[Lesson]) -> Examples:
    return Examples.of(learnt, ground.crowd.features[[rows[lesson.group_id] for lesson in learnt]])


def challenger(ground: Ground, teaching: Examples) -> Heads:
    """Learnt from these, starting from the champion."""
    return fit_challenger(ground.champion, teaching, ground.rehearsal)


def losses(ground: Ground, heads: Heads, on: Examples) -> np.ndarray:
    """(N,) log loss of each poster."""
    return poster_losses(heads, ground.calibration, on, ground.judged)


def areas(ground: Ground, heads: Heads, on: Examples) -> tuple[float, float]:
    """Macro ROC-AUC over the judged genres that some of these posters have and some have not, and of the verdict."""
    genres, bins = answers(heads, ground.calibration, on.features)
    usable = ground.judged & on.genres.any(axis=0) & ~on.genres.all(axis=0)
    known = on.score_weights > 0
    score = ground.calibration.score
    return (
        float(roc_auc_score(on.genres[:, usable], genres[:, usable], average="macro")),
        float(roc_auc_score(on.scores[known] >= score.threshold, score.chance_of_good(bins)[known])),
    )


def checks_of_labels(ground: Ground, measuring: Examples) -> list[Check]:
    """Those that need no challenger."""
    return [
        gate.check_count(len(measuring)),
        check_believable(ground.champion, ground.calibration, measuring, ground.judged),
    ]


def checks(ground: Ground, after: Heads, measuring: Examples) -> list[Check]:
    """What the gate says of a challenger, at the first attempt of a quarter: those checks that heads alone decide."""
    before_losses, after_losses = (losses(ground, heads, measuring) for heads in (ground.champion, after))
    before_anchors, after_anchors = (
        part_losses(heads, ground.calibration, ground.anchors, ground.judged) for heads in (ground.champion, after)
    )
    before_genres, after_genres = (
        answers(heads, ground.calibration, ground.rehearsal)[0] for heads in (ground.champion, after)
    )
    known = np.flatnonzero(ground.judged)
    before_by_genre, after_by_genre = (
        genre_losses(answers(heads, ground.calibration, measuring.features)[0], measuring.genres)[:, known]
        for heads in (ground.champion, after)
    )
    return [
        *checks_of_labels(ground, measuring),
        gate.check_better(before_losses, after_losses, attempt=1),
        gate.check_drift(before_genres, after_genres),
        gate.check_anchors(before_anchors, after_anchors),
        gate.check_genres([GENRES[i] for i in known], measuring.genres[:, known], before_by_genre, after_by_genre),
    ]
