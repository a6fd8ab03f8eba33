"""Spoilt posters through the real intake workers, and what became of each."""

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import structlog

from bench.fuzz.checking import end_of_worker, problems_of_judgement, problems_of_poster, problems_of_refusal
from bench.fuzz.mutations import mutate
from bench.fuzz.seeds import make_seeds
from bench.fuzz.tally import Case, Tally
from model_engine.judging import Judge
from posters.intake import decode
from posters.poster import NormalisedPoster
from posters.refusals import Refusal
from posters.settings import PosterSettings
from posters.workers import IntakePool

HANG: Final = 60.0
"""Seconds beyond a worker's own limit after which the pool is taken to hang."""

MEMORY_INTERVAL: Final = 0.25
"""Seconds between looks at the kernel's record of each worker's highest memory."""

JUDGED: Final = 50
"""One accepted poster in so many is judged by the model as well."""


class Fuzz:
    """One run. The same numbers and seed give the same files."""

    def __init__(self, seed: int, settings: PosterSettings, judge: Judge | None, keep: Path | None) -> None:
        """Draws the sound posters.

        Args:
            seed: chooses the drawings and everything that is done to them.
            settings: of the intake; as many files are read at a time as there are workers.
            judge: judges some of the accepted posters; None judges none.
            keep: folder for files with problems and files that ended a worker; None keeps none.
        """
        self._seed = seed
        self._settings = settings
        self._judge = judge
        self._keep = keep
        self._seeds = make_seeds(seed)
        self._ends: dict[object, list[Mapping[str, Any]]] = defaultdict(list)
        self._accepted = 0
        self.tally = Tally()

    async def run(self, numbers: range) -> Tally:
        """Sends the files of these numbers.

        Raises:
            RuntimeError: the workers do not start.
        """
        rest = iter(numbers)
        others = set(psutil.Process().children(recursive=True))
        with self._overhearing():
            async with IntakePool(self._settings) as pool, asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch_memory(others))
                async with asyncio.TaskGroup() as lanes:
                    for _ in range(self._settings.intake_workers):
                        lanes.create_task(self._lane(pool, rest))
                watching.cancel()
        return self.tally

    async def _lane(self, pool: IntakePool, rest: Iterator[int]) -> None:
        for number in rest:
            seed, done, data = mutate(random.Random(f"{self._seed} {number}"), self._seeds)
            started = time.perf_counter()
            outcome, problems = await self._outcome(pool, data)
            seconds = time.perf_counter() - started
            ends = [end_of_worker(event) for event in self._ends.pop(asyncio.current_task(), [])]
            case = Case(
                number=number,
                format=seed.format,
                variant=seed.variant,
                done=done,
                outcome=outcome,
                seconds=seconds,
                ends=tuple(name for name, _ in ends),
                problems=(*problems, *(problem for _, problem in ends if problem)),
            )
            self.tally.add(case)
            if self._keep is not None and (case.problems or case.ends):
                (self._keep / f"{self._seed}-{number}.{seed.format.lower()}").write_bytes(data)

    async def _outcome(self, pool: IntakePool, data: bytes) -> tuple[str, list[str]]:
        try:
            async with asyncio.timeout(self._settings.intake_timeout + HANG):
                poster = await pool.normalise(data)
        except Refusal as refusal:
            return str(refusal.code), list(problems_of_refusal(refusal))
        except TimeoutError:
            return "none", ["neither a poster nor a refusal: it hangs"]
        except Exception as error:
            # Broad on purpose: whatever else comes out is what is looked for.
            return "none", [f"an exception that is no refusal: {error!r}"]
        return "accepted", list(self._problems_of_accepted(poster))

    def _problems_of_accepted(self, poster: NormalisedPoster) -> Iterator[str]:
        found = list(problems_of_poster(poster))
        yield from found
        self._accepted += 1
        if self._judge is not None and not found and self._accepted % JUDGED == 1:
            self.tally.judged += 1
            for judgement in self._judge.judge([decode(poster.jpeg)]):
                yield from problems_of_judgement(judgement)

    @contextmanager
    def _overhearing(self) -> Iterator[None]:
        """Takes what the pool logs of its workers' ends, for the task that it happened in; nothing is printed."""

        def overhear(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
            if event["event"].startswith("intake."):
                self._ends[asyncio.current_task()].append({**event, "error": sys.exception()})
            raise structlog.DropEvent

        before = structlog.get_config()
        structlog.configure(processors=[overhear])
        try:
            yield
        finally:
            structlog.configure(**before)

    async def _watch_memory(self, others: set[psutil.Process]) -> None:
        """Looks at the workers: children that were not there before, such as a browser of other tests."""
        while True:
            for process in set(psutil.Process().children(recursive=True)) - others:
                peaks = await asyncio.to_thread(_peaks, process.pid)
                self.tally.address_space = max(self.tally.address_space, peaks.get("VmPeak", 0))
                self.tally.resident = max(self.tally.resident, peaks.get("VmHWM", 0))
            await asyncio.sleep(MEMORY_INTERVAL)


def _peaks(pid: int) -> dict[str, int]:
    """The kernel's record of a process, in bytes; empty where there is none. Linux, proc(5)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines if line.startswith(("VmPeak:", "VmHWM:")))
    return {name.rstrip(":"): 1024 * int(kilobytes) for name, kilobytes, _ in fields}
