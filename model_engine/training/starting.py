"""The network that training starts from."""

import keras

from model_engine.networks.imagenet_weights import assign_imagenet
from model_engine.networks.judge_network import build_judge_network
from model_engine.training.freezing import HEAD_LAYERS, behind
from model_engine.training.heads import constant_head
from model_engine.training.recipe import Recipe, RecipeError
from model_engine.training.tasks import Task


def first_network(recipe: Recipe, task: Task) -> keras.Model:
    """The recipe's network with the weights that it starts from; its heads say the training split's shares.

    Raises:
        RecipeError: there is no such network, or it cannot have such an input or such options.
        WeightsMissing: the weights cannot be had.
    """
    network = built(recipe, any_size=recipe.augmentation.crop < 1.0)
    assign_imagenet(network, recipe.network, recipe.weights)
    for name in HEAD_LAYERS:
        head = network.get_layer(name)
        constant = constant_head(head.kernel.shape[0], task.priors[name])
        head.set_weights([constant.kernel, constant.bias])
    return network


def built(recipe: Recipe, *, any_size: bool = False) -> keras.Model:
    """The recipe's network with random weights.

    Args:
        recipe: says which.
        any_size: whether its input may have any height and width, for training on parts of pictures.

    Raises:
        RecipeError: there is no such network, or it cannot have such an input or such options.
    """
    height, width = (None, None) if any_size else (recipe.input.height, recipe.input.width)
    try:
        return build_judge_network(recipe.network, height, width, options=recipe.options)
    except ValueError as error:
        if any_size:
            raise RecipeError(
                f"The network {recipe.network} cannot learn from parts of posters: leave crop out."
            ) from error
        raise RecipeError(f"The recipe {recipe.name} cannot be built: {error}") from error


def heads_alone(network: keras.Model) -> bool:
    """Whether nothing but the two heads lies behind the pooled features of the last map."""
    map_layer = next(layer.name for layer in network.layers if layer.output is network.output["feature_map"])
    names = behind(network, [map_layer])
    return {layer.name for layer in network.layers if layer.name in names and layer.weights} == set(HEAD_LAYERS)
