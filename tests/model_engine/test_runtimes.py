"""The contract that every runtime keeps, the fake included, and what each has on its own."""

from collections.abc import Iterator

import numpy as np
import pytest

from model_engine.errors import DeviceError
from model_engine.runtimes import Runtime, opening
from model_engine.runtimes.batch_sizes import best_size, padded_size, powers_of_two, time_batches
from model_engine.runtimes.devices import gpu_may_be_there
from model_engine.runtimes.keras_runtime import device_fault
from model_engine.versions import Version


@pytest.fixture(scope="module", params=["onnx", "keras", "fake"])
def runtime(request: pytest.FixtureRequest, starter: Version) -> Iterator[Runtime]:
    opened = opening.open_runtime(request.param, starter, max_batch_size=5)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def inputs(starter: Version, posters: list[np.ndarray]) -> np.ndarray:
    return starter.preprocessing.prepare_batch(posters[:4])


def test_it_says_what_it_is_and_what_it_takes(runtime: Runtime, starter: Version) -> None:
    assert runtime.name in ("onnx", "keras-tensorflow", "keras-jax", "fake")
    assert runtime.version == starter.name
    assert runtime.input_shape == starter.preprocessing.shape
    assert 1 <= runtime.best_batch_size <= runtime.max_batch_size <= 5


def test_every_output_has_its_shape_and_is_float32(runtime: Runtime, inputs: np.ndarray) -> None:
    outputs = runtime.infer(inputs)
    assert outputs.count == 4
    shapes = [output.shape for output in outputs]
    assert shapes == [(4, 24), (4, 20), (4, 9, 6, 2560), (4, 2560)]
    assert {output.dtype for output in outputs} == {np.dtype(np.float32)}


def test_a_poster_gets_the_same_answer_alone_and_among_others(runtime: Runtime, inputs: np.ndarray) -> None:
    together = runtime.infer(inputs)
    for index in range(len(inputs)):
        alone = runtime.infer(inputs[index : index + 1])
        assert alone.genre_logits[0] == pytest.approx(together.genre_logits[index], abs=1e-4)
        assert alone.score_logits[0] == pytest.approx(together.score_logits[index], abs=1e-4)


def test_the_features_are_the_mean_of_the_map(runtime: Runtime, inputs: np.ndarray) -> None:
    outputs = runtime.infer(inputs[:1])
    assert outputs.features[0] == pytest.approx(outputs.feature_map[0].mean(axis=(0, 1)), abs=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((0, 320, 224, 3), np.uint8),
        np.zeros((6, 320, 224, 3), np.uint8),
        np.zeros((1, 224, 320, 3), np.uint8),
        np.zeros((320, 224, 3), np.uint8),
        np.zeros((1, 320, 224, 3), np.float32),
    ],
)
def test_a_batch_it_cannot_take_is_told_and_harms_nothing(
    runtime: Runtime, inputs: np.ndarray, wrong: np.ndarray
) -> None:
    with pytest.raises(ValueError, match="Received: shape="):
        runtime.infer(wrong)
    assert runtime.infer(inputs).count == 4


def test_warming_up_times_the_allowed_sizes_and_picks_one_of_them(runtime: Runtime) -> None:
    timings = runtime.warm_up()
    assert runtime.best_batch_size in timings
    assert max(timings) == runtime.max_batch_size


@pytest.mark.parametrize("kind", ["onnx", "keras"])
def test_a_closed_runtime_says_so(kind: str, starter: Version, inputs: np.ndarray) -> None:
    opened = opening.open_runtime(kind, starter)
    opened.close()
    with pytest.raises(DeviceError, match="closed"):
        opened.infer(inputs)


def test_onnx_and_keras_agree_on_real_pictures(starter: Version, inputs: np.ndarray) -> None:
    """The stated difference: 0.0001 on any logit, 0.00005 on any probability."""
    onnx = opening.open_runtime("onnx", starter)
    reference = opening.open_runtime("keras", starter)
    theirs, ours = reference.infer(inputs), onnx.infer(inputs)
    for name in ("genre_logits", "score_logits", "features"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), abs=1e-4)
    genres = starter.calibration.genres.probabilities
    assert genres(ours.genre_logits) == pytest.approx(genres(theirs.genre_logits), abs=5e-5)


def test_auto_is_onnx_where_no_gpu_is_visible_and_keras_where_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "keras_sees_gpu", lambda: False)
    assert opening.resolve_kind("auto") == "onnx"
    monkeypatch.setattr(opening, "keras_sees_gpu", lambda: True)
    assert opening.resolve_kind("auto") == "keras"
    assert opening.resolve_kind("fake") == "fake"


def test_without_a_sign_of_a_gpu_none_is_looked_for() -> None:
    assert not gpu_may_be_there(("/no/such/device",))


def tensorflow_error(name: str, message: str) -> Exception:
    import tensorflow as tf

    return getattr(tf.errors, name)(None, None, message)


class XlaRuntimeError(RuntimeError):
    """As JAX's own, which is not installed here, is named."""


@pytest.mark.parametrize(
    ("error", "out_of_memory"),
    [
        (tensorflow_error("ResourceExhaustedError", "OOM when allocating tensor with shape[32,320,224,32]"), True),
        (tensorflow_error("ResourceExhaustedError", "SameWorkerRecvDone unable to allocate output tensor."), True),
        (tensorflow_error("InternalError", "cudaGetDevice() failed. Status: initialization error"), False),
        (tensorflow_error("UnknownError", "Failed to query event: CUDA_ERROR_LAUNCH_FAILED"), False),
        (XlaRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1 bytes"), True),
        (XlaRuntimeError("INTERNAL: Failed to launch CUDA kernel: input_convert_fusion"), False),
        (XlaRuntimeError("UNAVAILABLE: the accelerator is gone"), False),
        (MemoryError(), True),
    ],
    ids=str,
)
def test_a_fault_of_the_device_is_told_apart(error: Exception, out_of_memory: bool) -> None:
    fault = device_fault(error)
    assert fault is not None
    assert fault.out_of_memory is out_of_memory


def test_an_odd_batch_is_no_fault_of_the_device() -> None:
    odd = tensorflow_error("InvalidArgumentError", "Incompatible shapes: [1,3] vs. [1,4]")
    assert device_fault(odd) is None
    assert device_fault(XlaRuntimeError("INVALID_ARGUMENT: Incompatible shapes: [1,3] vs. [1,4]")) is None


def test_batch_sizes_are_powers_of_two() -> None:
    assert powers_of_two(5) == (1, 2, 4)
    assert [padded_size(count) for count in (1, 2, 3, 5, 8)] == [1, 2, 4, 8, 8]


def test_a_larger_batch_is_only_best_if_it_is_worth_waiting_for() -> None:
    assert best_size({1: 1.0, 2: 1.2, 4: 2.4, 8: 4.7}) == 2


def test_each_size_runs_once_untimed_and_then_its_best_time_counts() -> None:
    seen: list[int] = []
    ticks = iter([0, 9, 10, 12, 20, 25, 30, 33, 40, 48, 50, 57])
    timings = time_batches(lambda batch: seen.append(len(batch)), (2, 2, 3), (1, 2), clock=lambda: next(ticks))
    assert seen == [1] * 4 + [2] * 4
    assert timings == {1: 2, 2: 3}
