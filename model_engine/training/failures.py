"""What can end a training run, each told in one sentence; what was kept of the run stays on disk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from model_engine.errors import EngineError, lacks_memory
from model_engine.runtimes.keras_runtime import OUT_OF_MEMORY_WORDS

FULL_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_DISK_WORDS: Final = tuple(f"errno = {number}," for number in FULL_DISK)
"""How HDF5 says it, whose errors carry no number."""


class TrainingError(EngineError):
    """Training cannot go on; the message says why, and what to do."""


@contextmanager
def told_in_one_sentence(folder: Path, batch: int) -> Iterator[None]:
    """Turns what ends a run into a sentence.

    Args:
        folder: where the run keeps its checkpoints.
        batch: posters per step, named where memory runs out.

    Raises:
        TrainingError: memory or disk ran out, or the loss is no number.
    """
    try:
        yield
    except TrainingError as error:
        raise TrainingError(f"{error} {what_stays(folder)}") from error
    except EngineError:
        raise
    except Exception as error:
        words = f"{type(error).__name__}: {error}".lower()
        if lacks_memory(error) or any(said in words for said in OUT_OF_MEMORY_WORDS):
            half = max(1, batch // 2)
            message = f"Memory ran out with {batch} posters per step; try --batch {half}."
            raise TrainingError(f"{message} {what_stays(folder)}") from error
        if _disk_is_full(error):
            raise TrainingError(f"The disk of {folder} is full. {what_stays(folder)}") from error
        raise


def what_stays(folder: Path) -> str:
    """What is left of a run that ended early, and how to go on."""
    if any(folder.glob("*.weights.h5")):
        return f"The last good checkpoint stays in {folder}; --resume goes on from it."
    return "There is no checkpoint yet."


def _disk_is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and (
        error.errno in FULL_DISK or any(words in str(error).lower() for words in FULL_DISK_WORDS)
    )
