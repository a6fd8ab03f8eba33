"""How each kind of Keras layer is said in ONNX: one small translator each.

Images are channels first inside the graph, as ONNX wants. Kernels hold the numbers of the `.keras` file, as float16, or
in 8 bits where that loses nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import keras
import numpy as np
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from model_engine.training.int8_kernels import int8_kernel


class OnnxGraph:
    """Nodes and weights as they accumulate; values are named after the layer that gives them."""

    def __init__(self) -> None:
        """Starts empty."""
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Adds one operator and returns its output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: np.ndarray) -> str:
        """Adds a weight as it is."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def kernel(self, name: str, value: np.ndarray) -> str:
        """Adds a kernel as float16 with a cast to float32, which runtimes fold when they load the file."""
        stored = self.constant(f"{name}_float16", value.astype(np.float16))
        return self.node("Cast", [stored], name, to=TensorProto.FLOAT)

    def int8_kernel(self, name: str, steps: np.ndarray, step: np.ndarray) -> str:
        """Adds a kernel as whole steps and the size of each channel's step, folded likewise."""
        stored = self.constant(f"{name}_int8", steps)
        real = self.node("Cast", [stored], f"{name}_steps", to=TensorProto.FLOAT)
        return self.node("Mul", [real, self.constant(f"{name}_step", step)], name)


Translator = Callable[[OnnxGraph, Any, list[str]], str]


def _value(layer: layers.Layer) -> str:
    """Name of what a layer gives inside the graph; the bare name is kept for the graph's outputs."""
    return f"{layer.name}_value"


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels before and after, as TensorFlow's `same` pads: the odd one goes behind."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _convolution(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    kernel = np.asarray(layer.get_weights()[0])
    depthwise = isinstance(layer, layers.DepthwiseConv2D)
    # Keras holds (rows, columns, in, out), depthwise (rows, columns, channels, 1); ONNX wants (out, in, rows, columns).
    order = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
    steps, step = int8_kernel(kernel)
    name = f"{layer.name}_kernel"
    if (steps * step == kernel).all():
        weights = [graph.int8_kernel(name, steps.transpose(order), step.transpose(order))]
    else:
        weights = [graph.kernel(name, kernel.transpose(order))]
    if layer.use_bias:
        weights.append(graph.constant(f"{layer.name}_bias", layer.get_weights()[1]))
    return _activated(
        graph,
        layer,
        "Conv",
        [*inputs, *weights],
        group=kernel.shape[2] if depthwise else 1,
        **_window(layer, layer.kernel_size),
    )


def _pooling(kind: str, **attributes: Any) -> Translator:
    def translate(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
        return graph.node(kind, inputs, _value(layer), **_window(layer, layer.pool_size), **attributes)

    return translate


def _window(layer: layers.Layer, size: tuple[int, int]) -> dict[str, list[int]]:
    """How a kernel or a pool moves over its input."""
    pads = [(0, 0), (0, 0)]
    if layer.padding == "same":
        sides = layer.input.shape[1:3]
        pads = [same_padding(*each) for each in zip(sides, size, layer.strides, strict=True)]
    begins, ends = zip(*pads, strict=True)
    return {"kernel_shape": list(size), "strides": list(layer.strides), "pads": [*begins, *ends]}


def _batch_norm(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    vectors = {"gamma": layer.gamma, "beta": layer.beta, "mean": layer.moving_mean, "variance": layer.moving_variance}
    # A scale or an offset may be left out of the layer; ONNX has no such thing.
    neutral = {"gamma": np.ones, "beta": np.zeros}
    channels = layer.moving_mean.shape
    names = [
        graph.constant(
            f"{layer.name}_{name}",
            neutral[name](channels, np.float32) if vector is None else keras.ops.convert_to_numpy(vector),
        )
        for name, vector in vectors.items()
    ]
    return graph.node("BatchNormalization", [*inputs, *names], _value(layer), epsilon=float(layer.epsilon))


def _relu(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    if layer.max_value is None:
        return graph.node("Relu", inputs, _value(layer))
    low = graph.constant(f"{layer.name}_low", np.float32(0.0))
    high = graph.constant(f"{layer.name}_high", np.float32(layer.max_value))
    return graph.node("Clip", [*inputs, low, high], _value(layer))


def _activation(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    return _activated(graph, layer, "Identity", inputs)


def _rescaling(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    scale = graph.constant(f"{layer.name}_scale", _by_channel(layer.scale))
    offset = graph.constant(f"{layer.name}_offset", _by_channel(layer.offset))
    real = graph.node("Cast", inputs, f"{layer.name}_float32", to=TensorProto.FLOAT)
    scaled = graph.node("Mul", [real, scale], f"{layer.name}_scaled")
    return graph.node("Add", [scaled, offset], _value(layer))


def _by_channel(values: float | Sequence[float]) -> np.ndarray:
    """A number for all channels, or one for each, which then stand first."""
    array = np.asarray(values, np.float32)
    return array.reshape(-1, 1, 1) if array.ndim else array


def _add(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    return graph.node("Add", inputs, _value(layer))


def _scaled_add(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    """Inception-ResNet's own layer: the shortcut, and a share of the branch."""
    shortcut, branch = inputs
    scale = graph.constant(f"{layer.name}_scale", np.float32(layer.scale))
    return graph.node("Add", [shortcut, graph.node("Mul", [branch, scale], f"{layer.name}_scaled")], _value(layer))


def _concatenate(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    """Of channels, which is all that networks here do."""
    rank = len(layer.output.shape)
    if layer.axis not in (-1, rank - 1):
        raise ValueError(f"Only channels are concatenated. Received: axis={layer.axis}")
    return graph.node("Concat", inputs, _value(layer), axis=1)


def _dropout(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    """Nothing, but in training."""
    return inputs[0]


def _flatten(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    """In the order of Keras, which has channels last."""
    if len(layer.input.shape) == 4:
        inputs = [graph.node("Transpose", inputs, f"{layer.name}_channels_last", perm=[0, 2, 3, 1])]
    return graph.node("Flatten", inputs, _value(layer), axis=1)


def _global_average(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    pooled = graph.node("GlobalAveragePool", inputs, f"{layer.name}_pooled")
    return graph.node("Flatten", [pooled], _value(layer), axis=1)


def _dense(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    kernel, bias = layer.get_weights()
    weights = [graph.kernel(f"{layer.name}_kernel", kernel), graph.constant(f"{layer.name}_bias", bias)]
    return _activated(graph, layer, "Gemm", [*inputs, *weights])


def _activated(graph: OnnxGraph, layer: layers.Layer, kind: str, inputs: list[str], **attributes: Any) -> str:
    """An operator, and what the layer does with each number that comes out of it."""
    if layer.activation is keras.activations.linear:
        return graph.node(kind, inputs, _value(layer), **attributes)
    if layer.activation is not keras.activations.relu:
        raise ValueError(f"No ONNX translator for this activation. Received: {layer.activation.__name__}")
    return graph.node("Relu", [graph.node(kind, inputs, f"{layer.name}_linear", **attributes)], _value(layer))


TRANSLATORS: Final[dict[str, Translator]] = {
    "Activation": _activation,
    "Add": _add,
    "AveragePooling2D": _pooling("AveragePool", count_include_pad=0),
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Conv2D": _convolution,
    "CustomScaleLayer": _scaled_add,
    "Dense": _dense,
    "DepthwiseConv2D": _convolution,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _global_average,
    "MaxPooling2D": _pooling("MaxPool"),
    "ReLU": _relu,
    "Rescaling": _rescaling,
}
"""By the name of the layer's class, since `keras.applications` keeps some classes to itself; a network with another
kind of layer adds its translator here."""
