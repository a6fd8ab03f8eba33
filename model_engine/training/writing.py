"""Writes a trained network and everything that is known of it as a sealed version folder."""

import csv
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import msgspec
import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.errors import VersionError
from model_engine.rehearsal import save_rehearsal
from model_engine.training.eras import by_era
from model_engine.training.evaluating import evaluate, genre_by_genre
from model_engine.training.feature_space import feature_space
from model_engine.training.fitting_likeness import FittedLikeness
from model_engine.training.keras_file import save_keras
from model_engine.training.model_card import model_card
from model_engine.training.onnx_export import save_onnx
from model_engine.training.plots import Curve, history_plot, reliability_plot, roc_plot
from model_engine.training.progress import Epoch
from model_engine.training.recipe import Recipe, read_recipe
from model_engine.versions import (
    CALIBRATION_FILE,
    CARD_FILE,
    HEADS_FILE,
    LABELS_FILE,
    LIKENESS_FILE,
    METRICS_FILE,
    NETWORK_FILE,
    ONNX_FILE,
    PREPROCESSING_FILE,
    REHEARSAL_FILE,
    SUMMARY_FILE,
    Labels,
    seal,
)
from models.genres import GENRES

HISTORY_FILE: Final = "history.csv"

REPORTED_SPLITS: Final = ("validation", "test")
PLOTTED_GENRES: Final = 6
"""Curves in the ROC plot: the most frequent genres; more cannot be told apart."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """All that a version is written from."""

    recipe: Recipe
    dataset: Dataset
    network: keras.Model
    calibration: Calibration
    genre_logits: np.ndarray
    """(N, 24) for every poster of the data set, raw."""
    score_logits: np.ndarray
    """(N, 20), likewise."""
    judged: tuple[str, ...]
    """Genres that were learnt from enough posters."""
    history: list[Epoch]
    """Every epoch, phase after phase."""
    likeness: FittedLikeness | None = None
    """What tells posters from other pictures; None where there were none to learn it from."""
    rehearsal: np.ndarray | None = None
    """(N, width) features of some posters of the training split."""


def write_version(trained: Trained, out: Path) -> Path:
    """Writes and seals the folder `out / version`, which appears whole or not at all.

    Raises:
        VersionError: `exists`: there is such a folder already.
    """
    target = out / trained.recipe.version
    if target.exists():
        raise VersionError("exists", f"{target} exists; versions never change. Remove it or choose another --out.")
    out.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=out))
    try:
        _write_network(trained, draft)
        _write_figures(trained, draft)
        _write_plots(trained, draft)
        seal(draft, trained.recipe.version, feature_space(trained.recipe, trained.network))
        draft.chmod(0o755)
        draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write_network(trained: Trained, folder: Path) -> None:
    network = trained.network
    save_keras(network, folder / NETWORK_FILE)
    save_onnx(network, folder / ONNX_FILE)
    lines: list[str] = []
    network.summary(print_fn=lambda line, **_: lines.append(line), line_length=100)
    (folder / SUMMARY_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    heads = {}
    for head in ("genre", "score"):
        kernel, bias = network.get_layer(f"{head}_logits").get_weights()
        heads |= {f"{head}_kernel": kernel.astype(np.float16), f"{head}_bias": bias}
    np.savez(folder / HEADS_FILE, **heads)
    if trained.likeness is not None:
        trained.likeness.likeness.save(folder / LIKENESS_FILE)
    if trained.rehearsal is not None:
        save_rehearsal(trained.rehearsal, folder / REHEARSAL_FILE)


def _write_figures(trained: Trained, folder: Path) -> None:
    recipe, dataset = trained.recipe, trained.dataset
    labels = Labels(
        genres=GENRES,
        judged=trained.judged,
        supports=dataset.supports(),
        least_support=recipe.least_support,
        task=recipe.task,
    )
    metrics = metrics_of(trained)
    _write_json(folder / LABELS_FILE, labels)
    _write_json(folder / CALIBRATION_FILE, trained.calibration)
    _write_json(folder / PREPROCESSING_FILE, recipe.input)
    _write_json(folder / METRICS_FILE, metrics)
    _write_history(folder / HISTORY_FILE, trained.history)
    (folder / CARD_FILE).write_text(model_card(recipe, labels, metrics), encoding="utf-8")


def metrics_of(trained: Trained) -> dict[str, Any]:
    """`metrics.json`: figures by split beside the constant answer's, by genre and era, the recipe, the losses."""
    dataset, calibration = trained.dataset, trained.calibration
    metrics: dict[str, Any] = {}
    for split in REPORTED_SPLITS:
        metrics[split] = evaluate(
            dataset,
            split,
            calibration,
            trained.genre_logits,
            trained.score_logits,
            trained.judged,
        )
    genres = genre_by_genre(dataset, "test", calibration, trained.genre_logits, trained.judged)
    logits = trained.genre_logits, trained.score_logits
    eras = by_era(dataset, "test", calibration, *logits, trained.judged, trained.recipe.task)
    metrics["test"] |= {"by_genre": msgspec.to_builtins(genres), "by_era": msgspec.to_builtins(eras)}
    if trained.likeness is not None:
        metrics["likeness"] = msgspec.to_builtins(
            {"posters": trained.likeness.posters, "others": trained.likeness.others}
        )
    members = trained.recipe.members
    return {
        **_rounded(metrics),
        "recipe": msgspec.to_builtins(trained.recipe),
        "loss_per_poster": _losses(trained.history),
        "posters": posters_by_split(dataset),
        "years": years_of_training(dataset),
        **({"members": [msgspec.to_builtins(read_recipe(name)) for name in members]} if members else {}),
    }


def posters_by_split(dataset: Dataset) -> dict[str, int]:
    """How many posters there are to fit, to choose by, and to measure by."""
    return {split: len(dataset.rows(split)) for split in ("train", *REPORTED_SPLITS)}


def years_of_training(dataset: Dataset) -> list[int]:
    """The first, the middle and the last year of the training films whose year is known; empty where none is."""
    years = dataset.years[dataset.rows("train")]
    known = years[~np.isnan(years)]
    return [int(year) for year in (known.min(), np.median(known), known.max())] if len(known) else []


def _write_plots(trained: Trained, folder: Path) -> None:
    dataset, calibration = trained.dataset, trained.calibration
    rows = dataset.rows("test")
    truth = dataset.genres[rows]
    probabilities = calibration.genres.probabilities(trained.genre_logits[rows])
    distributions = calibration.score.distributions(trained.score_logits[rows])
    scored = ~np.isnan(dataset.scores[rows])
    good_at = calibration.score.threshold
    p_good = calibration.score.chance_of_good(distributions[scored])
    good = dataset.scores[rows][scored] >= good_at
    judged = dataset.enough(trained.recipe.least_support)
    reliability_plot(
        folder / "reliability.png",
        (f"Verdict: score of {good_at:g} or more (test)", p_good, good),
        ("All judged genres pooled (test)", probabilities[:, judged].ravel(), truth[:, judged].ravel()),
    )
    frequent = np.argsort(-truth.sum(axis=0), kind="stable")[:PLOTTED_GENRES]
    curves: list[Curve] = [(GENRES[i], probabilities[:, i], truth[:, i]) for i in frequent if truth[:, i].any()]
    roc_plot(folder / "roc.png", (f"verdict: score of {good_at:g} or more", p_good, good), curves)
    history_plot(folder / "history.png", trained.history)


def _losses(history: list[Epoch]) -> dict[str, dict[str, list[float]]]:
    """Loss per poster by phase, split and epoch."""
    losses: dict[str, dict[str, list[float]]] = {}
    for epoch in history:
        phase = losses.setdefault(epoch.phase, {"train": [], "validation": []})
        phase["train"].append(epoch.figures["loss"])
        phase["validation"].append(epoch.figures["validation_loss"])
    return losses


def _write_history(path: Path, history: list[Epoch]) -> None:
    """A row per epoch; a figure that a phase does not have stays empty."""
    names = list(dict.fromkeys(name for epoch in history for name in epoch.figures))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["phase", "epoch", *names])
        writer.writerows(
            [epoch.phase, epoch.epoch, *(epoch.figures.get(name, "") for name in names)] for epoch in history
        )


def read_history(path: Path) -> list[Epoch]:
    """The epochs that a version's `history.csv` tells of."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Epoch(
                phase=row.pop("phase"),
                epoch=int(row.pop("epoch")),
                figures={name: float(figure) for name, figure in row.items() if figure},
            )
            for row in csv.DictReader(file)
        ]


def _write_json(path: Path, content: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")


def _rounded(content: Any) -> Any:
    """Four digits after the point for figures: more would pretend to a precision that n does not give."""
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    if isinstance(content, float):
        return int(content) if content.is_integer() and abs(content) > 1 else round(content, 4)
    return content
