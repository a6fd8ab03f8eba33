"""Pictures of how good a version is, drawn without a display."""

from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import roc_curve

from model_engine.evaluation.chance_figures import reliability
from model_engine.training.progress import Epoch

DOTS_PER_INCH: Final = 90
"""Readable on a page and small in a repository: each plot stays below 60 kB."""

MODEL_COLOUR: Final = "#1f5fa8"
OTHER_COLOUR: Final = "#d1742b"
QUIET_COLOUR: Final = "#9aa3ad"

Curve = tuple[str, np.ndarray, np.ndarray]
"""A name, probabilities and truth of one yes-or-no question."""


def reliability_plot(path: Path, verdict: Curve, genres: Curve) -> None:
    """What was said against what was so, in bins of equal mass, for the verdict and for all genres pooled.

    Of what no poster is known to be there is no line.
    """
    figure, axes = _page(columns=2)
    for axis, (title, probabilities, truth), colour in zip(
        axes, (verdict, genres), (MODEL_COLOUR, OTHER_COLOUR), strict=True
    ):
        reach = 1.0
        if len(truth):
            said, so, _ = (np.array(column) for column in zip(*reliability(probabilities, truth), strict=True))
            reach = float(min(1.0, max(said.max(), so.max()) * 1.15))
            axis.plot(said, so, marker="o", markersize=4, color=colour, label="15 bins of equal mass")
        axis.plot([0, reach], [0, reach], color=QUIET_COLOUR, linestyle="--", label="perfectly calibrated")
        axis.set(xlim=(0, reach), ylim=(0, reach), xlabel="probability said", ylabel="share that was so")
        axis.set_title(title)
        axis.legend(loc="upper left", frameon=False)
        _plain(axis)
    _save(figure, path)


def roc_plot(path: Path, verdict: Curve, genres: list[Curve]) -> None:
    """ROC curves of the verdict (bold) and of single genres; none where all posters are of one kind."""
    figure, (axis,) = _page(columns=1)
    axis.plot([0, 1], [0, 1], color=QUIET_COLOUR, linestyle="--", label="chance")
    for (name, probabilities, truth), style in (
        *((curve, {"linewidth": 1.1}) for curve in genres),
        (verdict, {"linewidth": 2.6, "color": "black"}),
    ):
        if len(np.unique(truth)) == 2:
            false_positive, true_positive, _ = roc_curve(truth, probabilities)
            axis.plot(false_positive, true_positive, label=name, **style)
    axis.set(xlim=(0, 1), ylim=(0, 1), xlabel="false positive rate", ylabel="true positive rate")
    axis.set_title("ROC on the test split")
    axis.legend(loc="lower right", frameon=False, fontsize=8)
    _plain(axis)
    _save(figure, path)


def history_plot(path: Path, history: list[Epoch]) -> None:
    """Loss per poster and accuracies by epoch; what was fitted apart side by side, phases one after another."""
    columns = _apart(history)
    figure, axes = _page(columns=len(columns), rows=2)
    for column, (title, epochs) in enumerate(columns.items()):
        kept = min(range(len(epochs)), key=lambda index: epochs[index].figures["validation_loss"])
        accuracies = sorted({name for epoch in epochs for name in epoch.figures if name.endswith("accuracy")})
        for axis, names, label in (
            (axes[column], ["loss", "validation_loss"], "loss per poster (nats)"),
            (axes[len(columns) + column], accuracies, "accuracy"),
        ):
            for name in names:
                _history_line(axis, epochs, name)
            axis.axvline(kept + 1, color=QUIET_COLOUR, linestyle=":", label=f"kept: epoch {kept + 1}")
            axis.set(xlabel="epoch", ylabel=label)
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
            axis.set_title(title)
            axis.legend(loc="best", frameon=False, fontsize=8)
            _plain(axis)
    _save(figure, path)


def _apart(history: list[Epoch]) -> dict[str, list[Epoch]]:
    """Epochs by what was fitted: a head alone, a member of an ensemble, or the network through all its phases."""
    fitted: dict[str, list[Epoch]] = {}
    for epoch in history:
        member, _, phase = epoch.phase.rpartition(", ")
        head = f"{phase} head" if phase in ("genre", "score") else ""
        fitted.setdefault(", ".join(filter(None, (member, head))), []).append(epoch)
    phases = " then ".join(dict.fromkeys(epoch.phase for epoch in history))
    return {title or phases: epochs for title, epochs in fitted.items()}


def _history_line(axis: Axes, epochs: list[Epoch], name: str) -> None:
    validation = name.startswith("validation_")
    values = [epoch.figures.get(name, np.nan) for epoch in epochs]
    colour = OTHER_COLOUR if "score" in name or "verdict" in name else MODEL_COLOUR
    axis.plot(
        np.arange(1, len(epochs) + 1),
        values,
        color=colour,
        linestyle="-" if validation else "--",
        marker="." if len(epochs) < 3 else None,
        label=name.replace("_", " ") if validation else f"train {name.replace('_', ' ')}",
    )


def _page(*, columns: int, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """Axes row by row."""
    height = 4.6 if rows == 1 else 3.4 * rows
    figure = Figure(figsize=(5.2 * columns, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, [figure.add_subplot(rows, columns, cell + 1) for cell in range(rows * columns)]


def _plain(axis: Axes) -> None:
    axis.grid(visible=True, color="#e6e9ec", linewidth=0.8)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    # Without a fixed "Software" entry the file would change with matplotlib's version alone.
    figure.savefig(path, format="png", metadata={"Software": "poster-judge"})
