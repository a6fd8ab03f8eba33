"""Keras on whichever backend is there: the runtime on GPUs, and the reference that the exported file is held to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from model_engine.errors import DeviceError, RuntimeUnavailable, lacks_memory
from model_engine.quiet import quieten_tensorflow
from model_engine.runtimes.batch_sizes import best_size, padded_size, powers_of_two, time_batches
from model_engine.runtimes.interface import RawOutputs, Runtime

OUT_OF_MEMORY_WORDS = ("resourceexhaustederror", "resource_exhausted", "oom when allocating")
DEVICE_LOST_WORDS = (
    "internalerror", "internal:", "unknownerror", "unknown:", "unavailableerror", "unavailable:", "abortederror",
    "aborted:", "cuda_error", "device lost", "device_lost", "unrecoverable", "cudnn_status", "ecc error",
)  # fmt: skip
"""How TensorFlow (by its exceptions' names) and JAX (by a word before the message) say that memory ran out or the
device is gone. Both check shapes and types before, so an odd batch gives neither."""


class KerasRuntime(Runtime):
    """A network's Keras file, or the network itself, compiled once per padded batch size."""

    def __init__(self, network: Any, version: str, *, max_batch_size: int = 32) -> None:
        """Loads the network.

        Args:
            network: path of the `.keras` file (its checksum was checked before; loaded in safe mode), or a model.
            version: name of the version, for heartbeats.
            max_batch_size: most posters at once, rounded down to a power of two.

        Raises:
            RuntimeUnavailable: the backend is neither TensorFlow nor JAX.
        """
        quieten_tensorflow()
        import keras

        if isinstance(network, Path):
            network = keras.models.load_model(network, compile=False, safe_mode=True)
        self.name = f"keras-{keras.backend.backend()}"
        self.version = version
        self.input_shape = tuple(network.input.shape[1:])
        self.max_batch_size = powers_of_two(max_batch_size)[-1]
        self.best_batch_size = self.max_batch_size
        self._call: Callable[[np.ndarray], dict[str, Any]] | None = compiled(network)

    def infer(self, batch: np.ndarray) -> RawOutputs:
        """See `Runtime.infer`. The batch is padded to a power of two, so that few shapes are ever compiled."""
        self.check_batch(batch)
        if self._call is None:
            raise DeviceError("The runtime was closed.", out_of_memory=False)
        count = len(batch)
        missing = padded_size(count) - count
        if missing:
            batch = np.concatenate([batch, np.zeros((missing, *self.input_shape), np.uint8)])
        try:
            outputs = self._call(batch)
            return RawOutputs(*(np.asarray(outputs[name])[:count] for name in RawOutputs._fields))
        except Exception as error:  # the backends' exceptions have no common class but this
            fault = device_fault(error)
            if fault is None:
                raise
            raise fault from error

    def warm_up(self) -> dict[int, float]:
        """See `Runtime.warm_up`."""
        timings = time_batches(self.infer, self.input_shape, powers_of_two(self.max_batch_size))
        self.best_batch_size = best_size(timings)
        return timings

    def close(self) -> None:
        """See `Runtime.close`."""
        self._call = None


def device_fault(error: Exception) -> DeviceError | None:
    """The device's fault that a backend's exception tells of, or None where the batch itself was at fault."""
    words = f"{type(error).__name__}: {error}".lower()
    if lacks_memory(error) or any(word in words for word in OUT_OF_MEMORY_WORDS):
        return DeviceError("The device ran out of memory.", out_of_memory=True)
    if any(word in words for word in DEVICE_LOST_WORDS):
        return DeviceError("The device was lost.", out_of_memory=False)
    return None


def compiled(network: Any) -> Callable[[np.ndarray], dict[str, Any]]:
    """The network as one compiled call (batch -> outputs by name), not through `predict`.

    Raises:
        RuntimeUnavailable: the backend is neither TensorFlow nor JAX.
    """
    import keras

    backend = keras.backend.backend()
    if backend == "tensorflow":
        return _compiled_for_tensorflow(network)
    if backend == "jax":
        return _compiled_for_jax(network)
    raise RuntimeUnavailable(f"The Keras runtime runs on tensorflow or jax. Received: backend={backend}")


def _compiled_for_tensorflow(network: Any) -> Callable[[np.ndarray], dict[str, Any]]:
    import tensorflow as tf

    # One signature for every batch size: without it each size is traced anew.
    signature = [tf.TensorSpec((None, *network.input.shape[1:]), network.input.dtype)]
    function = tf.function(lambda pixels: network(pixels, training=False), input_signature=signature)
    return lambda batch: function(tf.constant(batch))


def _compiled_for_jax(network: Any) -> Callable[[np.ndarray], dict[str, Any]]:
    import jax

    trainable = [variable.value for variable in network.trainable_variables]
    fixed = [variable.value for variable in network.non_trainable_variables]

    @jax.jit
    def forward(trainable: list[Any], fixed: list[Any], pixels: Any) -> Any:
        return network.stateless_call(trainable, fixed, pixels, training=False)[0]

    return lambda batch: forward(trainable, fixed, batch)
