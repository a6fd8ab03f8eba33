"""Fetching a picture from an allowed host, within a byte limit and a time limit."""

import asyncio
from collections.abc import Iterable

import aiohttp
import structlog
from yarl import URL

from posters.limits import Limits
from posters.refusals import RefusalCode, refusal, too_many_bytes
from posters.settings import DISCORD_CDN_HOSTS, PosterSettings

_PIECE = 64 * 1024
"""Bytes read at a time: the most by which a body can overrun its limit."""

_MAX_REDIRECTS = 3
_ATTEMPTS = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({401, 403, 404, 410})
"""Discord answers 404 where an address has expired; 401 and 403 mean that its signature does not fit."""

_DEFAULT_TIMEOUT = PosterSettings.model_fields["download_timeout"].default
_HEADERS = {"Accept-Encoding": "identity", "Accept": "image/*"}

logger = structlog.get_logger(__name__)


class _ServerTrouble(Exception):
    """The server answered 5xx: worth another try."""


def open_session() -> aiohttp.ClientSession:
    """A session fit for `Downloader`: keeps no cookies and unpacks nothing. The caller closes it."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)


class Downloader:
    """Fetches pictures from allowed hosts only."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        allowed_hosts: Iterable[str],
        limits: Limits,
        timeout: float = _DEFAULT_TIMEOUT,
    ) -> None:
        """A downloader over `session`, which its caller closes; `timeout`: seconds, for all tries together.

        Raises:
            ValueError: an entry of `allowed_hosts` is not `host` or `host:port`, or `session` keeps cookies
                or unpacks bodies (a few kilobytes may unpack to gigabytes, past the limit).
        """
        if session.auto_decompress or not isinstance(session.cookie_jar, aiohttp.DummyCookieJar):
            raise ValueError("the session keeps cookies or unpacks bodies; use posters.download.open_session")
        self._session = session
        self._allowed = frozenset(origin for host in allowed_hosts for origin in _origins(host))
        self._limits = limits
        self._timeout = timeout

    async def fetch(self, url: str) -> bytes:
        """The body at `url`, at most `limits.max_bytes` long.

        Raises:
            Refusal: address_not_allowed, download_missing, download_failed, download_too_slow,
                too_many_bytes, or empty.
        """
        address = self._checked(url)
        try:
            async with asyncio.timeout(self._timeout):
                body = await self._try_twice(address)
        except TimeoutError:
            raise refusal(RefusalCode.DOWNLOAD_TOO_SLOW) from None
        if not body:
            raise refusal(RefusalCode.EMPTY)
        return body

    async def _try_twice(self, address: URL) -> bytes:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._follow(address)
            except (aiohttp.ClientError, _ServerTrouble, OSError) as error:
                # The address is left out: its signature lets anybody fetch the picture.
                logger.info("download.failed", host=address.host, attempt=attempt, error=type(error).__name__)
        raise refusal(RefusalCode.DOWNLOAD_FAILED)

    async def _follow(self, address: URL) -> bytes:
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._session.get(
                address, allow_redirects=False, headers=_HEADERS, timeout=aiohttp.ClientTimeout()
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._body(response)
                target = response.headers.get("Location", "")
            address = self._checked(target, address)
        raise refusal(RefusalCode.DOWNLOAD_FAILED)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status in _GONE:
            raise refusal(RefusalCode.DOWNLOAD_MISSING)
        if response.status >= 500:
            raise _ServerTrouble
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if response.status != 200 or encoding != "identity":
            raise refusal(RefusalCode.DOWNLOAD_FAILED)
        if (response.content_length or 0) > self._limits.max_bytes:
            raise too_many_bytes(self._limits.max_bytes)
        body = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            body += piece
            if len(body) > self._limits.max_bytes:
                # Closed, not released: the rest of an endless body must not be read to reuse the connection.
                response.close()
                raise too_many_bytes(self._limits.max_bytes)
        return bytes(body)

    def _checked(self, url: str, base: URL | None = None) -> URL:
        """`url` (of a redirect: as seen from `base`) if it is allowed, checked as it will be requested."""
        try:
            address = base.join(URL(url)) if base else URL(url)
            origin = (address.scheme, address.host, address.port)
        except ValueError:
            raise refusal(RefusalCode.ADDRESS_NOT_ALLOWED) from None
        if origin not in self._allowed or address.user is not None or address.password is not None:
            raise refusal(RefusalCode.ADDRESS_NOT_ALLOWED)
        return address


def _origins(host: str) -> list[tuple[str, str, int | None]]:
    """The (scheme, host, port) triples that an entry of the allowed list stands for."""
    try:
        parsed = URL(f"https://{host}")
    except ValueError as error:
        raise ValueError(f"an allowed host is `host` or `host:port`. Received: {host!r}") from error
    if not parsed.host or parsed.user is not None or parsed.raw_path_qs != "/" or parsed.raw_fragment:
        raise ValueError(f"an allowed host is `host` or `host:port`. Received: {host!r}")
    secure = [("https", parsed.host, parsed.port)]
    if parsed.host in DISCORD_CDN_HOSTS:
        return secure
    return [*secure, ("http", parsed.host, parsed.explicit_port or 80)]
