"""Puts gateway, REST, CDN, control and page on one loopback port."""

from __future__ import annotations

import contextlib
from mimetypes import MimeTypes
from pathlib import Path

import structlog
from aiohttp import web

from sandbox.cdn.serving import Cdn
from sandbox.control.control import Control
from sandbox.control.events import Events
from sandbox.control.origins import PAGE_POLICY, Origins
from sandbox.gateway.gateway import Gateway
from sandbox.rest.api import Api
from sandbox.rest.openapi import load_description
from sandbox.world.world import World

_log = structlog.get_logger(__name__)

#: Bytes of a request's body, files included: ten files of Discord's 10 MiB.
MAX_REQUEST_SIZE = 100 * 1024 * 1024
#: Seconds that open requests get to end when the server stops.
SHUTDOWN_TIMEOUT = 0.5

_PAGE = Path(__file__).parent / "page"
_POSTERS = Path(__file__).parent / "samples" / "posters"
_TYPES = MimeTypes()  # Python's own table: the machine's may call a script plain text
_PAGE_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Server:
    """The listening part of a sandbox.

    Args:
        world: What is served.

    Attributes:
        address: Host and port it listens on, once started.
        base_url: The public address, without a slash at the end.
    """

    def __init__(self, world: World) -> None:
        config = world.config
        description = load_description(config.openapi) if config.openapi is not None else None
        self.world = world
        self.gateway = Gateway(world)
        self.api = Api(world, description)
        self.origins = Origins()
        self.address = ("", 0)
        self.base_url = ""
        self._control = Control(world, self.gateway)
        self._events = Events(world, self.gateway)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: If the address cannot be had.
        """
        config = self.world.config
        app = web.Application(client_max_size=MAX_REQUEST_SIZE)
        self.add_routes(app)
        app.on_shutdown.append(self._say_goodbye)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT, handler_cancellation=True)
        await runner.setup()
        self._runner = runner
        site = web.TCPSite(runner, config.host, config.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.address = (host, port)
        shown = f"[{config.host}]" if ":" in config.host else config.host
        self.base_url = config.public_url or f"http://{shown}:{port}"
        self.origins.allow(port, shown, self.base_url)
        self.world.store.base_url = self.base_url
        self.gateway.url = self.api.gateway_url = f"ws{self.base_url.removeprefix('http')}/gateway"
        if config.openapi is None:
            _log.info("sandbox.openapi_check_left_out", reason="no path of Discord's OpenAPI description was given")

    async def stop(self) -> None:
        """Close all connections and the port."""
        if self._runner is not None:
            await self._runner.cleanup()
        self.world.clock.close()

    def add_routes(self, app: web.Application) -> None:
        """Add all that the sandbox serves to an application."""
        cdn = Cdn(self.world.store, self.world.faults)
        router = app.router
        router.add_route("*", "/api/{path:.*}", self.api.handle)
        for path in ("/gateway", "/gateway/"):
            router.add_get(path, self.gateway.handle)
        for prefix in ("", "/media"):
            for folder in ("attachments", "ephemeral-attachments"):
                router.add_get(f"{prefix}/{folder}/{{channel_id}}/{{attachment_id}}/{{filename}}", cdn.handle)

        self._control.add_routes(router, self.origins.guard)
        router.add_get("/control/events", self.origins.guard(self._events.handle))
        router.add_get("/", self.origins.guard(_page_file))
        router.add_get("/page/{name}", self.origins.guard(_page_file))
        router.add_get("/samples/{name}", self.origins.guard(_sample_file))

    async def _say_goodbye(self, app: web.Application) -> None:
        await self._events.close()
        with contextlib.suppress(ConnectionError):
            await self.gateway.drop(code=1001)


async def _page_file(request: web.Request) -> web.StreamResponse:
    return _file_of(_PAGE, request.match_info.get("name", "index.html"))


async def _sample_file(request: web.Request) -> web.StreamResponse:
    return _file_of(_POSTERS, request.match_info["name"])


def _file_of(folder: Path, name: str) -> web.Response:
    path = folder / name
    if path.parent != folder or not path.is_file():
        raise web.HTTPNotFound
    # Read at once, for all are small: a FileResponse opens in a thread, and a page left meanwhile leaves the file open.
    content_type = _TYPES.guess_type(path.name)[0] or "application/octet-stream"
    return web.Response(body=path.read_bytes(), content_type=content_type, headers=_PAGE_HEADERS)
