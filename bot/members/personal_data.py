"""All that is kept of a member, as files for that member."""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from bot.judging.clock import now
from models.database import Database
from models.repositories.personal_data import PersonalDataRepository
from models.tables import Poster
from posters.store import PosterMissing, PosterStore

MOST_BYTES: Final = 8_000_000
"""Of all files together: what Discord takes everywhere, with room to spare."""

MOST_UNPACKED: Final = 50_000_000
"""Of the JSON, before it is packed: some 15,000 judgements. Bounds the time that writing it takes."""

FILE: Final = "poster-judge.json"

ARCHIVE_BYTES: Final = 300
"""That a picture takes in an archive beside its own, at most: its name twice, and what stands around it."""

PICTURES: Final = "posters.zip"
"""Name of the archive of pictures."""

NOTE: Final = (
    "All that is kept of you. Left out: the secrets by which an interaction is answered, and the features themselves "
    "(numbers computed from a poster), of which only the length is told (features_bytes)."
)


class TooLarge(Exception):
    """Even packed, the rows do not fit into a message."""


class PersonalData(NamedTuple):
    """Files for a member."""

    name: str
    content: bytes
    """JSON, or a ZIP archive with it where it is large."""
    pictures: bytes | None
    """A ZIP archive; None where there are none, or too many."""
    posters: int
    """Of the member, whose rows are in the JSON and whose pictures are still kept."""


async def gather_personal_data(
    database: Database, store: PosterStore, user_id: int, most_bytes: int = MOST_BYTES
) -> PersonalData:
    """Reads everything of a member.

    Args:
        database: the service's.
        store: with the posters.
        user_id: of the member, who alone may get it.
        most_bytes: of all files together.

    Raises:
        TooLarge: there is more than fits.
        SQLAlchemyError: it cannot be read now.
        PosterStoreError: the pictures are out of reach.
    """
    document = _Document(most_bytes, {"note": NOTE, "written_at": now(), "user_id": user_id})
    sizes: dict[str, int] = {}
    async with database.reading() as session:
        async for table, rows in PersonalDataRepository(session, user_id).rows():
            await asyncio.to_thread(document.add, table, rows)
            if table == Poster.__tablename__:
                sizes.update({row["id"]: row["size"] for row in rows if row["dropped_at"] is None})
    name, content = await asyncio.to_thread(document.finish)
    pictures = None
    if sizes and len(content) + sum(sizes.values()) + ARCHIVE_BYTES * len(sizes) <= most_bytes:
        pictures = await _pictures(store, list(sizes))
    return PersonalData(name, content, pictures, len(sizes))


class _Document:
    """The rows as JSON, plain as long as they are few, and packed all the while: however many, memory stays small."""

    def __init__(self, most_bytes: int, head: Mapping[str, Any]) -> None:
        self._most_bytes = most_bytes
        self._packed = io.BytesIO()
        self._archive = zipfile.ZipFile(self._packed, "w", zipfile.ZIP_DEFLATED)
        self._member = self._archive.open(FILE, "w", force_zip64=True)
        self._plain = bytearray()
        self._written = 0
        self._table = ""
        self._separator = b""
        self._write(msgspec.json.format(msgspec.json.encode(head), indent=2)[:-2])

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes some rows of a table; those of one table come together.

        Raises:
            TooLarge: even packed.
        """
        if table != self._table:
            start = b"" if not self._table else b"\n  ]"
            self._write(start + b",\n  " + msgspec.json.encode(table) + b": [")
            self._table, self._separator = table, b"\n"
        for row in rows:
            self._write(self._separator + msgspec.json.format(msgspec.json.encode(row), indent=2))
            self._separator = b",\n"
        if self._packed.tell() > self._most_bytes or self._written > MOST_UNPACKED:
            raise TooLarge

    def finish(self) -> tuple[str, bytes]:
        """Name and content of the file.

        Raises:
            TooLarge: even packed.
        """
        self._write(b"\n  ]\n}\n")
        self._member.close()
        self._archive.close()
        if self._written <= self._most_bytes // 2:
            return FILE, bytes(self._plain)
        if self._packed.tell() > self._most_bytes:
            raise TooLarge
        return f"{FILE}.zip", self._packed.getvalue()

    def _write(self, text: bytes) -> None:
        self._written += len(text)
        if self._written <= self._most_bytes // 2:
            self._plain += text
        self._member.write(text)


async def _pictures(store: PosterStore, poster_ids: list[str]) -> bytes:
    found = {}
    for poster_id in poster_ids:
        try:
            found[f"{poster_id}.jpg"] = await store.get(poster_id)
        except PosterMissing:  # Dropped since the row was read.
            continue
    return await asyncio.to_thread(_packed, found)


def _packed(pictures: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # A JPEG is packed already.
        for name, content in pictures.items():
            archive.writestr(name, content)
    return packed.getvalue()
