"""What the frozen part of a network makes of every picture, computed once and kept in a file."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

import keras
import numpy as np

from model_engine.float16 import as_float16
from model_engine.runtimes.keras_runtime import compiled
from model_engine.training.prepared import Advance

BATCH: Final = 32


def frozen_activations(
    network: keras.Model, cut: keras.KerasTensor, pictures: np.ndarray, cache: Path, advance: Advance
) -> np.ndarray:
    """(N, …) float16, mapped from a file in `cache`: the value `cut` of the network for each picture.

    Raises:
        OSError: the disk is full.
    """
    prefix = keras.Model(network.input, {"cut": cut})
    path = cache / f"activations-{_fingerprint(prefix, pictures)[:24]}.npy"
    if not path.is_file():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            draft = Path(folder) / path.name
            with draft.open("wb") as file:
                _compute(prefix, pictures, file, advance)
            draft.replace(path)
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _compute(prefix: keras.Model, pictures: np.ndarray, file: BinaryIO, advance: Advance) -> None:
    call = compiled(prefix)
    for start in range(0, len(pictures), BATCH):
        values = np.asarray(call(np.asarray(pictures[start : start + BATCH]))["cut"])
        if not start:
            # A network of any input size does not know it before.
            shape = (len(pictures), *values.shape[1:])
            np.lib.format.write_array_header_2_0(file, {"descr": "<f2", "fortran_order": False, "shape": shape})
        file.write(as_float16(values).tobytes())
        advance(min(start + BATCH, len(pictures)), len(pictures))


def _fingerprint(prefix: keras.Model, pictures: np.ndarray) -> str:
    """sha256 over the weights and the file of the pictures, whose name says what is in it."""
    digest = hashlib.sha256(str(getattr(pictures, "filename", "")).encode())
    digest.update(",".join(layer.name for layer in prefix.layers).encode())
    for weight in prefix.get_weights():
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()
