"""Which devices are visible, found out without importing TensorFlow or JAX."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

NVIDIA_MARKS: Final = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg")
"""Files that a machine with a usable NVIDIA GPU has: bare metal and containers, or Windows' subsystem."""


def gpu_may_be_there(marks: tuple[str, ...] = NVIDIA_MARKS) -> bool:
    """Whether the cheap signs of a GPU are there; False is certain, True is worth an import to find out."""
    return any(Path(mark).exists() for mark in marks)


def keras_sees_gpu() -> bool:
    """Whether Keras' backend can compute on a GPU; imports Keras, and only where a GPU may be there."""
    if not gpu_may_be_there() or find_spec("keras") is None:
        return False
    import keras

    return bool(keras.distribution.list_devices("gpu"))
