"""On what, and how exactly, training computes."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import structlog

from model_engine.runtimes.devices import keras_sees_gpu

log = structlog.get_logger(__name__)


@contextmanager
def computing(*, mixed_precision: bool) -> Iterator[None]:
    """Networks that are built within compute in float16 where that is faster, and share batches among all devices."""
    before = keras.mixed_precision.dtype_policy()
    devices = keras.distribution.list_devices()
    distribution = None
    if len(devices) > 1 and keras.backend.backend() == "jax":
        distribution = keras.distribution.DataParallel(devices=devices)
        log.info("several devices", devices=devices)
    elif len(devices) > 1:
        log.warning("one of several devices is used: Keras shares batches on JAX alone (KERAS_BACKEND=jax)")
    if mixed_precision:
        keras.mixed_precision.set_dtype_policy("mixed_float16")
    keras.distribution.set_distribution(distribution)
    try:
        yield
    finally:
        keras.distribution.set_distribution(None)
        keras.mixed_precision.set_dtype_policy(before)


def device_count() -> int:
    """Devices that share each batch."""
    distribution = keras.distribution.distribution()
    return 1 if distribution is None else int(distribution.device_mesh.devices.size)


def jit_pays() -> bool:
    """Whether XLA is worth its compiling: on TensorFlow's CPU it is slower than none."""
    return keras.backend.backend() != "tensorflow" or keras_sees_gpu()
