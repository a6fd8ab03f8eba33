"""Chooses and opens a runtime; heavy imports happen only for the one that was chosen."""

from importlib.util import find_spec
from typing import Final

import structlog

from model_engine.errors import RuntimeUnavailable
from model_engine.runtimes.devices import keras_sees_gpu
from model_engine.runtimes.interface import Runtime
from model_engine.settings import RuntimeKind
from model_engine.versions import Version

log = structlog.get_logger(__name__)


ONNX_BATCH: Final = 8
"""On a CPU larger batches give no more posters a second, and take memory: on two cores 9.9 ms a poster and 335 MB at 8,
10.1 ms and 870 MB at 32 (`starter-3`)."""

KERAS_BATCH: Final = 32
"""A GPU is only busy with many at once."""


def open_runtime(
    kind: RuntimeKind, version: Version, *, max_batch_size: int | None = None, threads: int = 0
) -> Runtime:
    """The version on a runtime, not yet warmed up.

    Args:
        kind: `auto` takes Keras where a GPU is visible, else ONNX Runtime.
        version: a loaded version.
        max_batch_size: most posters at once, rounded down to a power of two; None for what suits the runtime.
        threads: ONNX Runtime's; 0 takes one per core.

    Raises:
        RuntimeUnavailable: its packages are not installed.
    """
    chosen = resolve_kind(kind)
    if max_batch_size is None:
        max_batch_size = ONNX_BATCH if chosen == "onnx" else KERAS_BATCH
    log.debug("opening runtime", kind=chosen, version=version.name)
    if chosen == "fake":
        from model_engine.runtimes.fake_runtime import FakeRuntime

        width = len(version.heads().genre_kernel)
        return FakeRuntime(version.name, version.preprocessing.shape, max_batch_size=max_batch_size, width=width)
    if chosen == "keras":
        _need("keras", chosen)
        from model_engine.runtimes.keras_runtime import KerasRuntime

        return KerasRuntime(version.keras_file, version.name, max_batch_size=max_batch_size)
    _need("onnxruntime", chosen)
    from model_engine.runtimes.onnx_runtime import OnnxRuntime

    return OnnxRuntime(version.onnx_file, version.name, max_batch_size=max_batch_size, threads=threads)


def resolve_kind(kind: RuntimeKind) -> RuntimeKind:
    """What `auto` means on this machine; other kinds as they are."""
    if kind != "auto":
        return kind
    return "keras" if keras_sees_gpu() else "onnx"


def _need(package: str, kind: str) -> None:
    if find_spec(package) is None:
        raise RuntimeUnavailable(f"The runtime {kind} needs the package {package}: pip install 'poster-judge[engine]'")
