"""Reads inputs in threads ahead of what computes on them."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import numpy as np

DECODE_THREADS: Final = 2
"""Decoding a small poster takes a tenth of the network's time; two threads keep one device busy."""

BATCHES_AHEAD: Final = 2
"""Batches decoded while the device works: bounds memory."""


def batches_ahead(read: Callable[[int], np.ndarray], count: int, size: int) -> Iterator[np.ndarray]:
    """Inputs of rows 0 to count - 1 in order, in batches, read in threads ahead of whoever takes them."""
    waiting: deque[list[Future[Any]]] = deque()
    with ThreadPoolExecutor(DECODE_THREADS) as pool:
        for start in range(0, count, size):
            waiting.append([pool.submit(read, row) for row in range(start, min(start + size, count))])
            if len(waiting) > BATCHES_AHEAD:
                yield np.stack([future.result() for future in waiting.popleft()])
        while waiting:
            yield np.stack([future.result() for future in waiting.popleft()])
