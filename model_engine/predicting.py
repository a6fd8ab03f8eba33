"""Judges files on disk at the runtime's full speed: decoding in threads ahead of the device, in bounded memory."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import structlog

from model_engine.judging import Judge
from models.judgements import Judgement
from posters.intake import Limits, Refusal, decode, normalise

if TYPE_CHECKING:
    from model_engine.datasets.dataset import Film

log = structlog.get_logger(__name__)

PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
"""What a folder's entries must be called to be taken; files named one by one may be called anything."""

BATCHES_AHEAD: Final = 2
"""Batches that are decoded while the device works on another; bounds memory at a few megabytes."""


@dataclass(frozen=True, kw_only=True)
class FileError:
    """Why a file was not judged."""

    code: str
    """A code of `posters.refusals`, `missing`, `unreadable` or `not_judged`."""
    message: str


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """What came of one file; exactly one of `judgement` and `error` is there."""

    file: str
    """As it was given, or the folder as it was given and the entry's name."""
    judgement: Judgement | None = None
    error: FileError | None = None
    known: "Film | None" = None
    """What is so, where labels were given and hold this poster."""

    def as_dict(self) -> dict[str, Any]:
        """The object that `predict --json` writes on one line."""
        if self.error is not None:
            return {"file": self.file, "error": {"code": self.error.code, "message": self.error.message}}
        assert self.judgement is not None
        score = self.judgement.score
        known = {"genres": self.known.genres, "score": self.known.score} if self.known else None
        return {
            "file": self.file,
            "model_version": self.judgement.model_version,
            "looks_like_poster": self.judgement.looks_like_poster,
            "genres": self.judgement.genres,
            "score": {
                "expected": score.expected,
                "sd": score.sd,
                "threshold": score.threshold,
                "p_good": score.p_good,
                "classes": score.classes,
            },
            **({"known": known} if known else {}),
        }


def expand(files: Iterable[str]) -> Iterator[str]:
    """The files in the order given; a folder stands for the pictures directly in it, sorted by name."""
    for file in files:
        if Path(file).is_dir():
            entries = (entry for entry in Path(file).iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES)
            yield from (str(entry) for entry in sorted(entries) if entry.is_file())
        else:
            yield file


def judge_files(files: Iterable[str], judge: Judge, limits: Limits, threads: int) -> Iterator[FileAnswer]:
    """Answers for the files, in their order, each as soon as its batch is done.

    Args:
        files: paths; see `expand`. Taken only as far ahead as needed.
        judge: an open version.
        limits: what a picture may measure.
        threads: that read and decode while the device works on the batch before.
    """
    names = iter(files)
    size = judge.runtime.best_batch_size
    waiting: deque[list[tuple[str, Future[np.ndarray | FileError]]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        try:
            while True:
                while len(waiting) <= BATCHES_AHEAD and (batch := list(islice(names, size))):
                    waiting.append([(name, pool.submit(read_input, name, judge, limits)) for name in batch])
                if not waiting:
                    return
                yield from _judge_batch([(name, job.result()) for name, job in waiting.popleft()], judge)
        finally:
            # Whoever reads the answers may stop early; what was not begun need not be done.
            pool.shutdown(wait=True, cancel_futures=True)


def read_input(file: str, judge: Judge, limits: Limits) -> np.ndarray | FileError:
    """The network's input for a file, or why there is none.

    By way of the very JPEG that the bot stores, so that both say the same of the same file to the last digit. Going
    without it would save 1 ms of the 17 that a poster costs, and move a genre's probability by 0.005 in the mean and
    0.12 at most (300 posters).
    """
    try:
        with Path(file).open("rb") as opened:
            # One byte more than allowed is enough to see that it is too long, however long it is.
            data = opened.read(limits.max_bytes + 1)
        return judge.prepare(decode(normalise(data, limits).jpeg))
    except Refusal as refusal:
        return FileError(code=str(refusal.code), message=str(refusal.message))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return FileError(code="missing", message="There is no such file.")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return FileError(code="unreadable", message=f"The file cannot be read: {reason}.")


def _judge_batch(inputs: list[tuple[str, np.ndarray | FileError]], judge: Judge) -> Iterator[FileAnswer]:
    """Answers in the inputs' order; only those that were decoded go to the device."""
    decoded = [pixels for _, pixels in inputs if isinstance(pixels, np.ndarray)]
    said = iter(_judge_decoded(decoded, judge))
    for name, outcome in inputs:
        result = next(said) if isinstance(outcome, np.ndarray) else outcome
        if isinstance(result, FileError):
            yield FileAnswer(file=name, error=result)
        else:
            yield FileAnswer(file=name, judgement=result)


def _judge_decoded(inputs: list[np.ndarray], judge: Judge) -> list[Judgement | FileError]:
    """All at once, and if that fails one by one, so that one odd poster does not fail its neighbours."""
    if not inputs:
        return []
    try:
        return [*judge.judge_prepared(np.stack(inputs))[0]]
    except Exception as error:  # a runtime's exceptions have no common class but this
        log.warning("batch failed", posters=len(inputs), error=str(error))
        if len(inputs) == 1:
            return [FileError(code="not_judged", message=f"The model could not judge it: {error}.")]
        return [answer for pixels in inputs for answer in _judge_decoded([pixels], judge)]
