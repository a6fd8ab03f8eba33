"""Plain convolutional networks of public poster projects: convolutions, max-pooling, flatten, dense.

Each function builds on scaled images (N, height, width, 3) and returns the last map, (N, rows, columns, channels),
and the features, (N, hidden), on which the heads are linear: what the last dense layer gives, so that no exact
class-activation maps exist here. `dropout` is the share of features that training leaves out; 0 leaves out the layer.
"""

from collections.abc import Sequence

import keras
from keras import layers

from model_engine.networks.input_size import check_input


def basic_cnn(
    images: keras.KerasTensor, *, widths: Sequence[int] = (32, 64, 128), hidden: int = 128, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Stages of one convolution and max-pooling, then dense.

    Raises:
        ValueError: the images are too small for so many stages.
    """
    feature_map = _stages(images, [[width] for width in widths])
    return feature_map, _dense(feature_map, (hidden,), dropout)


def regularized_cnn(
    images: keras.KerasTensor,
    *,
    widths: Sequence[int] = (32, 64, 128, 128),
    hidden: Sequence[int] = (256, 128),
    dropout: float = 0.3,
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """One more stage than `basic_cnn` and several dense layers, with dropout after each of these.

    Raises:
        ValueError: the images are too small for so many stages.
    """
    feature_map = _stages(images, [[width] for width in widths])
    return feature_map, _dense(feature_map, hidden, dropout)


def genre_cnn(
    images: keras.KerasTensor, *, hidden: int = 128, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Five convolutions (https://github.com/vamc-stash/Movie-Genres-Prediction-from-their-Poster), flatten, dense.

    Pooled after every width: flattened at full size, a poster of 128 x 96 would need 200 million weights.

    Raises:
        ValueError: the images are smaller than 8 pixels a side.
    """
    feature_map = _stages(images, [[32, 32], [64, 64], [128]])
    return feature_map, _dense(feature_map, (hidden,), dropout)


def year_cnn(
    images: keras.KerasTensor, *, hidden: int = 128, dropout: float = 0.5
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Two pooled pairs of convolutions, for posters of 80 x 55 pixels (30 percent) or so.

    Raises:
        ValueError: the images are smaller than 4 pixels a side.
    """
    feature_map = _stages(images, [[32, 32], [64, 64]])
    return feature_map, _dense(feature_map, (hidden,), dropout)


def _stages(x: keras.KerasTensor, stages: Sequence[Sequence[int]]) -> keras.KerasTensor:
    """Runs of 3 x 3 convolutions of these widths, each run halved by max-pooling."""
    check_input(x, 2 ** len(stages))
    for stage, widths in enumerate(stages, start=1):
        for index, width in enumerate(widths, start=1):
            name = f"stage{stage}_conv{index}"
            x = layers.Conv2D(width, 3, padding="same", activation="relu", name=name)(x)
        x = layers.MaxPooling2D(2, name=f"stage{stage}_pool")(x)
    return x


def _dense(feature_map: keras.KerasTensor, widths: Sequence[int], dropout: float) -> keras.KerasTensor:
    """Dense layers of these widths on the flattened map, with dropout after each."""
    x = layers.Flatten(name="flatten")(feature_map)
    for index, width in enumerate(widths, start=1):
        x = layers.Dense(width, activation="relu", name=f"hidden{index}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"hidden{index}_dropout")(x)
    return x
