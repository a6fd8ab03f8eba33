"""The control API: what the web page, and tests in other processes, do with the sandbox. JSON below /control."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from sandbox.control.interactions import ControlInteractions
from sandbox.control.messages import ControlMessages
from sandbox.control.origins import Handler
from sandbox.control.requests import Uploads, acting, json_body, refusal
from sandbox.control.views import breach_view, state_view
from sandbox.gateway.gateway import Gateway
from sandbox.world.world import World


class Control:
    """Serves /control.

    Args:
        world: What is controlled.
        gateway: For cutting the bot's connection.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._uploads = Uploads(world)
        self._interactions = ControlInteractions(world, self._uploads)
        self._messages = ControlMessages(world, self._uploads)

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_get("/control/state", guard(self._state))
        router.add_get("/control/breaches", guard(self._breaches))
        router.add_post("/control/uploads", guard(self._uploads.handle))
        router.add_post("/control/clock", guard(self._clock))
        router.add_post("/control/gateway/drop", guard(self._drop))
        self._interactions.add_routes(router, guard)
        self._messages.add_routes(router, guard)

    async def _state(self, request: web.Request) -> web.Response:
        """Tell what a page shows: `?member=NAME&channel=ID`."""
        actor, channel = acting(self._world, request.query.get("member"), request.query.get("channel"))
        connected = bool(self._gateway.connected_sessions())
        return web.json_response(state_view(self._world, channel, actor, connected=connected))

    async def _breaches(self, request: web.Request) -> web.Response:
        return web.json_response([breach_view(breach) for breach in self._world.breaches])

    async def _clock(self, request: web.Request) -> web.Response:
        """Move the clock: `{advance: seconds}`."""
        seconds = (await json_body(request)).get("advance", 0)
        if not isinstance(seconds, int | float) or seconds < 0:
            raise refusal(400, "advance is a number of seconds, 0 or more")
        self._world.clock.advance(seconds)
        return web.json_response({"now": self._world.clock.stamp()})

    async def _drop(self, request: web.Request) -> web.Response:
        """Cut the bot's gateway connections: `{resumable: true}`."""
        resumable = (await json_body(request)).get("resumable") is not False
        await self._gateway.drop(resumable=resumable)
        return web.json_response({})
