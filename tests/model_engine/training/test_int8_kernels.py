"""Kernels in whole steps."""

import hypothesis.extra.numpy as arrays
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model_engine.training.int8_kernels import LEAST_STEP, int8_kernel

shapes = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))
kernels = arrays.arrays(np.float32, shapes, elements=st.floats(-100, 100, width=32))


@given(kernels)
def test_a_kernel_is_off_by_half_a_step_at_most_and_float16_holds_it_exactly(kernel: np.ndarray) -> None:
    steps, step = int8_kernel(kernel)
    rounded = steps * step
    assert (np.abs(rounded - kernel) <= step / 2).all()
    assert (rounded.astype(np.float16).astype(np.float32) == rounded).all()
    assert (step >= LEAST_STEP).all()


@given(kernels)
def test_a_rounded_kernel_gives_itself_back(kernel: np.ndarray) -> None:
    steps, step = int8_kernel(kernel)
    again, same = int8_kernel(steps * step)
    assert (again * same == steps * step).all()


def test_every_output_channel_has_its_own_step_depthwise_ones_too() -> None:
    kernel = np.ones((3, 3, 2, 4), np.float32) * np.array([1.0, 2.0, 4.0, 8.0], np.float32)
    assert int8_kernel(kernel)[1].ravel().tolist() == [2.0**-6, 2.0**-5, 2.0**-4, 2.0**-3]
    depthwise = np.ones((3, 3, 2, 1), np.float32) * np.array([1.0, 4.0], np.float32)[:, np.newaxis]
    assert int8_kernel(depthwise)[1].ravel().tolist() == [2.0**-6, 2.0**-4]
