"""Writes an evaluation as one HTML report, with its plots and its figures as files beside it."""

from pathlib import Path
from typing import Any, Final

import msgspec
from matplotlib.figure import Figure

from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.figures import LESS_IS_BETTER
from model_engine.evaluation.findings import findings
from model_engine.evaluation.gallery import Strip
from model_engine.evaluation.results import Estimate, Evaluation
from model_engine.reports.figures import inline_svg, write_png
from model_engine.reports.page import percent, write_page

REPORT_FILE: Final = "report.html"
FIGURES_FILE: Final = "evaluation.json"
PLOTS: Final = "plots"

TITLES: Final = {
    "macro_roc_auc": "ROC-AUC, mean over genres",
    "micro_roc_auc": "ROC-AUC, all answers in one",
    "mean_average_precision": "Mean average precision",
    "macro_f1": "F1, mean over genres",
    "micro_f1": "F1, all answers in one",
    "weighted_f1": "F1, genres weighted by posters",
    "samples_f1": "F1, mean over posters",
    "subset_accuracy": "All genres exactly right",
    "hamming_loss": "Wrong answers (Hamming loss)",
    "hit_at_1": "The likeliest genre is right",
    "hit_at_3": "One of the three likeliest is",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "roc_auc": "ROC-AUC",
    "average_precision": "Average precision",
    "brier": "Brier score",
    "ece": "Calibration error",
    "ece_beyond_chance": "Calibration error beyond chance",
    "spearman": "Rank correlation (Spearman)",
    "mae": "Mean error, points",
    "rmse": "Root mean squared error, points",
}
"""How figures are called, in the order in which they are shown."""

PARTS: Final = {
    "genres": (
        "Genres",
        "Over the judged genres; the two lines on the likeliest genres over all 24.",
        (
            ("roc-genres", "ROC curves of the genres, with the area under each."),
            ("precision-recall-genres", "Precision against recall."),
            ("reliability-genres", "All judged genres pooled, in 15 groups of equal size."),
            ("risk-coverage-genres", "Wrong first genres if only the surest are given."),
        ),
    ),
    "verdict": (
        "Good or not",
        "Whether the film's score is {good_at:g} or more.",
        (
            ("roc-verdict", "ROC curve of the verdict."),
            ("precision-recall-verdict", "Precision against recall for good films."),
            ("reliability-verdict", "What it says against what was so, in 15 groups of equal size."),
            ("risk-coverage-verdict", "Wrong verdicts if only the surest are given."),
        ),
    ),
    "score": ("Score", "The expected score against IMDb's.", ()),
}

NAMES: Final = ("constant", "decade", "neighbours", "true genres")


def write_report(evaluation: Evaluation, plots: dict[str, Figure], strips: dict[str, list[Strip]], out: Path) -> Path:
    """Writes `report.html`, `evaluation.json` and `plots/*.png`; returns where the report is.

    Args:
        evaluation: of a version.
        plots: from `plots.draw_all`.
        strips: posters to show, by part; from `gallery.strips`.
        out: made where it is not there.

    Raises:
        DatasetError: the folder cannot be written.
    """
    try:
        (out / PLOTS).mkdir(parents=True, exist_ok=True)
        for name, figure in plots.items():
            write_png(figure, out / PLOTS / f"{name}.png")
        content = msgspec.json.format(msgspec.json.encode(evaluation), indent=2)
        (out / FIGURES_FILE).write_bytes(content + b"\n")
        write_page(
            out / REPORT_FILE,
            Path(__file__).with_name("evaluation.html"),
            it=evaluation,
            plots={name: inline_svg(figure, name, name.replace("-", " ")) for name, figure in plots.items()},
            parts=[_part(evaluation, name) for name in PARTS if evaluation.parts[name]],
            facts=_facts(evaluation),
            findings=findings(evaluation),
            strips={part: [strip for strip in some if strip.posters] for part, some in strips.items()},
            counts=_counts(evaluation),
            genres=_genres(evaluation),
        )
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
    return out / REPORT_FILE


def shown(value: float | None, digits: int = 3) -> str:
    """A figure with so many digits; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def shown_interval(estimate: Estimate) -> str:
    """`0.749 to 0.769`; a dash where there is none."""
    return "–" if estimate.low is None else f"{shown(estimate.low)} to {shown(estimate.high)}"


def _part(evaluation: Evaluation, name: str) -> dict[str, Any]:
    title, about, plots = PARTS[name]
    estimates = evaluation.parts[name]
    baselines = [one for one in NAMES if any(one in estimate.baselines for estimate in estimates.values())]
    rows = [_row(figure, estimates[figure], baselines) for figure in TITLES if figure in estimates]
    return {
        "name": name,
        "title": title,
        "about": about.format(good_at=evaluation.good_at),
        "rows": rows,
        "baselines": baselines,
        "plots": plots,
    }


def _row(figure: str, estimate: Estimate, baselines: list[str]) -> dict[str, Any]:
    less = figure in LESS_IS_BETTER
    return {
        "title": TITLES[figure],
        "value": shown(estimate.value),
        "interval": shown_interval(estimate),
        "beside": [
            (shown(estimate.baselines.get(name)), estimate.ahead_of(name, less_is_better=less) is False)
            for name in baselines
        ],
    }


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    wanted = (
        ("genres", "macro_roc_auc", "ROC-AUC over genres"),
        ("genres", "mean_average_precision", "mean average precision"),
        ("verdict", "roc_auc", "ROC-AUC, good or not"),
        ("verdict", "balanced_accuracy", "balanced accuracy, good or not"),
        ("score", "spearman", "rank correlation with the score"),
    )
    facts = []
    for part, figure, words in wanted:
        estimate = evaluation.parts[part].get(figure)
        if estimate is not None:
            constant = estimate.baselines.get("constant")
            facts.append((shown(estimate.value), words if constant is None else f"{words}; constant {shown(constant)}"))
    return facts


def _counts(evaluation: Evaluation) -> list[tuple[str, ...]]:
    verdict = evaluation.verdict
    if verdict is None:
        return []
    called = {
        "good": (verdict.good_called_good, verdict.good_called_bad),
        "not good": (verdict.bad_called_good, verdict.bad_called_bad),
    }
    return [
        (name, *(f"{count:,}" for count in called[name]), *(shown(share) for share in shares), f"{support:,}")
        for name, (*shares, support) in verdict.report.items()
    ]


def _genres(evaluation: Evaluation) -> list[tuple[bool, tuple[str, ...]]]:
    return [
        (
            one.judged,
            (
                one.genre,
                f"{one.support:,}",
                percent(one.support / evaluation.posters),
                f"{one.said:,}",
                shown(one.roc_auc.value),
                shown_interval(one.roc_auc),
                shown(one.average_precision.value),
                shown(one.f1.value),
            ),
        )
        for one in evaluation.genres
    ]
