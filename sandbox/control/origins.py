"""Keeps other web sites away from the control API and the page.

A page of another site can make a visitor's browser send requests to loopback (cross-site request forgery), or give its
own name loopback's address (DNS rebinding). Host, Origin and Sec-Fetch-Site tell those apart.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: What the page may load: only what this server sends, and pictures it made itself.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Origins:
    """Knows by which names the sandbox may be called.

    Attributes:
        hosts: Allowed values of the Host header.
    """

    def __init__(self) -> None:
        self.hosts: frozenset[str] = frozenset()

    def allow(self, port: int, *names: str) -> None:
        """Allow loopback's names and `names` (host names, or URLs), at `port` where they say none."""
        hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")}
        for name in names:
            place = urlsplit(name).netloc if "://" in name else name
            hosts |= {place, place if place.rpartition(":")[2].isdigit() else f"{place}:{port}"}
        self.hosts = frozenset(hosts)

    def permits(self, request: web.Request) -> bool:
        """Return whether a request comes from the sandbox's own page or from no web page at all."""
        if request.headers.get("Host", "") not in self.hosts:
            return False
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self.hosts:
            return False
        return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")

    def guard(self, handler: Handler) -> Handler:
        """Return a handler that answers 403 to other sites."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self.permits(request):
                raise web.HTTPForbidden(text="this address is for the sandbox's own page on this machine")
            return await handler(request)

        return guarded
