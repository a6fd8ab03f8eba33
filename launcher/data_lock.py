"""The lock that lets one `poster-judge up`, or one restore, at a time work on a data directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from launcher.configuration import Unavailable


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Holds the lock for the length of a block; it is free again when this process ends, however that is.

    Raises:
        Unavailable: another process holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_dir / "up.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Unavailable(
            f"Another `poster-judge up` uses the data directory {data_dir}: stop it, or set POSTER_JUDGE_DATA_DIR."
        ) from None
    with lock:
        yield
