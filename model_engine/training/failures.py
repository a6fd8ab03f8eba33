"""What can end a training run, each told in one sentence; what was kept of the run stays on disk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from model_engine.errors import EngineError, lacks_memory
from model_engine.runtimes.keras_runtime import OUT_OF_MEMORY_WORDS
from model_engine.training.recipe import Recipe

NO_NUMBER: Final = "The loss is not a number any more: try a lower rate, such as --set phase.learning_rate=1e-4"

NO_MEMORY: Final = "Memory ran out: networks that judge together take as much as all of them."

FULL_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class TrainingError(EngineError):
    """Training cannot go on; the message says why, and what to do."""


class Interrupted(EngineError):
    """A person ended the command: nothing that it was still to do is begun."""


@contextmanager
def told_in_one_sentence(folder: Path, recipe: Recipe) -> Iterator[None]:
    """Turns what ends a run into a sentence; one run at a time.

    Args:
        folder: where the run keeps its checkpoints.
        recipe: what it trains.

    Raises:
        Interrupted: a person ended it.
        TrainingError: memory or disk ran out, the loss is no number, or another run is at it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise TrainingError(f"Another run is at work in {folder}; wait for it.") from None
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted. {what_stays(folder)}") from None
    except TrainingError as error:
        raise TrainingError(f"{error} {what_stays(folder)}") from error
    except EngineError:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {error}".lower()
        if lacks_memory(error) or any(said in words for said in OUT_OF_MEMORY_WORDS):
            batch = max((phase.batch for phase in recipe.phase), default=0)
            half = max(1, batch // 2)
            message = f"Memory ran out with {batch} posters per step; try --batch {half}." if batch else NO_MEMORY
            raise TrainingError(f"{message} {what_stays(folder)}") from error
        if _disk_is_full(error):
            raise TrainingError(f"The disk is full. {what_stays(folder)}") from error
        raise
    finally:
        lock.release()


def what_stays(folder: Path) -> str:
    """What is left of a run that ended early, and how to go on."""
    if any(folder.glob("*.npz")):
        return f"The last good checkpoint stays in {folder}; --resume goes on from it."
    return "There is no checkpoint yet."


def _disk_is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in FULL_DISK
