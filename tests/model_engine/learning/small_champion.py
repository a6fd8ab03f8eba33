"""A version whose network is small enough for a test: random layers, and posters that it remembers."""

import shutil
from pathlib import Path

import msgspec
import numpy as np

from model_engine import versions
from model_engine.learning.exporting import KEPT_FILES
from model_engine.preprocessing import Preprocessing
from model_engine.rehearsal import save_rehearsal
from tests.model_engine.conftest import STARTER

NAME = "small-1"
BACKBONE = "small-backbone"
WIDTH = 16


def write_small_champion(folder: Path, *, network: str = "tiny", rehearsal: bool = True) -> Path:
    """Writes and seals `folder / NAME`; `tiny-deep` has a last stage that can learn, `tiny` has none."""
    import keras

    from model_engine.networks.judge_network import build_judge_network
    from model_engine.training.keras_file import round_kernels, save_keras
    from model_engine.training.onnx_export import save_onnx
    from tests.model_engine.training.tiny import registered

    keras.utils.set_random_seed(5)
    with registered():
        built = build_judge_network(network, 24, 16)
    round_kernels(built)
    target = folder / NAME
    target.mkdir(parents=True)
    save_keras(built, target / versions.NETWORK_FILE)
    save_onnx(built, target / versions.ONNX_FILE)
    heads = {}
    for head in ("genre", "score"):
        kernel, bias = built.get_layer(f"{head}_logits").get_weights()
        heads |= {f"{head}_kernel": kernel.astype(np.float16), f"{head}_bias": bias}
    np.savez(target / versions.HEADS_FILE, **heads)
    for name in (*KEPT_FILES, versions.METRICS_FILE, versions.CARD_FILE):
        shutil.copyfile(STARTER / name, target / name)
    (target / versions.PREPROCESSING_FILE).write_bytes(msgspec.json.encode(Preprocessing(height=24, width=16)))
    if rehearsal:
        features = np.random.default_rng(1).normal(0, 1, (200, WIDTH)).astype(np.float32)
        save_rehearsal(features, target / versions.REHEARSAL_FILE)
    versions.seal(target, NAME, BACKBONE)
    return target
