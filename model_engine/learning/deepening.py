"""The recipe `deeper`: pictures of corrected posters pass the champion's network up to its last stage, which learns."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from model_engine.learning.faults import RunFailed
from model_engine.learning.last_stage import BATCH, LastStage
from model_engine.learning.seeing import seen
from model_engine.learning.snapshot import Snapshot
from model_engine.learning.telling import Telling
from model_engine.versions import Version
from models.database import Database
from models.repositories.lessons import LessonRepository
from posters.store import PosterStore

NO_PICTURES: Final = "No picture of a corrected poster that teaches is kept: leave the recipe out, or say `heads`."


@dataclass(frozen=True, kw_only=True)
class Deeper:
    """What the last stage learns from, and is measured by."""

    stage: LastStage
    rows: np.ndarray
    """(M,) rows of the snapshot whose pictures are there, ascending."""
    activations: np.ndarray
    """(M, …) float16 at the stage's beginning, mapped from a file."""

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Where the activations of rows of the snapshot are, each of which is in `rows`."""
        return np.searchsorted(self.rows, rows)


async def look_deeper(
    snapshot: Snapshot, champion: Version, database: Database, store: PosterStore, room: Path, telling: Telling
) -> Deeper:
    """Shows the pictures to the champion.

    Args:
        snapshot: the corrections.
        champion: whose network learns.
        database: knows which posters a group has.
        store: of the pictures.
        room: folder for what the network makes of them, 15 kB or more a poster, in a file without a name that is gone
            with the process.
        telling: told how far it is.

    Raises:
        RunFailed: the network cannot learn deeper, or no picture is there.
        Stopped: it is not wanted any more.
        SQLAlchemyError: the database refuses.
        PosterStoreError: the store refuses.
        OSError: the disk is full.
    """
    telling.tell("pictures")
    groups = await _pictured(snapshot, database)
    stage = await asyncio.to_thread(LastStage.of, champion)
    room.mkdir(parents=True, exist_ok=True)
    there: dict[str, tuple[int, ...]] = {}
    with tempfile.TemporaryFile(dir=room) as file:
        # Written bit by bit: a mapped file on a full disk would end the process without a word.
        async for some, done in seen(groups, store, champion.preprocessing, stage.activations, BATCH):
            for group, values in some.items():
                there[group] = values.shape
                file.write(values.astype("<f2").tobytes())
            telling.tell("pictures", done, len(groups))
        file.flush()
        rows = np.array([row for row, lesson in enumerate(snapshot.lessons) if lesson.group_id in there], int)
        if not np.intersect1d(rows, snapshot.teaching()).size:
            raise RunFailed("no_pictures", NO_PICTURES)
        shape = next(iter(there.values()))
        return Deeper(stage=stage, rows=rows, activations=np.memmap(file, "<f2", "r", shape=(len(there), *shape)))


async def _pictured(snapshot: Snapshot, database: Database) -> Mapping[str, Sequence[str]]:
    """Posters of each group whose pictures are kept, in the order of the snapshot's rows."""
    names = [lesson.group_id for lesson in snapshot.lessons]
    async with database.reading() as session:
        looks = await LessonRepository(session).looks(names)
    return {name: [look.poster_id for look in looks.get(name, ()) if look.kept] for name in names}
