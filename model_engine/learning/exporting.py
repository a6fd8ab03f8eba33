"""Writes both files of a challenger's network, and holds the one against the other."""

import dataclasses
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from PIL import Image

from model_engine.evaluation.answers import Answers, calibrated
from model_engine.learning.examples import Examples
from model_engine.learning.faults import RunFailed
from model_engine.learning.making_challenger import Challenger
from model_engine.learning.task import Task
from model_engine.likeness import PosterLikeness
from model_engine.quiet import quieten_tensorflow
from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.runtimes.keras_runtime import KerasRuntime
from model_engine.runtimes.onnx_runtime import OnnxRuntime
from model_engine.versions import (
    CALIBRATION_FILE,
    HEADS_FILE,
    LABELS_FILE,
    LIKENESS_FILE,
    NETWORK_FILE,
    ONNX_FILE,
    PREPROCESSING_FILE,
    REHEARSAL_FILE,
    SUMMARY_FILE,
    Version,
)

KEPT_FILES: Final = (LABELS_FILE, CALIBRATION_FILE, PREPROCESSING_FILE, SUMMARY_FILE)
"""What other heads do not change."""

KEPT_WITH_FEATURES: Final = (LIKENESS_FILE, REHEARSAL_FILE)
"""What says something of features, where these stay the same and it is there."""

LEAST_TO_MOVE: Final = 30
"""Posters that say how the test for posters has to move with the features."""

MOST_DIFFERENCE: Final = 0.01
"""Of any probability between the two files of a version, at most; what they compute with differs in its last digits."""

BATCH: Final = 8
TIMED_PASSES: Final = 5

DIFFER: Final = "Its two files do not judge alike (a probability differs by {by:.3f}), so it was not published."


class Exported(NamedTuple):
    """What champion and challenger said of the same pictures, and how long each took."""

    before: Answers
    after: Answers
    seconds_before: float
    """For one picture of a batch."""
    seconds_after: float


def write_networks(task: Task, challenger: Challenger, folder: Path) -> str:
    """Writes the challenger's network, and what stays the same; gives the name of the space of its features."""
    quieten_tensorflow()
    import keras

    from model_engine.training.feature_space import named_by_weights
    from model_engine.training.keras_file import save_keras
    from model_engine.training.onnx_export import save_onnx

    champion, heads, network = task.champion, challenger.heads, challenger.network
    kept, backbone = [*KEPT_FILES], champion.manifest.backbone
    if network is None:
        network = keras.models.load_model(champion.keras_file, compile=False, safe_mode=True)
        kept += [name for name in KEPT_WITH_FEATURES if name in champion.manifest.files]
    else:
        backbone = named_by_weights(task.name, network)
        if champion.likeness is not None:
            moved_likeness(champion.likeness, task.examples(task.measuring()), challenger.measuring).save(
                folder / LIKENESS_FILE
            )
    for name, kernel, bias in (
        ("genre_logits", heads.genre_kernel, heads.genre_bias),
        ("score_logits", heads.score_kernel, heads.score_bias),
    ):
        network.get_layer(name).set_weights([kernel, bias])
    save_keras(network, folder / NETWORK_FILE)
    save_onnx(network, folder / ONNX_FILE)
    halves = {name: values.astype(np.float16) if values.ndim > 1 else values for name, values in vars(heads).items()}
    np.savez(folder / HEADS_FILE, **halves)
    for name in kept:
        shutil.copyfile(champion.folder / name, folder / name)
    return backbone


def moved_likeness(likeness: PosterLikeness, before: Examples, after: Examples) -> PosterLikeness:
    """The champion's test for posters, for features that moved.

    Its margins of the same posters had one mean and spread before and have others now: the least margin moves with
    them. Of fewer than `LEAST_TO_MOVE` posters nothing is moved.
    """
    if len(before) < LEAST_TO_MOVE:
        return likeness
    old, new = (likeness.margins(examples.features) for examples in (before, after))
    least = new.mean() + (likeness.least - old.mean()) * new.std() / max(float(old.std()), 1e-9)
    return dataclasses.replace(likeness, least=float(least))


def golden_inputs(folder: Path | None, champion: Version) -> np.ndarray:
    """(P, rows, columns, 3): the pictures of a folder as the network takes them; none without a folder."""
    files = sorted(folder.glob("*.jpg")) if folder is not None else []
    inputs = []
    for file in files:
        with Image.open(file) as picture:
            inputs.append(champion.preprocessing.prepare_image(picture.convert("RGB")))
    return np.stack(inputs) if inputs else np.zeros((0, *champion.preprocessing.shape), np.uint8)


def compare_exported(champion: Version, folder: Path, golden: np.ndarray) -> Exported:
    """Runs both versions' exported networks side by side.

    Args:
        champion: loaded.
        folder: of the challenger's files.
        golden: (P, rows, columns, 3), P may be 0.

    Raises:
        RunFailed: the challenger's exported network is not its Keras one.
        DeviceError: memory ran out.
    """
    noise = np.random.default_rng(0).integers(0, 256, (BATCH, *champion.preprocessing.shape), np.uint8)
    before, after = (OnnxRuntime(file, "trainer") for file in (champion.onnx_file, folder / ONNX_FILE))
    reference = KerasRuntime(folder / NETWORK_FILE, "trainer")
    try:
        pictures = np.concatenate([golden, noise])
        exported, kept = (_probabilities(champion, _infer(one, pictures)) for one in (after, reference))
        by = max(float(np.abs(a - b).max()) for a, b in zip(exported, kept, strict=True))
        if not by <= MOST_DIFFERENCE:
            raise RunFailed("export_differs", DIFFER.format(by=by))
        said = [_answers(champion, _infer(one, golden)) for one in (before, after)]
        seconds = _seconds((before, after), noise)
    finally:
        for one in (before, after, reference):
            one.close()
    return Exported(*said, *seconds)


def _infer(runtime: Runtime, pictures: np.ndarray) -> list[RawOutputs]:
    return [runtime.infer(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]


def _answers(version: Version, outputs: Sequence[RawOutputs]) -> Answers:
    genres = [one.genre_logits for one in outputs] or [np.zeros((0, len(version.calibration.genres.scale)))]
    scores = [one.score_logits for one in outputs] or [np.zeros((0, len(version.calibration.score.bias)))]
    return calibrated(np.concatenate(genres), np.concatenate(scores), version.calibration)


def _probabilities(version: Version, outputs: Sequence[RawOutputs]) -> tuple[np.ndarray, ...]:
    said = _answers(version, outputs)
    return tuple(values for values in (said.genres, said.p_good) if values is not None)


def _seconds(runtimes: Sequence[Runtime], batch: np.ndarray) -> tuple[float, ...]:
    """Seconds a picture of each: the best of passes taken in turn, since other work only ever adds time."""
    best = [float("inf")] * len(runtimes)
    for _ in range(TIMED_PASSES):
        for index, runtime in enumerate(runtimes):
            started = time.perf_counter()
            runtime.infer(batch)
            best[index] = min(best[index], (time.perf_counter() - started) / len(batch))
    return tuple(best)
