"""Features that are kept are only of use with those of the very same space."""

import keras
import numpy as np

from model_engine.networks.judge_network import build_judge_network
from model_engine.training.feature_space import feature_space
from model_engine.training.recipe import read_recipe
from model_engine.training.recipe_values import with_values
from tests.model_engine.training import tiny


def network_of(seed: int) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return build_judge_network("tiny", 24, 16)


def test_networks_that_learnt_something_else_never_share_a_name() -> None:
    recipe, network = tiny.recipe(), network_of(1)
    name = feature_space(recipe, network)
    assert name.startswith("tiny-")
    assert name == feature_space(recipe, network_of(1))
    assert name != feature_space(recipe, network_of(2))


def test_other_heads_on_the_same_features_share_the_name() -> None:
    recipe, network = tiny.recipe(), network_of(1)
    before = feature_space(recipe, network)
    head = network.get_layer("genre_logits")
    head.set_weights([np.zeros_like(weight) for weight in head.get_weights()])
    assert feature_space(recipe, network) == before


def test_frozen_imagenet_features_go_by_the_networks_own_name_as_the_starters_do() -> None:
    recipe = read_recipe("efficientnet-lite0-features")
    network = build_judge_network("efficientnet-lite0", 32, 32)
    assert feature_space(recipe, network) == "efficientnet-lite0"
    assert feature_space(with_values(recipe, {"weights": "none"}), network) != "efficientnet-lite0"
