"""Writes a flat Keras graph as ONNX, one small translator per kind of layer, on whichever Keras backend is there.

Written by hand rather than converted, for three reasons: weights stay float16 exactly as in the `.keras` file (a
converter folds BatchNorm into kernels first, and rounding then gives another network), nothing depends on TensorFlow,
and two exports of the same network are equal byte for byte. Inside the graph images are channels first, as ONNX wants.
"""

from pathlib import Path
from typing import Final

import keras
import onnx
from keras import layers
from onnx import TensorProto, helper

from model_engine.training.onnx_layers import TRANSLATORS, OnnxGraph

OPSET: Final = 17
"""ONNX operator set: understood by every ONNX Runtime since 1.12 (2022)."""

IR_VERSION: Final = 8
"""The file format that goes with `OPSET`, so that older runtimes do not refuse the file."""


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """The model as a checked ONNX graph: input `pixels`, outputs by the names of the Keras outputs.

    Maps (N, rows, columns, channels) come out channels last, as Keras gives them.

    Raises:
        ValueError: a layer or its activation has no translator, or the graph is not flat.
    """
    graph = OnnxGraph()
    values: dict[int, str] = {}
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            values[id(layer.output)] = graph.node("Transpose", ["pixels"], "pixels_first", perm=[0, 3, 1, 2])
            continue
        translate = TRANSLATORS.get(type(layer).__name__)
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
