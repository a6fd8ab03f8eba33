"""The control API: what the web page, and tests in other processes, do with the sandbox. JSON below /control."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from aiohttp import web

from sandbox.control.faults import ControlFaults
from sandbox.control.interactions import ControlInteractions
from sandbox.control.messages import ControlMessages
from sandbox.control.origins import Handler
from sandbox.control.recordings import ControlRecordings
from sandbox.control.requests import Uploads, acting, json_body, refusal
from sandbox.control.views import breach_view, refusal_view, state_view
from sandbox.faults.on_demand import FaultsOnDemand
from sandbox.gateway.gateway import Gateway
from sandbox.world.world import World

#: Breaches and refusals that are told at a time.
SHOWN = 200


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
        self._faults = ControlFaults(FaultsOnDemand(world, gateway))
        self._recordings = ControlRecordings(world, gateway)

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_get("/control/state", guard(self._state))
        router.add_get("/control/breaches", guard(self._breaches))
        router.add_get("/control/refusals", guard(self._refusals))
        router.add_post("/control/uploads", guard(self._uploads.handle))
        router.add_get("/control/clock", guard(self._tell_time))
        router.add_post("/control/clock", guard(self._move_clock))
        self._interactions.add_routes(router, guard)
        self._messages.add_routes(router, guard)
        self._faults.add_routes(router, guard)
        self._recordings.add_routes(router, guard)

    async def _state(self, request: web.Request) -> web.Response:
        """Tell what a page shows: `?member=NAME&channel=ID`."""
        actor, channel = acting(self._world, request.query.get("member"), request.query.get("channel"))
        connected = bool(self._gateway.connected_sessions())
        return web.json_response(state_view(self._world, channel, actor, connected=connected))

    async def _breaches(self, request: web.Request) -> web.Response:
        """Tell the newest breaches, oldest first."""
        newest = self._world.breaches[-SHOWN:]
        return web.json_response([breach_view(self._world, breach) for breach in newest])

    async def _refusals(self, request: web.Request) -> web.Response:
        """Tell the newest requests of the bot's that were answered with an error, oldest first."""
        refused = (record for record in reversed(self._world.requests) if record.status >= 400)
        newest = list(islice(refused, SHOWN))
        return web.json_response([refusal_view(self._world, record) for record in reversed(newest)])

    async def _tell_time(self, request: web.Request) -> web.Response:
        """Tell what time it is."""
        return web.json_response({"now": self._world.clock.stamp()})

    async def _move_clock(self, request: web.Request) -> web.Response:
        """Move the clock: `{advance: seconds}`; answers as `_tell_time`."""
        try:
            self._world.move_clock((await json_body(request)).get("advance", 0))
        except ValueError as error:
            raise refusal(400, f"advance: {error}") from None
        return await self._tell_time(request)
