"""The battery that every network passes: shapes, refusals, saving, ONNX, a training step, activation maps."""

from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest

from model_engine.activation import class_activation_map
from model_engine.networks.efficientnet_lite import efficientnet_lite0
from model_engine.networks.judge_network import OUTPUTS, build_judge_network
from model_engine.training.keras_file import round_kernels, save_keras
from model_engine.training.onnx_export import save_onnx, to_onnx


@pytest.fixture(scope="module", params=["efficientnet-lite0"])
def network(request: pytest.FixtureRequest) -> keras.Model:
    keras.utils.set_random_seed(1)
    built = build_judge_network(request.param, 96, 64)
    round_kernels(built)
    return built


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (3, 96, 64, 3), dtype=np.uint8)


def outputs_of(model: keras.Model, batch: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in model(batch, training=False).items()}


def test_the_outputs_have_their_names_and_shapes(network: keras.Model, batch: np.ndarray) -> None:
    outputs = outputs_of(network, batch)
    assert tuple(outputs) == OUTPUTS
    assert outputs["genre_logits"].shape == (3, 24)
    assert outputs["score_logits"].shape == (3, 20)
    assert outputs["feature_map"].shape == (3, 3, 2, 1280)
    assert outputs["features"] == pytest.approx(outputs["feature_map"].mean(axis=(1, 2)), abs=1e-5)


@pytest.mark.parametrize(("height", "width", "cells"), [(32, 32, (1, 1)), (33, 65, (2, 3)), (248, 168, (8, 6))])
def test_any_input_size_works_even_when_it_does_not_divide(height: int, width: int, cells: tuple[int, int]) -> None:
    feature_map, features = efficientnet_lite0(keras.Input((height, width, 3)))
    assert feature_map.shape == (None, *cells, 1280)
    assert features.shape == (None, 1280)


@pytest.mark.parametrize("shape", [(31, 64, 3), (64, 64, 1), (64, 3)])
def test_an_input_it_cannot_take_is_told_with_what_was_received(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Received: shape="):
        efficientnet_lite0(keras.Input(shape))


def test_an_unknown_network_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"efficientnet-lite0.*Received: network=vgg"):
        build_judge_network("vgg", 96, 64)


def test_the_graph_is_flat_so_that_maps_can_be_computed(network: keras.Model) -> None:
    assert not [layer.name for layer in network.layers if isinstance(layer, keras.Model)]


def test_saved_and_loaded_by_plain_keras_it_answers_the_same(
    network: keras.Model, batch: np.ndarray, tmp_path: Path
) -> None:
    save_keras(network, tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras", safe_mode=True)
    for name, expected in outputs_of(network, batch).items():
        assert np.array_equal(outputs_of(again, batch)[name], expected)


def test_both_files_hold_float16_and_are_equal_whenever_the_weights_are(network: keras.Model, tmp_path: Path) -> None:
    for round_ in ("first", "second"):
        save_keras(network, tmp_path / f"{round_}.keras")
        save_onnx(network, tmp_path / f"{round_}.onnx")
    for kind in ("keras", "onnx"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()
        assert (tmp_path / f"first.{kind}").stat().st_size < 2.4 * network.count_params()


def test_the_exported_graph_answers_as_keras_does(network: keras.Model, batch: np.ndarray) -> None:
    session = onnxruntime.InferenceSession(to_onnx(network).SerializeToString())
    exported = session.run(list(OUTPUTS), {"pixels": batch})
    for value, expected in zip(exported, outputs_of(network, batch).values(), strict=True):
        assert value == pytest.approx(expected, abs=1e-4)


def test_a_training_step_moves_every_weight(batch: np.ndarray) -> None:
    network = build_judge_network("efficientnet-lite0", 96, 64)
    before = [np.array(weight.value) for weight in network.trainable_weights]
    network.compile(keras.optimizers.SGD(0.1), loss={"genre_logits": "mse", "score_logits": "mse"})
    network.train_on_batch(batch, {"genre_logits": np.ones((3, 24)), "score_logits": np.ones((3, 20))})
    after = [np.array(weight.value) for weight in network.trainable_weights]
    moved = [not np.array_equal(old, new) for old, new in zip(before, after, strict=True)]
    assert all(moved)


def test_the_activation_map_averages_to_the_logit(network: keras.Model, batch: np.ndarray) -> None:
    outputs = outputs_of(network, batch)
    kernel, bias = network.get_layer("genre_logits").get_weights()
    activation = class_activation_map(outputs["feature_map"][0], kernel[:, 12])
    assert activation.mean() + bias[12] == pytest.approx(outputs["genre_logits"][0, 12], abs=1e-4)
