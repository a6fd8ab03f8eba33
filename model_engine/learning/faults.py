"""What can end a training run, each told in one sentence that the operator can do something about."""

from typing import Final

from obstore.exceptions import BaseError

from model_engine.errors import DeviceError, EngineError, VersionError, lacks_memory
from posters.store import PosterStoreError

OUT_OF_MEMORY: Final = "The trainer ran out of memory at the step “{step}”: give it more, or end other programs there."
DISK_FULL: Final = "The trainer's disk is full: make room, then ask again."
CHAMPION: Final = "The champion cannot be learnt from: {reason} Roll back to another version, then ask again."
STORE: Final = "A store refuses at the step “{step}”: see that posters and versions can be read and written there."
UNEXPECTED: Final = "It failed at the step “{step}” ({error}); the trainer's log says more."

DISK_WORDS: Final = ("no space left on device", "disk quota exceeded", "file too large", "disk is full")
"""How the system and obstore say that the disk is full, be it in whatever exception."""

DEVICE_WORDS: Final = ("resourceexhausted", "resource_exhausted", "oom when allocating")
"""How TensorFlow and JAX say that the device's memory ran out."""


class RunFailed(EngineError):
    """A run ends without a version.

    Attributes:
        cause: a code, for the run's row.
    """

    def __init__(self, cause: str, explanation: str) -> None:
        """Takes the code and one sentence for the operator."""
        super().__init__(explanation)
        self.cause = cause


class Stopped(Exception):
    """Nobody wants this run's result of this trainer: it was cancelled, taken over, or the trainer is to end."""


def failure_of(error: Exception, step: str) -> RunFailed:
    """What the operator is told of an error at a step."""
    if isinstance(error, RunFailed):
        return error
    if isinstance(error, VersionError):
        return RunFailed(f"version_{error.code}", CHAMPION.format(reason=str(error)))
    if _says(error, DISK_WORDS):
        return RunFailed("disk_full", DISK_FULL)
    if lacks_memory(error) or _says(error, DEVICE_WORDS) or (isinstance(error, DeviceError) and error.out_of_memory):
        return RunFailed("out_of_memory", OUT_OF_MEMORY.format(step=step))
    if isinstance(error, PosterStoreError | BaseError):
        return RunFailed("store_failed", STORE.format(step=step))
    return RunFailed("failed", UNEXPECTED.format(step=step, error=type(error).__name__))


def _says(error: BaseException, said: tuple[str, ...]) -> bool:
    link: BaseException | None = error
    while link is not None:
        words = f"{type(link).__name__}: {link}".lower()
        if any(word in words for word in said):
            return True
        link = link.__cause__ or link.__context__
    return False
