"""Kernels in whole steps of -127 to 127, with a step of its own for each output channel that is a power of two.

Weights alone, which are computed with as float32: a poster costs the same time, files weigh half. A power of two makes
steps exact in float16 too, so that `.keras` file and ONNX file hold equal numbers. After the quantization of weights by
channel in https://arxiv.org/abs/1806.08342, section 3.1.
"""

from typing import Final

import numpy as np

MOST_STEPS: Final = 127
LEAST_STEP: Final = 2.0**-24
"""The least number of float16 beside 0."""


def int8_kernel(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps (as the kernel) int8, and the step's size of each output channel, that broadcasts with them, float32.

    Rounded kernels give themselves back: `steps * step` is the kernel.

    Args:
        kernel: of a convolution as Keras holds it, (rows, columns, in, out); depthwise (rows, columns, channels, 1).
    """
    within = (0, 1, 3) if kernel.shape[-1] == 1 else (0, 1, 2)
    greatest = np.abs(kernel).max(axis=within, keepdims=True)
    step = 2.0 ** np.ceil(np.log2(np.maximum(greatest / MOST_STEPS, LEAST_STEP)))
    steps = np.clip(np.rint(kernel / step), -MOST_STEPS, MOST_STEPS)
    return steps.astype(np.int8), step.astype(np.float32)
