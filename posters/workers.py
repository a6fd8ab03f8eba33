"""Reading pictures in a few confined processes, so that a bad one costs a refusal and never the bot."""

import asyncio
import multiprocessing
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Self

import structlog
from pebble import ProcessExpired, ProcessPool

from posters import worker_process
from posters.poster import NormalisedPoster
from posters.refusals import Refusal, RefusalCode, refusal
from posters.settings import PosterSettings

_GRACE = 30.0
"""Seconds beyond a task's own limit after which its worker's plumbing is taken for stuck and replaced."""

_ATTEMPTS = 2
"""A worker that died while idle (the machine ran out of memory, say) is noticed by the next picture only."""

logger = structlog.get_logger(__name__)


class IntakePool:
    """A few worker processes that normalise posters, each with a memory limit and a time limit.

    Every worker is a pool of one, so that what happens to one is never mistaken for, or felt by, another.
    """

    def __init__(self, settings: PosterSettings) -> None:
        """A pool that is not started yet."""
        self._settings = settings
        self._limits = settings.limits
        self._context = _context()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: list[_Worker] = []
        self._waiting = 0
        self._closed = False

    async def start(self) -> None:
        """Starts the workers and waits until each has read a picture, so that the first poster is not slow.

        Raises:
            RuntimeError: a worker does not come up; its memory limit may be too low.
        """
        self._workers = [
            _Worker(self._context, self._settings.intake_memory_bytes) for _ in range(self._settings.intake_workers)
        ]
        try:
            await asyncio.gather(*(asyncio.to_thread(worker.warm_up) for worker in self._workers))
        except Exception as error:
            await self.close()
            raise RuntimeError("an intake worker does not start; is INTAKE_MEMORY_BYTES too low?") from error
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def normalise(self, data: bytes) -> NormalisedPoster:
        """The poster in `data`, read in a worker.

        Raises:
            Refusal: as `posters.intake.normalise`, and intake_busy, intake_timed_out, intake_crashed.
            RuntimeError: the pool is not started, or is closed.
        """
        return await self._call(worker_process.normalise, data, self._limits)

    async def close(self) -> None:
        """Ends the workers; what they were reading is refused as crashed. Again is allowed."""
        self._closed = True
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in self._workers))
        self._workers = []

    async def __aenter__(self) -> Self:
        """Starts the pool."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the pool."""
        await self.close()

    async def _call(self, function: Callable[..., Any], *args: object) -> Any:
        if self._closed or not self._workers:
            raise RuntimeError("the intake pool is not running")
        worker = await self._free_worker()
        try:
            return await self._run(worker, function, args)
        finally:
            self._idle.put_nowait(worker)

    async def _free_worker(self) -> "_Worker":
        if self._idle.empty() and self._waiting >= self._settings.intake_queue_limit:
            raise refusal(RefusalCode.INTAKE_BUSY)
        self._waiting += 1
        try:
            return await self._idle.get()
        finally:
            self._waiting -= 1

    async def _run(self, worker: "_Worker", function: Callable[..., Any], args: tuple[object, ...]) -> Any:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._attempt(worker, function, args)
            except (Refusal, asyncio.CancelledError):
                raise
            except BrokenProcessPool:
                if self._closed:
                    raise RuntimeError("the intake pool was closed") from None
                # Either the worker was dead before, or it died of this picture within an instant.
                logger.warning("intake.worker_was_dead", attempt=attempt)
                await asyncio.to_thread(worker.restart)
            except ProcessExpired as error:
                logger.warning("intake.worker_died", exit_code=error.exitcode)
                break
            except MemoryError:
                logger.warning("intake.out_of_memory", limit_bytes=self._settings.intake_memory_bytes)
                break
            except Exception:
                logger.exception("intake.worker_failed")
                break
        raise refusal(RefusalCode.INTAKE_CRASHED)

    async def _attempt(self, worker: "_Worker", function: Callable[..., Any], args: tuple[object, ...]) -> Any:
        limit = self._settings.intake_timeout
        running = asyncio.wrap_future(worker.schedule(function, args, limit))
        try:
            async with asyncio.timeout(limit + _GRACE) as outer:
                return await running
        except TimeoutError:
            logger.warning("intake.timed_out", limit_seconds=limit, stuck=outer.expired())
            if outer.expired() and not self._closed:
                await asyncio.to_thread(worker.restart)
            raise refusal(RefusalCode.INTAKE_TIMED_OUT) from None


class _Worker:
    """One process and what it takes to watch it."""

    def __init__(self, context: multiprocessing.context.BaseContext, memory_bytes: int) -> None:
        self._context = context
        self._memory_bytes = memory_bytes
        self._running: Future[Any] | None = None
        # A restart whose waiter was cancelled goes on in its thread; nothing may cross it.
        self._changing = threading.Lock()
        self._ended = False
        self._pool = self._new_pool()

    def schedule(self, function: Callable[..., Any], args: tuple[object, ...], limit: float) -> "Future[Any]":
        """Starts `function` in the process; the result comes or fails within about `limit` seconds.

        Raises:
            BrokenProcessPool: the process died before.
        """
        try:
            self._running = self._pool.schedule(function, args=args, timeout=limit)
        except RuntimeError as error:
            raise BrokenProcessPool(str(error)) from error
        return self._running

    def warm_up(self) -> None:
        """Starts the process and waits until it is ready. Blocks."""
        self.schedule(worker_process.warm_up, (), _GRACE).result()

    def restart(self) -> None:
        """A fresh process in place of this one, unless it was stopped for good. Blocks."""
        with self._changing:
            if not self._ended:
                self._stop()
                self._pool = self._new_pool()
                self.warm_up()

    def stop(self) -> None:
        """Ends the process for good, whatever it is doing. Blocks."""
        with self._changing:
            self._ended = True
            self._stop()

    def _stop(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        # Pebble ends the process, but leaves whoever waits for it waiting.
        if self._running is not None and not self._running.done():
            self._running.set_exception(BrokenProcessPool("stopped"))

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            initializer=worker_process.set_up,
            initargs=(self._memory_bytes,),
            context=self._context,
        )


def _context() -> multiprocessing.context.BaseContext:
    """Never a plain fork: no worker may inherit the bot's threads, sockets and database."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # The server that workers are forked from loads Pillow once, so that a replaced worker is there at once.
    context.set_forkserver_preload(["posters.intake"])
    return context
