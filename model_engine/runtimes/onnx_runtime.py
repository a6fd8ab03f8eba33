"""ONNX Runtime on the CPU: the default. Imports neither Keras nor TensorFlow."""

from pathlib import Path

import numpy as np
import onnxruntime

from model_engine.errors import DeviceError, lacks_memory
from model_engine.runtimes.batch_sizes import best_size, powers_of_two, time_batches
from model_engine.runtimes.interface import RawOutputs, Runtime

USUAL_BEST = 8
"""Posters per batch that most processors do best with: more than that leave the processor's cache."""


class OnnxRuntime(Runtime):
    """A network's ONNX file on the CPU."""

    name = "onnx"

    def __init__(self, network: Path, version: str, *, max_batch_size: int = 32, threads: int = 0) -> None:
        """Loads the network.

        Args:
            network: the `.onnx` file; its checksum was checked before.
            version: name of the version, for heartbeats.
            max_batch_size: most posters at once, rounded down to a power of two.
            threads: to compute with; 0 takes one per core.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Idle threads that spin take the core on which the next posters are being decoded.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Batches differ in size; patterns of memory planned for each would be kept for ever.
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        self._session: onnxruntime.InferenceSession | None = onnxruntime.InferenceSession(
            str(network), options, providers=["CPUExecutionProvider"]
        )
        _, rows, columns, channels = self._session.get_inputs()[0].shape
        self.input_shape = (rows, columns, channels)
        self.version = version
        self.max_batch_size = powers_of_two(max_batch_size)[-1]
        self.best_batch_size = min(USUAL_BEST, self.max_batch_size)

    def infer(self, batch: np.ndarray) -> RawOutputs:
        """See `Runtime.infer`."""
        self.check_batch(batch)
        if self._session is None:
            raise DeviceError("The runtime was closed.", out_of_memory=False)
        try:
            outputs = self._session.run(list(RawOutputs._fields), {"pixels": batch})
        except Exception as error:  # ONNX Runtime's exceptions have no common class but this
            if lacks_memory(error):
                raise DeviceError("ONNX Runtime ran out of memory.", out_of_memory=True) from error
            raise
        return RawOutputs(*outputs)

    def warm_up(self) -> dict[int, float]:
        """See `Runtime.warm_up`."""
        timings = time_batches(self.infer, self.input_shape, powers_of_two(self.max_batch_size))
        self.best_batch_size = best_size(timings)
        return timings

    def close(self) -> None:
        """See `Runtime.close`."""
        self._session = None
