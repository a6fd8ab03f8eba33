"""EfficientNet-Lite0, 1 and 2 on a flat Keras graph; the starter version has two Lite0.

Lite drops squeeze-excitation and swish from EfficientNet (https://arxiv.org/abs/1905.11946) and keeps stem and head at
their unscaled widths, so that it runs well on plain CPUs.
"""

import math
from typing import Final, NamedTuple

import keras
from keras import layers

from model_engine.networks.input_size import check_input

STEM_WIDTH: Final = 32
HEAD_WIDTH: Final = 1280
"""Channels of the last feature map and length of the pooled features."""

OUTPUT_STRIDE: Final = 32
"""Input pixels per cell of the feature map, along each side."""

BATCH_NORM_EPSILON: Final = 1e-3
"""As the ImageNet weights were trained; another value shifts every activation."""


class Stage(NamedTuple):
    """A run of inverted-residual blocks that share everything but the first one's stride and input width."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


LITE0_STAGES: Final[tuple[Stage, ...]] = (
    Stage(repeats=1, kernel=3, stride=1, expansion=1, width=16),
    Stage(repeats=2, kernel=3, stride=2, expansion=6, width=24),
    Stage(repeats=2, kernel=5, stride=2, expansion=6, width=40),
    Stage(repeats=3, kernel=3, stride=2, expansion=6, width=80),
    Stage(repeats=3, kernel=5, stride=1, expansion=6, width=112),
    Stage(repeats=4, kernel=5, stride=2, expansion=6, width=192),
    Stage(repeats=1, kernel=3, stride=1, expansion=6, width=320),
)


def scale_pixels(pixels: keras.KerasTensor) -> keras.KerasTensor:
    """uint8 0..255 to (x - 127) / 128, the range the ImageNet weights expect; exact in float32."""
    return layers.Rescaling(scale=1 / 128, offset=-127 / 128, name="scale_pixels")(pixels)


def efficientnet_lite0(
    images: keras.KerasTensor, *, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The network on top of `images`.

    Args:
        images: (N, height, width, 3) float, scaled to (x - 127) / 128.
        dropout: share of features that training leaves out; 0 leaves out the layer.

    Returns:
        Feature map (N, ceil(height / 32), ceil(width / 32), 1280) and its mean over the cells, (N, 1280).

    Raises:
        ValueError: the input has no three known colour channels, or is smaller than one cell.
    """
    return _efficientnet_lite(images, LITE0_STAGES, dropout)


def efficientnet_lite1(
    images: keras.KerasTensor, *, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """A tenth deeper than Lite0; see there."""
    return _efficientnet_lite(images, scaled_stages(width=1.0, depth=1.1), dropout)


def efficientnet_lite2(
    images: keras.KerasTensor, *, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """A tenth wider and a fifth deeper than Lite0; see there."""
    return _efficientnet_lite(images, scaled_stages(width=1.1, depth=1.2), dropout)


def scaled_stages(*, width: float, depth: float) -> tuple[Stage, ...]:
    """Lite0's stages, wider and deeper; Lite leaves the depth of the first and the last as it is.

    Widths are rounded to the nearest multiple of 8, depths up.
    """
    inner = LITE0_STAGES[1:-1]
    return tuple(
        stage._replace(
            repeats=math.ceil(stage.repeats * depth) if stage in inner else stage.repeats,
            width=int(stage.width * width + 4) // 8 * 8,
        )
        for stage in LITE0_STAGES
    )


def _efficientnet_lite(
    images: keras.KerasTensor, stages: tuple[Stage, ...], dropout: float
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    check_input(images, OUTPUT_STRIDE)
    x = _activation(_batch_norm(_conv(images, STEM_WIDTH, 3, 2, "stem_conv"), "stem_bn"), "stem_relu6")
    index = 0
    for stage in stages:
        for repeat in range(stage.repeats):
            x = _inverted_residual(x, stage, stage.stride if repeat == 0 else 1, f"block{index}")
            index += 1
    x = _batch_norm(_conv(x, HEAD_WIDTH, 1, 1, "head_conv"), "head_bn")
    feature_map = _activation(x, "feature_map")
    features = layers.GlobalAveragePooling2D(name="features")(feature_map)
    return feature_map, layers.Dropout(dropout, name="features_dropout")(features) if dropout else features


def _inverted_residual(x: keras.KerasTensor, stage: Stage, stride: int, name: str) -> keras.KerasTensor:
    """Expand, filter each channel, project; the input is added where the shapes allow it."""
    width_in = x.shape[-1]
    shortcut = x
    if stage.expansion != 1:
        x = _conv(x, width_in * stage.expansion, 1, 1, f"{name}_expand_conv")
        x = _activation(_batch_norm(x, f"{name}_expand_bn"), f"{name}_expand_relu6")
    x = layers.DepthwiseConv2D(
        stage.kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv"
    )(x)
    x = _activation(_batch_norm(x, f"{name}_depthwise_bn"), f"{name}_depthwise_relu6")
    x = _batch_norm(_conv(x, stage.width, 1, 1, f"{name}_project_conv"), f"{name}_project_bn")
    if stride == 1 and width_in == stage.width:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def _conv(x: keras.KerasTensor, width: int, kernel: int, stride: int, name: str) -> keras.KerasTensor:
    return layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False, name=name)(x)


def _batch_norm(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=name)(x)


def _activation(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.ReLU(max_value=6.0, name=name)(x)
