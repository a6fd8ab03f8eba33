"""Normalised posters, kept by their hash in a folder or an object store."""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from posters.poster import NormalisedPoster

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_ID = re.compile(r"[0-9a-f]{64}")
_PRIVATE_FOLDER = 0o700
"""Members' pictures are nobody else's business on a shared machine."""

_ABANDONED_AFTER = 3600.0
"""Seconds after which nobody can still be writing a poster."""

logger = structlog.get_logger(__name__)


class PosterMissing(KeyError):
    """No poster of this id is kept; `args[0]` is the id."""


class PosterStoreError(Exception):
    """The store cannot be reached, read or written; the cause says why."""


class PosterStore:
    """Posters by id. Content-addressed, so that writing one twice, or from two processes, is harmless."""

    def __init__(self, store: ObjectStore) -> None:
        """A store over an `obstore` store; `open` is the usual way to get one."""
        self._store = store

    @classmethod
    def open(cls, url_or_path: str | Path, *, retry: "RetryConfig | None" = None) -> "PosterStore":
        """The store at an address that obstore knows (`s3://…`, `file://…`, `memory://`) or in a folder.

        A folder that is missing is made, open to its owner only.

        Args:
            url_or_path: where.
            retry: how long a store in the network may refuse; None for obstore's own, some seconds.

        Raises:
            OSError: the folder cannot be made.
            ValueError: obstore does not know such an address, or the address lacks something.
        """
        location = str(url_or_path)
        if location.startswith("memory:"):
            return cls(MemoryStore())
        if location.startswith("file:"):
            return cls(_local(Path(url2pathname(urlsplit(location).path))))
        if "://" not in location:
            return cls(_local(Path(location)))
        try:
            return cls(from_url(location, retry_config=retry))
        except BaseError as error:
            # Without what follows the question mark, which may be a key.
            shown = location.partition("?")[0]
            reason = str(error).partition("\n")[0].replace(location, shown)
            raise ValueError(f"{shown} is no usable poster store: {reason}") from error

    async def put(self, poster: NormalisedPoster) -> None:
        """Keeps `poster`. Again is allowed, and heals what was damaged on disk.

        Raises:
            PosterStoreError: the store cannot be reached or written.
        """
        await self.put_back(poster.sha256, poster.jpeg)

    async def put_back(self, poster_id: str, jpeg: bytes) -> None:
        """Keeps what `get` once gave; see `put`.

        Raises:
            ValueError: `poster_id` is not 64 hexadecimal digits.
            PosterStoreError: the store cannot be reached or written.
        """
        key = _key(poster_id)
        with _told(poster_id):
            await obstore.put_async(self._store, key, jpeg)

    async def get(self, poster_id: str) -> bytes:
        """The JPEG of the poster `poster_id`.

        Raises:
            PosterMissing: it is not kept, or what is kept is damaged.
            ValueError: `poster_id` is not 64 hexadecimal digits.
            PosterStoreError: the store cannot be reached.
        """
        key = _key(poster_id)
        with _told(poster_id):
            found = await obstore.get_async(self._store, key)
            jpeg = bytes(await found.bytes_async())
        return _checked(jpeg, poster_id)

    async def exists(self, poster_id: str) -> bool:
        """Whether the poster `poster_id` is kept.

        Raises:
            ValueError: `poster_id` is not 64 hexadecimal digits.
            PosterStoreError: the store cannot be reached.
        """
        try:
            with _told(poster_id):
                await obstore.head_async(self._store, _key(poster_id))
        except PosterMissing:
            return False
        return True

    async def delete(self, poster_id: str) -> None:
        """Forgets the poster `poster_id`; one that is not there is fine.

        Raises:
            ValueError: `poster_id` is not 64 hexadecimal digits.
            PosterStoreError: the store cannot be reached or written.
        """
        with suppress(PosterMissing), _told(poster_id):
            await obstore.delete_async(self._store, _key(poster_id))

    def sweep(self) -> int:
        """Removes what killed processes left half-written in a folder, and says how much that was. Blocks.

        obstore writes beside a file's place (`….jpg#1`) and then renames. Nobody ever reads what is left there, but it
        is a part of a member's picture, and no deletion would find it. An object store keeps nothing half-written.
        """
        if not isinstance(self._store, LocalStore) or self._store.prefix is None:
            return 0
        limit = time.time() - _ABANDONED_AFTER
        count = 0
        for path in Path(self._store.prefix).glob("posters/*/*#*"):
            with suppress(OSError):  # Another process was faster.
                if path.stat().st_mtime < limit:
                    path.unlink()
                    count += 1
        return count


@contextmanager
def _told(poster_id: str) -> Iterator[None]:
    """Tells obstore's failures, some of them OSErrors and some not, as this module's two exceptions."""
    try:
        yield
    except (FileNotFoundError, NotFoundError):
        raise PosterMissing(poster_id) from None
    except (BaseError, OSError) as error:
        raise PosterStoreError(str(error).partition("\n")[0]) from error


def _local(folder: Path) -> LocalStore:
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return LocalStore(folder.resolve())


def _key(poster_id: str) -> str:
    # Ids come back in messages and on command lines: only what can be no path ever becomes one.
    if not _ID.fullmatch(poster_id):
        raise ValueError(f"a poster's id is 64 hexadecimal digits. Received: {poster_id!r:.80}")
    return f"posters/{poster_id[:2]}/{poster_id[2:]}.jpg"


def _checked(jpeg: bytes, poster_id: str) -> bytes:
    """`jpeg` if it is what its id says: a machine that lost power may have left an empty file behind."""
    if hashlib.sha256(jpeg).hexdigest() != poster_id:
        logger.warning("poster.damaged_in_store", poster_id=poster_id, bytes=len(jpeg))
        raise PosterMissing(poster_id)
    return jpeg
