"""Writes a flat Keras graph as ONNX, one small translator per kind of layer, on whichever Keras backend is there.

Written by hand rather than converted, for three reasons: weights stay float16 exactly as in the `.keras` file (a
converter folds BatchNorm into kernels first, and rounding then gives another network), nothing depends on TensorFlow,
and two exports of the same network are equal byte for byte. Inside the graph images are channels first, as ONNX wants.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 17
"""ONNX operator set: understood by every ONNX Runtime since 1.12 (2022)."""

IR_VERSION: Final = 8
"""The file format that goes with `OPSET`, so that older runtimes do not refuse the file."""


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
    rows, columns, stride = *layer.kernel_size, layer.strides[0]
    pads = [(0, 0), (0, 0)]
    if layer.padding == "same":
        _, height, width, _ = layer.input.shape
        pads = [same_padding(height, rows, stride), same_padding(width, columns, stride)]
    # Keras holds (rows, columns, in, out), depthwise (rows, columns, channels, 1); ONNX wants (out, in, rows, columns).
    weights = [graph.kernel(f"{layer.name}_kernel", kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1)))]
    if layer.use_bias:
        weights.append(graph.constant(f"{layer.name}_bias", layer.get_weights()[1]))
    return graph.node(
        "Conv",
        [*inputs, *weights],
        _value(layer),
        group=kernel.shape[2] if depthwise else 1,
        kernel_shape=[rows, columns],
        strides=list(layer.strides),
        pads=[pads[0][0], pads[1][0], pads[0][1], pads[1][1]],
    )


def _batch_norm(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    names = ("gamma", "beta", "mean", "variance")
    vectors = [
        graph.constant(f"{layer.name}_{name}", vector) for name, vector in zip(names, layer.get_weights(), strict=True)
    ]
    return graph.node("BatchNormalization", [*inputs, *vectors], _value(layer), epsilon=float(layer.epsilon))


def _relu(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    if layer.max_value is None:
        return graph.node("Relu", inputs, _value(layer))
    low = graph.constant(f"{layer.name}_low", np.float32(0.0))
    high = graph.constant(f"{layer.name}_high", np.float32(layer.max_value))
    return graph.node("Clip", [*inputs, low, high], _value(layer))


def _rescaling(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    scale = graph.constant(f"{layer.name}_scale", np.float32(layer.scale))
    offset = graph.constant(f"{layer.name}_offset", np.float32(layer.offset))
    real = graph.node("Cast", inputs, f"{layer.name}_float32", to=TensorProto.FLOAT)
    scaled = graph.node("Mul", [real, scale], f"{layer.name}_scaled")
    return graph.node("Add", [scaled, offset], _value(layer))


def _add(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    return graph.node("Add", inputs, _value(layer))


def _global_average(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    pooled = graph.node("GlobalAveragePool", inputs, f"{layer.name}_pooled")
    return graph.node("Flatten", [pooled], _value(layer), axis=1)


def _dense(graph: OnnxGraph, layer: layers.Layer, inputs: list[str]) -> str:
    kernel, bias = layer.get_weights()
    weights = [graph.kernel(f"{layer.name}_kernel", kernel), graph.constant(f"{layer.name}_bias", bias)]
    return graph.node("Gemm", [*inputs, *weights], _value(layer))


TRANSLATORS: Final[dict[type, Callable[[OnnxGraph, Any, list[str]], str]]] = {
    layers.Conv2D: _convolution,
    layers.DepthwiseConv2D: _convolution,
    layers.BatchNormalization: _batch_norm,
    layers.ReLU: _relu,
    layers.Rescaling: _rescaling,
    layers.Add: _add,
    layers.GlobalAveragePooling2D: _global_average,
    layers.Dense: _dense,
}
"""A network with another kind of layer adds its translator here."""


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """The model as a checked ONNX graph: input `pixels`, outputs by the names of the Keras outputs.

    Maps (N, rows, columns, channels) come out channels last, as Keras gives them.

    Raises:
        ValueError: a layer has no translator, or the graph is not flat.
    """
    graph = OnnxGraph()
    values: dict[int, str] = {}
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            values[id(layer.output)] = graph.node("Transpose", ["pixels"], "pixels_first", perm=[0, 3, 1, 2])
            continue
        translate = TRANSLATORS.get(type(layer))
        if translate is None:
            raise ValueError(f"No ONNX translator for this kind of layer. Received: {type(layer).__name__}")
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        values[id(layer.output)] = translate(graph, layer, [values[id(source)] for source in sources])
    outputs = [_output(graph, name, tensor, values[id(tensor)]) for name, tensor in model.output.items()]
    return _assemble(graph, model, outputs)


def save_onnx(model: keras.Model, path: Path) -> None:
    """Writes `to_onnx(model)`; see there."""
    path.write_bytes(to_onnx(model).SerializeToString(deterministic=True))


def _output(graph: OnnxGraph, name: str, tensor: keras.KerasTensor, value: str) -> onnx.ValueInfoProto:
    """Gives an output its own name, and maps their channels last."""
    if len(tensor.shape) == 4:
        graph.node("Transpose", [value], name, perm=[0, 2, 3, 1])
    else:
        graph.node("Identity", [value], name)
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *tensor.shape[1:]])


def _assemble(graph: OnnxGraph, model: keras.Model, outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", *model.input.shape[1:]])
    proto = helper.make_model(
        helper.make_graph(graph.nodes, model.name, [pixels], outputs, graph.initializers),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="poster-judge",
    )
    onnx.checker.check_model(proto, full_check=True)
    return proto
