"""What might still be had: more posters, larger pictures, neighbours, attention, another calibration.

All on the validation split, beside the version as it is. Only the first needs training: heads on frozen features.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import keras
import numpy as np
from scipy.special import logit, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import normalize

from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.naming import f1_by_genre
from model_engine.evaluation.outputs import Outputs
from model_engine.evaluation.thresholds import best_f1_threshold
from model_engine.preprocessing import Preprocessing
from model_engine.training.calibrating import fit_genres
from model_engine.training.features import backbone_features
from model_engine.training.heads import fit_heads
from model_engine.training.recipe import read_recipe
from model_engine.training.starting import first_network
from model_engine.training.tasks import task_of
from model_engine.versions import Version

FROZEN: Final = "efficientnet-lite0-features"
SHARES: Final = (0.125, 0.25, 0.5, 1.0)
SIZES: Final = ((256, 168), (320, 216), (336, 224), (384, 256))
"""Rows and columns, of the same form as the version's own input."""
NEAREST: Final = 200
SHARPNESS: Final = 20.0
"""Of neighbours' weights, exp(20 * cosine)."""
PRIOR: Final = 0.05
"""Weight of the genre's share beside what neighbours say."""
ATTENTION: Final = 0.25
"""What logits at each place are multiplied by in the softmax that weighs the places (https://arxiv.org/abs/2108.02456)."""
DRAWS: Final = 60


def more(version: Version, dataset: Dataset, outputs: Outputs, cache: Path) -> str:
    """A table: ROC-AUC (mean over judged genres), mean average precision."""
    held = dataset.rows("validation")
    judged = np.array([genre in version.labels.judged for genre in version.labels.genres])
    truth = dataset.genres[held][:, judged]

    def row(name: str, logits: np.ndarray) -> str:
        said = logits[:, judged]
        return f"| {name} | {roc_auc_score(truth, said):.4f} | {average_precision_score(truth, said):.4f} |"

    own = outputs.genre_logits[held]
    lines = ["| | ROC-AUC | mAP |", "|---|---:|---:|", row(f"{version.name} as it is", own)]
    for share, logits in _fewer_posters(dataset, cache):
        lines.append(row(f"heads on frozen features, {share:.1%} of the training posters", logits))
    neighbours = logit(_neighbours(dataset, outputs))
    lines.append(row(f"{NEAREST} neighbours alone", neighbours))
    lines += [row(f"… mixed in, {share:.0%}", (1 - share) * own + share * neighbours) for share in (0.15, 0.3, 0.5)]
    judge = _of_any_size(version)
    attended = judge(dataset, version.preprocessing)[1]
    lines += [row(f"{share:g} times attention added", own + share * attended) for share in (0.1, 0.3)]
    for height, width in SIZES:
        logits, _ = judge(dataset, Preprocessing(height=height, width=width))
        lines.append(row(f"pictures of {height} x {width}", logits))
        lines.append(row("… and the version's own size, mean", (logits + own) / 2))
    return "\n".join([*lines, "", *_calibrations(own[:, judged], truth)])


def _fewer_posters(dataset: Dataset, cache: Path) -> Iterator[tuple[float, np.ndarray]]:
    recipe = read_recipe(FROZEN)
    network = first_network(recipe, task_of(recipe, dataset))
    features = backbone_features(network, dataset, recipe.input, cache, lambda _, __: None)
    train, held = dataset.rows("train"), dataset.rows("validation")
    shuffled = np.random.default_rng(recipe.seed).permutation(train)
    for share in SHARES:
        rows = np.concatenate([shuffled[: round(share * len(train))], held])
        part = dataset.select(rows)
        heads = fit_heads(features[rows], part, recipe, task_of(recipe, part))
        yield share, heads["genre_logits"].head.logits(features[held])


def _neighbours(dataset: Dataset, outputs: Outputs) -> np.ndarray:
    """(validation, 24): what the nearest training posters are labelled, weighed by how near they are."""
    directions = normalize(outputs.features.astype(np.float32))
    train, held = dataset.rows("train"), dataset.rows("validation")
    alike = directions[held] @ directions[train].T
    nearest = np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST]
    weights = softmax(SHARPNESS * np.take_along_axis(alike, nearest, axis=1), axis=1)
    said = np.einsum("nk,nkg->ng", weights, dataset.genres[train][nearest])
    return (1 - PRIOR) * said + PRIOR * dataset.genres[train].mean(axis=0)


def _of_any_size(version: Version) -> Callable[[Dataset, Preprocessing], tuple[np.ndarray, np.ndarray]]:
    """Judges the validation posters brought to some size: (N, 24) logits, and the same with attention over places."""
    kept = keras.models.load_model(version.keras_file, compile=False, safe_mode=True)
    network = keras.models.clone_model(kept, input_tensors=keras.Input((None, None, 3), dtype="uint8"))
    network.set_weights(kept.get_weights())
    kernel, bias = network.get_layer("genre_logits").get_weights()

    def judge(dataset: Dataset, size: Preprocessing) -> tuple[np.ndarray, np.ndarray]:
        rows = dataset.rows("validation")
        logits, attended = [], []
        for start in range(0, len(rows), 50):
            pictures = [size.prepare_image(dataset.read(int(row))) for row in rows[start : start + 50]]
            said = network.predict_on_batch(np.stack(pictures))
            places = said["feature_map"].reshape(len(pictures), -1, len(kernel)) @ kernel + bias
            logits.append(said["genre_logits"])
            attended.append((softmax(ATTENTION * places, axis=1) * places).sum(axis=1))
        return np.concatenate(logits), np.concatenate(attended)

    return judge


def _calibrations(logits: np.ndarray, truth: np.ndarray) -> Iterator[str]:
    """Platt scaling and isotonic regression, each fitted on four fifths of the posters and asked of the last fifth.

    The loss is summed over genres, per poster.
    """
    figures: dict[str, list[tuple[float, float]]] = {"Platt scaling, as it is": [], "isotonic regression": []}
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(logits))
        fit, ask = np.split(order, [len(order) * 4 // 5])
        platt = fit_genres(logits[fit], truth[fit])
        steps = [IsotonicRegression(y_min=1e-3, y_max=1 - 1e-3, out_of_bounds="clip") for _ in truth.T]
        steps = [step.fit(logits[fit, i], truth[fit, i]) for i, step in enumerate(steps)]
        isotonic = [np.stack([step.predict(logits[rows, i]) for i, step in enumerate(steps)], 1) for rows in (fit, ask)]
        plain = [platt.probabilities(logits[rows]) for rows in (fit, ask)]
        for kept, (fitted, asked) in zip(figures.values(), (plain, isotonic), strict=True):
            said = asked >= np.array([best_f1_threshold(column) for column in fitted.T])
            loss = -(truth[ask] * np.log(asked) + (1 - truth[ask]) * np.log1p(-asked)).sum(axis=1).mean()
            kept.append((loss, f1_by_genre(said, truth[ask], np.ones((1, len(ask)))).mean()))
    yield from (f"| mean of {DRAWS} draws | log loss | macro F1 |", "|---|---:|---:|")
    for name, kept in figures.items():
        loss, f1 = np.mean(kept, axis=0)
        yield f"| {name} | {loss:.3f} | {f1:.4f} |"
