"""Work on many pictures in several processes at once."""

import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

from model_engine.datasets.manifest import DatasetError

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Takes how many are done, of how many."""

CHUNK: Final = 64
"""Pictures that a process takes at a time."""

AHEAD: Final = 8
"""Chunks handed out per process before the first of them is waited for."""


def no_progress(done: int, total: int) -> None:
    """For callers that show none."""


def in_processes(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    processes: int | None = None,
    progress: Progress = no_progress,
) -> Iterator[Result]:
    """What the function makes of each task, in their order; with one process, in this one.

    Args:
        function: Found by its name in its module, since other processes must find it too.
        tasks: Small: they travel.
        processes: Default: as many as there are processors.
        progress: Told after each task.

    Raises:
        DatasetError: a process came to a sudden end.
    """
    processes = processes or os.cpu_count() or 1
    results = map(function, tasks) if processes == 1 else _spread(function, tasks, processes)
    for done, result in enumerate(results, start=1):
        progress(done, len(tasks))
        yield result


def _spread(function: Callable[[Task], Result], tasks: Sequence[Task], processes: int) -> Iterator[Result]:
    # Spawned: threads that run here, a progress display's for one, would leave locks held in a fork.
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=start) as pool:
        try:
            rest = iter(tasks)
            while some := list(itertools.islice(rest, CHUNK * AHEAD * processes)):
                yield from pool.map(function, some, chunksize=CHUNK)
        except BrokenProcessPool:
            raise DatasetError(
                "A process that worked on pictures came to a sudden end, as it does when memory runs out: "
                "try again with --processes 1."
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
