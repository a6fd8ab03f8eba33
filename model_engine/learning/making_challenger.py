"""From a champion and corrections to a challenger: its heads, and where the recipe is `deeper`, its last stage too."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from model_engine.learning.challenger import MOST_STEPS, fit_challenger, rounded
from model_engine.learning.deepening import Deeper
from model_engine.learning.examples import Examples
from model_engine.learning.history_plot import History
from model_engine.learning.last_stage import BATCH, EPOCHS
from model_engine.learning.task import Task
from model_engine.learning.telling import Telling
from model_engine.versions import Heads

LOOKED_AT: Final = 1_000
"""Posters that teach, on which the history of the last stage is drawn."""


@dataclass(frozen=True, kw_only=True)
class Challenger:
    """What was learnt, as files will hold it."""

    heads: Heads
    network: Any
    """A `keras.Model` whose last stage learnt; None where it is the champion's with other heads."""
    measuring: Examples
    """What measures, with features as its own network sees them."""
    anchors: Examples | None
    """The anchor set, likewise."""
    history: bytes
    """How the losses went, a PNG."""


def make_challenger(task: Task, telling: Telling) -> Challenger:
    """Learns as the task says.

    Raises:
        Stopped: it is not wanted any more.
        DatasetError: a picture of the anchor set cannot be read any more.
        OSError: the disk refuses.
    """
    teaching, measuring = (task.examples(rows) for rows in (task.teaching(), task.measuring()))
    shown = teaching if task.deeper is None else task.examples(_some_of(task, task.deeper))
    history = History(task.champion.heads(), task.champion.calibration, shown, measuring, task.judged)
    heads = _fit_heads(task, teaching, history, telling)
    if task.deeper is not None:
        return _learn_deeper(task, task.deeper, heads, history, telling)
    return Challenger(
        heads=heads,
        network=None,
        measuring=measuring,
        anchors=None if task.anchors is None else task.anchors.examples,
        history=history.png(),
    )


def _fit_heads(task: Task, teaching: Examples, history: History, telling: Telling) -> Heads:
    heads, rehearsal = task.champion.heads(), task.champion.rehearsal()
    if rehearsal is None:
        rehearsal = np.zeros((0, len(heads.genre_kernel)), np.float32)
    most_steps = MOST_STEPS if task.epochs is None or task.deeper is not None else task.epochs
    telling.tell("train", 0, most_steps)
    found = fit_challenger(
        heads,
        teaching,
        rehearsal,
        lambda done, total: telling.tell("train", done, total),
        most_steps=most_steps,
        look=history.look,
    )
    return rounded(found)


def _learn_deeper(task: Task, deeper: Deeper, start: Heads, history: History, telling: Telling) -> Challenger:
    stage, epochs = deeper.stage, task.epochs or EPOCHS

    def now(rows: np.ndarray) -> Examples:
        features = stage.features(deeper.activations, deeper.places(rows))
        return dataclasses.replace(task.examples(rows), features=features)

    telling.tell("deepen", 0, epochs)
    heads = stage.learn(
        deeper.activations,
        deeper.places(np.intersect1d(task.teaching(), deeper.rows)),
        task.examples(deeper.rows),
        task.champion.heads(),
        start,
        lambda done, total: telling.tell("deepen", done, total),
        epochs=epochs,
        look=lambda: history.look_deeper(stage.heads(), now(_some_of(task, deeper)), now(task.measuring())),
    )
    return Challenger(
        heads=heads,
        network=stage.network,
        measuring=now(task.measuring()),
        anchors=_anchors_seen(task, deeper, telling),
        history=history.png(),
    )


def _some_of(task: Task, deeper: Deeper) -> np.ndarray:
    """Rows that teach the last stage, as many as the history is drawn on."""
    rows = np.intersect1d(task.teaching(), deeper.rows)
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), LOOKED_AT)).astype(int)]


def _anchors_seen(task: Task, deeper: Deeper, telling: Telling) -> Examples | None:
    """The anchor set with features as the changed network sees them."""
    if task.anchors is None:
        return None
    pictures, seen = task.anchors.dataset, []
    for start in range(0, len(pictures), BATCH):
        telling.tell("anchors", start, len(pictures))
        rows = range(start, min(start + BATCH, len(pictures)))
        batch = np.stack([task.champion.preprocessing.prepare_image(pictures.read(row)) for row in rows])
        seen.append(deeper.stage.activations(batch))
    features = deeper.stage.features(np.concatenate(seen), np.arange(len(pictures)))
    return dataclasses.replace(task.anchors.examples, features=features)
