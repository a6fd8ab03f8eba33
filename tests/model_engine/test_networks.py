"""What networks refuse, what their options do, exact activation maps; see test_battery for what all of them pass."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model_engine.activation import class_activation_map
from model_engine.networks.efficientnet_lite import efficientnet_lite0
from model_engine.networks.judge_network import build_judge_network
from model_engine.training.keras_file import round_kernels, save_keras
from model_engine.training.onnx_export import save_onnx


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    built = build_judge_network("efficientnet-lite0", 96, 64)
    round_kernels(built)
    return built


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (3, 96, 64, 3), dtype=np.uint8)


def outputs_of(model: keras.Model, batch: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in model(batch, training=False).items()}


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


def test_an_option_that_a_network_does_not_have_is_told_with_those_it_has() -> None:
    with pytest.raises(ValueError, match=r"options of year-cnn are \['hidden', 'dropout'\]. Received: depth"):
        build_judge_network("year-cnn", 80, 55, options={"depth": 2})


@pytest.mark.parametrize(
    ("name", "least"), [("basic-cnn", 8), ("genre-cnn", 8), ("regularized-cnn", 16), ("vgg16", 32), ("year-cnn", 4)]
)
def test_a_poster_too_small_for_the_network_is_told(name: str, least: int) -> None:
    assert build_judge_network(name, least, least).output["feature_map"].shape[1:3] == (1, 1)
    with pytest.raises(ValueError, match=f"at least {least} pixels a side. Received: shape="):
        build_judge_network(name, least, least - 1)


def test_options_shape_the_network() -> None:
    network = build_judge_network(
        "regularized-cnn", 16, 16, options={"widths": [4, 6], "hidden": [10, 5], "dropout": 0.1}
    )
    dropped = [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
    assert network.output["feature_map"].shape == (None, 4, 4, 6)
    assert network.output["features"].shape == (None, 5)
    assert dropped == [0.1, 0.1]


@pytest.mark.parametrize("name", ["basic-cnn", "efficientnet-lite0", "genre-cnn", "vgg16", "year-cnn"])
def test_dropout_is_there_where_it_is_asked_for_and_only_there(name: str) -> None:
    for dropout in (0.0, 0.4):
        network = build_judge_network(name, 32, 32, options={"dropout": dropout})
        dropped = [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
        assert dropped == ([dropout] if dropout else [])


@pytest.mark.long
@pytest.mark.parametrize("name", ["inception-v3", "inception-resnet-v2"])
def test_a_second_network_in_the_same_process_calls_its_layers_the_same(name: str) -> None:
    """Keras counts on through the process; files with other names in them would be other files."""
    first, second = (build_judge_network(name, 75, 75) for _ in range(2))
    assert [layer.name for layer in first.layers] == [layer.name for layer in second.layers]


def test_both_files_hold_float16_and_are_equal_whenever_the_weights_are(network: keras.Model, tmp_path: Path) -> None:
    for round_ in ("first", "second"):
        save_keras(network, tmp_path / f"{round_}.keras")
        save_onnx(network, tmp_path / f"{round_}.onnx")
    for kind in ("keras", "onnx"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()
        assert (tmp_path / f"first.{kind}").stat().st_size < 2.4 * network.count_params()


def test_the_activation_map_averages_to_the_logit(network: keras.Model, batch: np.ndarray) -> None:
    outputs = outputs_of(network, batch)
    kernel, bias = network.get_layer("genre_logits").get_weights()
    activation = class_activation_map(outputs["feature_map"][0], kernel[:, 12])
    assert activation.mean() + bias[12] == pytest.approx(outputs["genre_logits"][0, 12], abs=1e-4)
