"""Another program that writes to the same SQLite database, and takes its time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path


@asynccontextmanager
async def another_writer(database: Path) -> AsyncIterator[None]:
    """Holds the write lock for the time of the block."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        # In a thread: a bot in this process may be writing just now, and needs the loop to come to its end.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
