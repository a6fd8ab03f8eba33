"""Writes a network as a `.keras` file with float16 kernels, equal byte for byte whenever the weights are equal."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import h5py
import keras
import msgspec
import numpy as np

from model_engine.training.int8_kernels import int8_kernel

WEIGHTS_MEMBER: Final = "model.weights.h5"
CONFIG_MEMBER: Final = "config.json"
METADATA_MEMBER: Final = "metadata.json"

SHARED_ID: Final = re.compile(rb'("shared_object_id": )(\d+)')

FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say: no file of a version depends on the clock."""


def round_kernels(network: keras.Model, bits: int = 16) -> None:
    """Rounds every kernel in place, so that all that follows sees what the files will hold.

    Vectors (biases, BatchNorm) stay float32: they are small, and variances may leave float16's range.

    Args:
        network: whose kernels are rounded.
        bits: 16 rounds to float16. 8 rounds the kernels of convolutions to whole steps, see `int8_kernel`; they fill
            half of the ONNX file and deflate to as little in the `.keras` one.
    """
    for layer in network.layers:
        weights = layer.get_weights()
        if weights:
            layer.set_weights([_rounded(layer, weight, bits) for weight in weights])


def save_keras(network: keras.Model, path: Path) -> None:
    """Writes the network; plain `keras.models.load_model` reads it and casts kernels back to float32."""
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.keras"
        network.save(full)
        with zipfile.ZipFile(full) as source, zipfile.ZipFile(path, "w") as target:
            for member in sorted(source.namelist()):
                entry = zipfile.ZipInfo(member, FIXED_DATE)
                target.writestr(entry, _member(member, source.read(member)), zipfile.ZIP_DEFLATED)


def _rounded(layer: keras.Layer, weight: np.ndarray, bits: int) -> np.ndarray:
    if weight.ndim == 1:
        return weight
    if bits == 8 and isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
        steps, step = int8_kernel(weight)
        weight = steps * step
    return weight.astype(np.float16).astype(np.float32)


def _member(name: str, content: bytes) -> bytes:
    if name == WEIGHTS_MEMBER:
        return _with_float16_kernels(content)
    if name == CONFIG_MEMBER:
        return _with_counted_ids(content)
    if name == METADATA_MEMBER:
        metadata = msgspec.json.decode(content, type=dict[str, str])
        year, month, day, *_ = FIXED_DATE
        return msgspec.json.encode({**metadata, "date_saved": f"{year}-{month:02}-{day:02}@00:00:00"})
    return content


def _with_counted_ids(content: bytes) -> bytes:
    """Keras marks objects that layers share by their address in memory; a count says the same."""
    ids: dict[bytes, int] = {}
    return SHARED_ID.sub(lambda found: found[1] + str(ids.setdefault(found[2], len(ids))).encode(), content)


def _with_float16_kernels(content: bytes) -> bytes:
    """A new HDF5 file, since one that is rewritten in place keeps the room of what it held before."""
    target = io.BytesIO()
    with h5py.File(io.BytesIO(content), "r") as old, h5py.File(target, "w") as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                data = item[()]
                kernel = isinstance(data, np.ndarray) and data.ndim > 1 and data.dtype == np.float32
                copied = new.create_dataset(name, data=data.astype(np.float16) if kernel else data)
            else:
                copied = new.require_group(name)
            for key, value in item.attrs.items():
                copied.attrs[key] = value

        old.visititems(copy)
    return target.getvalue()
