"""The control API's faults: what is to go wrong, from a panel or from tests in other processes."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from sandbox.control.origins import Handler
from sandbox.control.requests import json_body, refusal
from sandbox.faults.on_demand import FaultError, FaultsOnDemand


class ControlFaults:
    """Serves /control/faults.

    Args:
        faults: What goes wrong.
    """

    def __init__(self, faults: FaultsOnDemand) -> None:
        self._faults = faults

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_get("/control/faults", guard(self._list))
        router.add_post("/control/faults", guard(self._add))
        router.add_delete("/control/faults", guard(self._stop))

    async def _list(self, request: web.Request) -> web.Response:
        """Tell what is to go wrong still, as it was asked for."""
        return web.json_response(self._faults.standing())

    async def _add(self, request: web.Request) -> web.Response:
        """Let something go wrong: `{kind, …}`; answers as `_list`."""
        try:
            body = await json_body(request)
            # Who asks, which the page says of all it does, is nothing to a fault.
            await self._faults.begin({key: value for key, value in body.items() if key not in ("member", "channel")})
        except FaultError as error:
            raise refusal(400, str(error)) from None
        return await self._list(request)

    async def _stop(self, request: web.Request) -> web.Response:
        """Let all go well from now on; with `?kind=KIND` only what that fault was for."""
        self._faults.end(request.query.get("kind"))
        return await self._list(request)
