"""The battery that every network passes: shapes, learning, saving, exporting; the giants take minutes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import onnxruntime
import pytest

from model_engine.networks.judge_network import NETWORKS, OUTPUTS, build_judge_network
from model_engine.training.computing import jit_pays
from model_engine.training.keras_file import round_kernels, save_keras
from model_engine.training.onnx_export import save_onnx, to_onnx


class Size(NamedTuple):
    """What a network is tried on, what then comes of it, and how it is trained."""

    height: int
    width: int
    cells: tuple[int, int]
    channels: int
    features: int
    epochs: int = 30
    learning_rate: float = 2e-3


SIZES = {
    "basic-cnn": Size(32, 24, (4, 3), 128, 128, epochs=15),
    "efficientnet-lite0": Size(33, 32, (2, 1), 1280, 1280, epochs=3),
    "efficientnet-lite1": Size(33, 32, (2, 1), 1280, 1280, epochs=3),
    "efficientnet-lite2": Size(33, 32, (2, 1), 1280, 1280, epochs=3),
    "genre-cnn": Size(32, 24, (4, 3), 128, 128, epochs=15),
    "inception-resnet-v2": Size(107, 75, (2, 1), 1536, 1536, epochs=4),
    "inception-v3": Size(107, 75, (2, 1), 2048, 2048, epochs=4),
    "regularized-cnn": Size(32, 24, (2, 1), 128, 128),
    "vgg16": Size(64, 33, (2, 1), 512, 256, epochs=45, learning_rate=1e-4),
    "year-cnn": Size(40, 27, (10, 6), 64, 128),
}
GIANTS = ("inception-resnet-v2", "inception-v3", "vgg16")
LARGER_ONES = ("efficientnet-lite1", "efficientnet-lite2")
"""Of a family whose smallest member is tried in every run."""
POOLED = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2", "inception-resnet-v2", "inception-v3")
"""Their features are the mean of their last map."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=(pytest.mark.long, pytest.mark.timeout(600)) if name in GIANTS + LARGER_ONES else ())
        for name in SIZES
    ],
)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def network(name: str) -> keras.Model:
    """With random weights; the last of the tests trains it."""
    keras.utils.set_random_seed(1)
    built = build_judge_network(name, SIZES[name].height, SIZES[name].width)
    round_kernels(built)
    return built


def drawn_posters(name: str, count: int) -> np.ndarray:
    """Posters of one colour each, with grain."""
    chance = np.random.default_rng(4)
    grain = chance.integers(-40, 40, (count, SIZES[name].height, SIZES[name].width, 3))
    return np.clip(chance.integers(0, 256, (count, 1, 1, 3)) + grain, 0, 255).astype(np.uint8)


def outputs_of(network: keras.Model, posters: np.ndarray) -> dict[str, np.ndarray]:
    return {output: np.asarray(value) for output, value in network(posters, training=False).items()}


def test_every_network_is_tried() -> None:
    assert set(SIZES) == set(NETWORKS)


def test_the_outputs_have_their_names_and_shapes_and_the_graph_is_flat(name: str, network: keras.Model) -> None:
    size, outputs = SIZES[name], outputs_of(network, drawn_posters(name, 2))
    assert tuple(outputs) == OUTPUTS
    shapes = [(2, 24), (2, 20), (2, *size.cells, size.channels), (2, size.features)]
    assert [output.shape for output in outputs.values()] == shapes
    assert not [layer.name for layer in network.layers if isinstance(layer, keras.Model)]
    kernel, bias = network.get_layer("genre_logits").get_weights()
    assert outputs["features"] @ kernel + bias == pytest.approx(outputs["genre_logits"], abs=1e-4)
    if name in POOLED:
        assert outputs["features"] == pytest.approx(outputs["feature_map"].mean(axis=(1, 2)), abs=1e-5)


def test_its_files_say_what_it_says_in_half_the_room(name: str, network: keras.Model, tmp_path: Path) -> None:
    posters = drawn_posters(name, 3)
    expected = outputs_of(network, posters)
    save_keras(network, tmp_path / "network.keras")
    save_onnx(network, tmp_path / "network.onnx")
    loaded = keras.models.load_model(tmp_path / "network.keras", safe_mode=True)
    of_keras = outputs_of(loaded, posters)
    of_onnx = onnxruntime.InferenceSession(tmp_path / "network.onnx").run(list(OUTPUTS), {"pixels": posters})
    for output, exported in zip(OUTPUTS, of_onnx, strict=True):
        assert np.array_equal(of_keras[output], expected[output])
        assert exported == pytest.approx(expected[output], abs=1e-3)
    # The very bytes depend on the weights alone, not on which process or object wrote them.
    assert to_onnx(loaded).SerializeToString(deterministic=True) == (tmp_path / "network.onnx").read_bytes()
    for file in ("network.keras", "network.onnx"):
        assert (tmp_path / file).stat().st_size < 2.05 * network.count_params() + 600_000


def test_it_learns_sixteen_posters_by_heart_and_every_weight_moves(name: str, network: keras.Model) -> None:
    before = [np.array(weight.value) for weight in network.trainable_weights]
    chance = np.random.default_rng(5)
    truth = {
        "genre_logits": (chance.random((16, 24)) < 0.15).astype(np.float32),
        "score_logits": np.eye(20, dtype=np.float32)[chance.integers(0, 20, 16)],
    }
    network.compile(
        keras.optimizers.Adam(SIZES[name].learning_rate),
        loss={
            "genre_logits": keras.losses.BinaryCrossentropy(from_logits=True),
            "score_logits": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        # Deep networks with BatchNorm learn these in a few steps, and tracing them would take longer than that.
        run_eagerly=name in POOLED,
        jit_compile="auto" if jit_pays() else False,
    )
    posters, epochs = drawn_posters(name, 16), SIZES[name].epochs
    losses = network.fit(posters, truth, batch_size=16, epochs=epochs, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 2
    after = [np.array(weight.value) for weight in network.trainable_weights]
    moved = [not np.array_equal(old, new) for old, new in zip(before, after, strict=True)]
    assert all(moved)


@pytest.mark.timeout(300)
@pytest.mark.long
def test_a_network_passes_on_jax_as_well() -> None:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", __file__, "-k", "basic-cnn"]
    ran = subprocess.run(
        command, env=os.environ | {"KERAS_BACKEND": "jax"}, capture_output=True, text=True, timeout=280, check=False
    )
    assert ran.returncode == 0, ran.stdout
    assert "3 passed" in ran.stdout
