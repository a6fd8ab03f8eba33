"""The control API's recordings: what members do in the page becomes a scenario file, and such a file is done again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.control.origins import Handler
from sandbox.control.requests import json_body, refusal
from sandbox.gateway.gateway import Gateway
from sandbox.scenarios.recorder import Recorder
from sandbox.scenarios.replay import Replay
from sandbox.scenarios.scenario import Scenario, ScenarioError
from sandbox.world.world import World

#: Characters of a title.
MAX_TITLE = 100


class ControlRecordings:
    """Serves /control/recording and /control/replay.

    Args:
        world: Where members act.
        gateway: Tells whether there is a bot.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._recorder: Recorder | None = None
        self._scenario: Scenario | None = None

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_get("/control/recording", guard(self._tell))
        router.add_post("/control/recording", guard(self._start))
        router.add_delete("/control/recording", guard(self._stop))
        router.add_get("/control/recording/scenario", guard(self._download))
        router.add_post("/control/replay", guard(self._replay))

    async def _tell(self, request: web.Request) -> web.Response:
        return web.json_response(self._view())

    async def _start(self, request: web.Request) -> web.Response:
        """Write down what happens from now on: `{title}`."""
        body = await json_body(request)
        if self._recorder is not None:
            raise refusal(400, "a recording runs already; stop it first")
        self._scenario = None
        self._recorder = Recorder(self._world, str(body.get("title") or "A session")[:MAX_TITLE])
        return self._changed()

    async def _stop(self, request: web.Request) -> web.Response:
        """Write down no more; the scenario can be had until the next recording starts."""
        if self._recorder is None:
            raise refusal(400, "no recording runs")
        self._scenario, self._recorder = self._recorder.finish(), None
        return self._changed()

    async def _download(self, request: web.Request) -> web.Response:
        """Return the scenario's file."""
        if self._scenario is None:
            raise refusal(404, "there is no recording; start one, and stop it")
        name = re.sub(r"\W+", "-", self._scenario.title.lower()).strip("-") or "scenario"
        headers = {"Content-Disposition": f'attachment; filename="{name.encode("ascii", "ignore").decode()}.json"'}
        return web.Response(text=self._scenario.text(), content_type="application/json", headers=headers)

    async def _replay(self, request: web.Request) -> web.Response:
        """Do a scenario, which is the body, again; answers `{passed, problem, steps}` when it is through."""
        try:
            scenario = Scenario.of(await json_body(request))
        except ScenarioError as error:
            raise refusal(400, str(error)) from error
        if not self._gateway.connected_sessions():
            raise refusal(400, "no bot is connected")
        problem: str | None = None
        try:
            await Replay(self._world, self._gateway, scenario).run()
        except ScenarioError as error:
            problem = str(error)
        return web.json_response({"passed": problem is None, "problem": problem, "steps": len(scenario.steps)})

    def _changed(self) -> web.Response:
        view = self._view()
        self._world.emit("recording_changed", view)
        return web.json_response(view)

    def _view(self) -> dict[str, Any]:
        scenario = self._recorder.scenario if self._recorder is not None else self._scenario
        return {
            "recording": self._recorder is not None,
            "title": scenario.title if scenario is not None else None,
            "steps": len(scenario.steps) if scenario is not None else 0,
        }
