"""All that is kept of a member, as files for that member."""

import io
import zipfile
from typing import Final, NamedTuple

import msgspec

from bot.judging.clock import now
from models.database import Database
from models.repositories.personal_data import PersonalDataRepository
from posters.store import PosterMissing, PosterStore

MOST_BYTES: Final = 8_000_000
"""Of all files together: what Discord takes everywhere, with room to spare."""

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
    async with database.reading() as session:
        rows = await PersonalDataRepository(session, user_id).rows()
    document = {"note": NOTE, "written_at": now(), "user_id": user_id} | rows
    name, content = "poster-judge.json", msgspec.json.format(msgspec.json.encode(document), indent=2)
    if len(content) > most_bytes // 2:
        name, content = "poster-judge.json.zip", _packed({name: content})
    if len(content) > most_bytes:
        raise TooLarge
    sizes = {row["id"]: row["size"] for row in rows["posters"] if row["dropped_at"] is None}
    pictures = None
    if sizes and len(content) + sum(sizes.values()) + ARCHIVE_BYTES * len(sizes) <= most_bytes:
        pictures = await _pictures(store, list(sizes))
    return PersonalData(name, content, pictures, len(sizes))


async def _pictures(store: PosterStore, poster_ids: list[str]) -> bytes:
    found = {}
    for poster_id in poster_ids:
        try:
            found[f"{poster_id}.jpg"] = await store.get(poster_id)
        except PosterMissing:  # Dropped since the row was read.
            continue
    return _packed(found)


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
