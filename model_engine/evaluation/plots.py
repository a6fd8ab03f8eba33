"""The pictures of an evaluation."""

from collections.abc import Callable
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from sklearn.metrics import auc, precision_recall_curve, roc_curve

from model_engine.evaluation.answers import Answers, Truth
from model_engine.evaluation.chance_figures import reliability
from model_engine.evaluation.figures import usable_genres
from model_engine.reports.figures import ACCENT, QUIET, SECOND, blank_figure, plain
from models.genres import GENRES

OTHERS: Final = "#a9b0b8"
NAMED_CURVES: Final = 6
"""Genres whose curves have a colour and a name, the most common ones; the others are grey, or none could be told."""


Drawing = Callable[..., None]
"""Adds one curve to axes."""


def draw_all(answers: Answers, raw: Answers, truth: Truth) -> dict[str, Figure]:
    """Every picture by its name; those that nothing is known of are left out.

    Args:
        answers: of the version.
        raw: the same without calibration.
        truth: of the same posters.
    """
    pictures: dict[str, Figure] = {}
    known_genres, known_scores = truth.genres.any(axis=1), ~np.isnan(truth.scores)
    columns = _by_support(truth)
    if answers.genres is not None and known_genres.any() and len(columns):
        p, y = answers.genres[known_genres], truth.genres[known_genres]
        pictures["roc-genres"] = _curves(p, y, columns, _roc)
        pictures["precision-recall-genres"] = _curves(p, y, columns, _precision_recall)
        assert raw.genres is not None
        before = raw.genres[known_genres][:, columns].ravel()
        pictures["reliability-genres"] = _reliability(before, p[:, columns].ravel(), y[:, columns].ravel())
        wrong = y[np.arange(len(y)), p.argmax(axis=1)] == 0
        commoner = 1 - y.mean(axis=0).max()
        label = "likeliest genre is wrong"
        pictures["risk-coverage-genres"] = _risk_coverage(p.max(axis=1), wrong, commoner, label)
    good = truth.good[known_scores].astype(float)
    if answers.p_good is not None and raw.p_good is not None and 0 < good.sum() < len(good):
        p_good = answers.p_good[known_scores]
        pictures["roc-verdict"] = _single(p_good, good, _roc)
        pictures["precision-recall-verdict"] = _single(p_good, good, _precision_recall)
        pictures["reliability-verdict"] = _reliability(raw.p_good[known_scores], p_good, good)
        wrong = (p_good >= 0.5) != good.astype(bool)
        commoner = min(good.mean(), 1 - good.mean())
        pictures["risk-coverage-verdict"] = _risk_coverage(np.abs(p_good - 0.5), wrong, commoner, "wrong verdicts")
    return pictures


def _by_support(truth: Truth) -> np.ndarray:
    usable = np.flatnonzero(usable_genres(truth))
    return usable[np.argsort(-truth.genres[:, usable].sum(axis=0), kind="stable")]


def _roc(axis: Axes, p: np.ndarray, y: np.ndarray, name: str, **style: object) -> None:
    false_positive, true_positive, _ = roc_curve(y, p)
    label = f"{name} {auc(false_positive, true_positive):.3f}" if name else None
    axis.plot(false_positive, true_positive, label=label, **style)
    axis.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC")


def _precision_recall(axis: Axes, p: np.ndarray, y: np.ndarray, name: str, **style: object) -> None:
    precision, recall, _ = precision_recall_curve(y, p)
    axis.plot(recall, precision, label=f"{name} ({y.mean():.0%} have it)" if name else None, **style)
    axis.set(xlabel="recall", ylabel="precision", title="Precision and recall")


def _curves(p: np.ndarray, y: np.ndarray, columns: np.ndarray, draw: Drawing) -> Figure:
    figure, axis = blank_figure(5.0, 4.4)
    for column in columns[NAMED_CURVES:]:
        draw(axis, p[:, column], y[:, column], "", color=OTHERS, linewidth=0.8)
    for column in columns[:NAMED_CURVES]:
        draw(axis, p[:, column], y[:, column], GENRES[column], linewidth=1.6)
    if draw is _roc:
        axis.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1)
    if len(columns) > NAMED_CURVES:
        axis.plot([], [], color=OTHERS, label=f"{len(columns) - NAMED_CURVES} others")
    axis.legend(loc="lower right" if draw is _roc else "upper right", frameon=False, fontsize=8)
    plain(axis)
    return figure


def _single(p: np.ndarray, y: np.ndarray, draw: Drawing) -> Figure:
    figure, axis = blank_figure(5.0, 4.4)
    draw(axis, p, y, "the version", color=ACCENT, linewidth=2.2)
    if draw is _roc:
        axis.plot([0, 1], [0, 1], color=QUIET, linestyle="--", linewidth=1, label="by chance 0.500")
    else:
        axis.axhline(y.mean(), color=QUIET, linestyle="--", linewidth=1, label=f"by chance {y.mean():.2f}")
    axis.legend(loc="lower right" if draw is _roc else "upper right", frameon=False, fontsize=9)
    plain(axis)
    return figure


def _reliability(before: np.ndarray, after: np.ndarray, truth: np.ndarray) -> Figure:
    figure, axis = blank_figure(5.0, 4.4)
    reach = 0.0
    for p, name, colour in ((before, "before calibration", SECOND), (after, "after", ACCENT)):
        said, so, _ = (np.array(column) for column in zip(*reliability(p, truth), strict=True))
        axis.plot(said, so, marker="o", markersize=4, color=colour, label=name)
        reach = max(reach, float(said.max()), float(so.max()))
    reach = min(1.0, 1.1 * reach)
    axis.plot([0, reach], [0, reach], color=QUIET, linestyle="--", linewidth=1, label="perfect")
    axis.set(xlabel="chance said", ylabel="share that was so", title="Is what it says what comes of it?")
    axis.set(xlim=(0, reach), ylim=(0, reach))
    axis.legend(loc="upper left", frameon=False, fontsize=9)
    plain(axis)
    return figure


def risk_by_coverage(sureness: np.ndarray, wrong: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share answered, and share of wrong answers among them, where the surest answers are given first.

    After https://arxiv.org/abs/1705.08500 (selective classification).

    Args:
        sureness: (N,), the larger the surer.
        wrong: (N,) bool.
    """
    order = np.argsort(-sureness, kind="stable")
    taken = np.arange(1, len(order) + 1)
    return taken / len(order), np.cumsum(wrong[order]) / taken


def _risk_coverage(sureness: np.ndarray, wrong: np.ndarray, without: float, label: str) -> Figure:
    figure, axis = blank_figure(5.0, 4.4)
    coverage, risk = risk_by_coverage(sureness, wrong)
    start = min(len(risk) - 1, 30)  # The share of wrong ones among a handful jumps about.
    axis.plot(coverage[start:], risk[start:], color=ACCENT, linewidth=2.0, label="surest answers first")
    axis.axhline(without, color=QUIET, linestyle="--", linewidth=1, label="the commoner answer")
    axis.set(xlabel="share of posters answered", ylabel=label, title="How often it errs when it is sure")
    axis.set(xlim=(0, 1), ylim=(0, None))
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.legend(loc="lower right", frameon=False, fontsize=9)
    plain(axis)
    return figure
