"""Fetches from hosts that nobody vouches for: slowly enough for each of them, again where it helps, and never much."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp
import msgspec
from aiolimiter import AsyncLimiter
from yarl import URL

from model_engine.datasets.downloading.addresses import PrivateAddress, connector
from posters.refusals import human_bytes

PIECE: Final = 64 << 10
"""Bytes read at a time: the most by which a body can overrun its limit."""

LONGEST_WAIT: Final = 120.0
"""Seconds that a host may ask us to wait (`Retry-After`)."""

GIVE_UP_AFTER: Final = 20
"""Fetches in a row that came to no answer, after which a host is not asked again."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class FetchError(Exception):
    """There is nothing to be had from an address; `cause` in a few words that many addresses share."""

    def __init__(self, cause: str, detail: str = "") -> None:
        """`detail`: what is special about this one."""
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail


class _Passing(FetchError):
    """Worth another try."""


class _NoAnswer(_Passing):
    """The host could not be reached or said nothing."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How hosts are asked."""

    concurrency: int = 16
    """Connections at once, over all hosts."""
    per_second: float = 10.0
    """Requests to one host."""
    attempts: int = 4
    """Tries of one address, the first included."""
    retry_wait: float = 1.0
    """Seconds before the second try; twice as long before each further one."""
    timeout: float = 30.0
    """Seconds that one try may take."""
    most_bytes: int = 10_000_000
    """Of one answer."""
    redirects: int = 3
    """That are followed."""
    allow_private: bool = False
    """Also addresses of this machine and its network."""


class Fetcher:
    """Fetches whatever an address holds; made by `open_fetcher`."""

    def __init__(self, session: aiohttp.ClientSession, manner: Manner) -> None:
        """Fetches over `session`, which its caller closes."""
        self._session = session
        self._manner = manner
        self._limiters: dict[str, AsyncLimiter] = {}
        self._not_before: dict[str, float] = {}
        self._unanswered: Counter[str] = Counter()
        self._random = random.Random()

    async def fetch(self, url: str | URL) -> bytes:
        """The body at an address.

        Raises:
            FetchError: it could not be had.
        """
        address = _checked(url)
        host = address.host or ""
        tries = 0
        while True:
            if self._unanswered[host] >= GIVE_UP_AFTER:
                raise FetchError("host given up", f"{host} did not answer {GIVE_UP_AFTER} times in a row")
            tries += 1
            try:
                return await self._follow(address)
            except _Passing as error:
                if tries == self._manner.attempts:
                    self._unanswered[host] += isinstance(error, _NoAnswer)
                    raise
            # Spread out, so that what failed together does not come back together.
            await asyncio.sleep(self._manner.retry_wait * 2 ** (tries - 1) * self._random.uniform(0.5, 1.0))

    async def _follow(self, address: URL) -> bytes:
        for _ in range(self._manner.redirects + 1):
            await self._pace(address.host or "")
            try:
                async with (
                    asyncio.timeout(self._manner.timeout),
                    self._session.get(address, allow_redirects=False) as response,
                ):
                    self._unanswered[address.host or ""] = 0
                    if response.status not in _REDIRECTS:
                        return await self._body(response, address)
                    target = response.headers.get("Location", "")
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, PrivateAddress):
                    raise FetchError("private or loopback address", str(address.host)) from None
                raise _NoAnswer("no connection", _first_line(error)) from None
            except TimeoutError:
                raise _NoAnswer("too slow", f"took over {self._manner.timeout:g} s") from None
            except (aiohttp.InvalidURL, ValueError):
                raise FetchError("no http address") from None
            except (aiohttp.ClientError, OSError) as error:
                raise _NoAnswer("connection broke off", _first_line(error)) from None
            address = _checked(target, address)
        raise FetchError("too many redirects" if self._manner.redirects else "redirect to elsewhere")

    async def _body(self, response: aiohttp.ClientResponse, address: URL) -> bytes:
        if response.status != HTTPStatus.OK:
            words = f"answer {response.status} {response.reason or ''}".strip()[:80]
            if response.status not in _AGAIN:
                raise FetchError(words)
            self._hold_back(address.host or "", response.headers.get("Retry-After"))
            raise _Passing(words)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("packed answer")
        too_large = FetchError("too large", f"over {human_bytes(self._manner.most_bytes)}")
        if (response.content_length or 0) > self._manner.most_bytes:
            raise too_large
        body = bytearray()
        async for piece in response.content.iter_chunked(PIECE):
            body += piece
            if len(body) > self._manner.most_bytes:
                # Closed, not released: the rest of an endless body must not be read to reuse the connection.
                response.close()
                raise too_large
        if not body:
            raise FetchError("empty answer")
        return bytes(body)

    async def _pace(self, host: str) -> None:
        limiter = self._limiters.setdefault(host, AsyncLimiter(1, 1 / self._manner.per_second))
        await limiter.acquire()
        wait = self._not_before.get(host, 0.0) - asyncio.get_running_loop().time()
        await asyncio.sleep(max(wait, 0.0))

    def _hold_back(self, host: str, retry_after: str | None) -> None:
        """All requests to a host wait as long as it asks for."""
        if retry_after is not None:
            until = asyncio.get_running_loop().time() + min(_seconds(retry_after), LONGEST_WAIT)
            self._not_before[host] = max(self._not_before.get(host, 0.0), until)


@asynccontextmanager
async def open_fetcher(manner: Manner, headers: Mapping[str, str]) -> AsyncIterator[Fetcher]:
    """A fetcher for the length of a block; it keeps no cookies, unpacks nothing and asks no proxy.

    Args:
        manner: How hosts are asked.
        headers: Sent with every request, after a redirect too.
    """
    async with aiohttp.ClientSession(
        connector=connector(manner.concurrency, allow_private=manner.allow_private),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        # One limit for all of a try, in `_follow`.
        timeout=aiohttp.ClientTimeout(),
        headers={"User-Agent": "poster-judge", "Accept-Encoding": "identity", **headers},
    ) as session:
        yield Fetcher(session, manner)


def _checked(url: str | URL, base: URL | None = None) -> URL:
    try:
        address = base.join(URL(url)) if base else URL(url)
        usable = address.scheme in ("http", "https") and bool(address.host) and address.port is not None
    except ValueError:
        usable = False
    if not usable:
        raise FetchError("no http address")
    if address.user is not None or address.password is not None:
        raise FetchError("address with a password")
    return address


def _seconds(retry_after: str) -> float:
    """Of a header that gives them, or the time to wait for."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
        return max((at - at.now(at.tzinfo)).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
