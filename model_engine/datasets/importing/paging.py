"""JSON records from an API, page after page; each is kept on disk, so that a second run asks for the rest alone."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec
from yarl import URL

from model_engine.datasets.downloading.fetching import Fetcher, FetchError, Manner, open_fetcher
from model_engine.datasets.downloading.whole_files import write_whole
from model_engine.datasets.importing.records import NoRecords, records_of
from model_engine.datasets.manifest import DatasetError

PAGES: Final = "pages"
"""Folder within the data set's in which pages are kept as they came."""

MOST_BYTES: Final = 50_000_000
"""Of one page."""

HIDDEN: Final = b"(key)"
"""What stands in a kept page where the API repeated the key."""


class Api(msgspec.Struct, frozen=True, kw_only=True):
    """Where records are asked for, and how."""

    url: str
    """Of the first page, with all parameters but page and key."""
    key: str | None = None
    """Never written anywhere."""
    key_header: str | None = None
    """Header that carries the key; else a parameter does."""
    key_parameter: str = "apikey"
    page_parameter: str = "page"
    first_page: int = 1
    most_pages: int = 1_000
    per_second: float = 2.0
    allow_private: bool = False
    """Also addresses of this machine and its network, and a key without https."""


def fetch_pages(api: Api, out: Path, told: Callable[[int], None], retry_wait: float = 1.0) -> list[object]:
    """All records, of pages that are there already and of those that are fetched now.

    The next page is the answer's own `next` where it names one, else the one with the next number; the last page is one
    without records, one that repeats the page before it, or the last that is allowed.

    Args:
        api: What to ask.
        out: The data set's folder; pages are kept in `PAGES` within it.
        told: How many pages there are.
        retry_wait: Seconds before the second try of a page; twice as long before each further one.

    Raises:
        DatasetError: an address or an answer is not what it should be, or it cannot be fetched; what came is kept.
    """
    try:
        start = URL(api.url)
    except ValueError:
        raise DatasetError(f"{api.url} is no address.") from None
    if api.key is not None and start.scheme != "https" and not api.allow_private:
        raise DatasetError("A key is sent by https only: name an https address, or allow others by --allow-private.")
    manner = Manner(
        concurrency=1,
        per_second=api.per_second,
        retry_wait=retry_wait,
        most_bytes=MOST_BYTES,
        # A host that a redirect leads to must not get the key.
        redirects=0,
        allow_private=api.allow_private,
    )
    return asyncio.run(_all_pages(api, start, manner, out / PAGES, told))


async def _all_pages(api: Api, start: URL, manner: Manner, folder: Path, told: Callable[[int], None]) -> list[object]:
    found: list[object] = []
    before = b""
    following: URL | None = None
    async with open_fetcher(manner, {"Accept": "application/json", **_key_header(api)}) as fetcher:
        for number in range(api.first_page, api.first_page + api.most_pages):
            address = following or start.update_query({api.page_parameter: number})
            content = await _page(api, fetcher, address, folder, number)
            try:
                records = records_of(content)
            except NoRecords:
                raise DatasetError(f"Page {number} of {start.host} is no list of JSON records.") from None
            if not records or content == before:
                break
            before = content
            found += records
            told(number - api.first_page + 1)
            following = _next(content, address, start)
    return found


async def _page(api: Api, fetcher: Fetcher, address: URL, folder: Path, number: int) -> bytes:
    """A page as it was kept, else as it comes; without the key, should the answer repeat it."""
    # By its address as well: pages of another question are no use.
    kept = folder / f"{number:05}-{hashlib.sha256(str(address).encode()).hexdigest()[:12]}.json"
    try:
        if kept.is_file():
            return kept.read_bytes()
        asked = address
        if api.key is not None and api.key_header is None:
            asked = address.update_query({api.key_parameter: api.key})
        content = _without_key(await fetcher.fetch(asked), api.key)
        write_whole(kept, content)
    except FetchError as error:
        raise DatasetError(
            f"Page {number} of {address.host} cannot be fetched: {error.cause}. The pages before it are kept; "
            "run the command again, and it goes on from there."
        ) from None
    except OSError as error:
        raise DatasetError(f"{kept} cannot be written: {error.strerror or error}.") from error
    return content


def _next(content: bytes, address: URL, start: URL) -> URL | None:
    """What the answer says is the next page; of the same host only, for the key goes with the question."""
    value = msgspec.json.decode(content)
    if not isinstance(value, dict) or not isinstance(value.get("next"), str):
        return None
    try:
        following = address.join(URL(value["next"]))
    except ValueError:
        return None
    return following if following.origin() == start.origin() else None


def _without_key(content: bytes, key: str | None) -> bytes:
    if key is None:
        return content
    for spelling in (key, quote(key, safe="")):
        content = content.replace(spelling.encode(), HIDDEN)
    return content


def _key_header(api: Api) -> dict[str, str]:
    return {api.key_header: api.key} if api.key is not None and api.key_header is not None else {}
