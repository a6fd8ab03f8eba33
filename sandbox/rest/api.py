"""From a request to Discord's answer: token, rate limit, description, handler, error body.

Source: Discord's API Reference, "Authentication", "Error Messages", and "Rate Limits".
"""

from __future__ import annotations

import json
import re
from typing import Any

import structlog
from aiohttp import web

from sandbox.errors import ApiError, invalid_form
from sandbox.faults.requests import Fault
from sandbox.rest import accounts, channels, responses, threads
from sandbox.rest.bodies import read_body
from sandbox.rest.openapi import Description
from sandbox.rest.ratelimits import RateLimitedError, RateLimits
from sandbox.rest.routing import Answer, Call, Route, Router
from sandbox.rest.shapes import check_shapes
from sandbox.world.records import Breach, RequestRecord
from sandbox.world.world import World

_log = structlog.get_logger(__name__)

_VERSION = re.compile(r"/api(?:/v\d+)?(?=/)")

#: discord.py takes a 429 without it for a ban by Cloudflare.
_HEADERS = {"Via": "1.1 sandbox"}


class Api:
    """Answers the bot's requests.

    Args:
        world: What they are about.
        description: Discord's OpenAPI description, None to leave that check out.

    Attributes:
        gateway_url: Where the gateway is.
    """

    def __init__(self, world: World, description: Description | None) -> None:
        self.gateway_url = ""
        self._world = world
        self._description = description
        self._limits = RateLimits(world.clock)
        self._router = Router()
        for module in (accounts, channels, threads, responses):
            module.add_routes(self._router)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        path = _VERSION.sub("", request.path, count=1)
        found = self._router.find(request.method, path)
        record = RequestRecord(
            method=request.method,
            path=path,
            route=found[0].template if found else None,
            query=dict(request.query),
            at=self._world.clock.now(),
        )
        self._world.requests.append(record)
        headers = dict(_HEADERS)
        try:
            status, body = await self._respond(request, record, found, headers)
        except ConnectionResetError:
            return web.Response()  # Goes nowhere: a fault cut the connection.
        except ApiError as error:
            status, body = self._refuse(record, error)
        except RateLimitedError as error:
            headers.update(error.headers)
            headers["Retry-After"] = f"{error.retry_after:.3f}"
            record.code, record.message, status = error.code or None, str(error), 429
            body = {
                "message": error.message,
                "retry_after": error.retry_after,
                "global": error.everywhere,
                "code": error.code,
            }
        record.status = status
        self._world.emit("request_refused" if status >= 400 else "request_answered", record)
        if body is None:
            return web.Response(status=status, headers=headers)
        data = json.dumps(body, separators=(",", ":")).encode()
        return web.Response(status=status, body=data, headers=headers, content_type="application/json")

    async def _respond(
        self,
        request: web.Request,
        record: RequestRecord,
        found: tuple[Route, dict[str, str]] | None,
        headers: dict[str, str],
    ) -> Answer:
        config = self._world.config
        if found is None:
            rule = f"the sandbox knows no {record.method} {record.path}"
            raise ApiError(404, 0, "404: Not Found", rule=rule)
        route, params = found
        if route.needs_token and request.headers.get("Authorization") != f"Bot {config.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        if route.limit is not None and config.rate_limits:
            headers.update(
                self._limits.take(route.bucket, route.major(params), route.limit, counts_globally=route.needs_token)
            )
        record.body, files, has_body = await read_body(request, config.attachment_size_limit)
        record.files = tuple(upload.filename for upload in files.values())
        faults = self._world.faults.of_request(record.method, record.path, record.route)
        for fault in faults:
            if not fault.applied:
                await self._suffer(fault, request)
        call = Call(
            world=self._world,
            params=params,
            query=record.query,
            body=record.body,
            files=files,
            gateway_url=self.gateway_url,
        )
        self._check_request(route, call, has_body=has_body)
        answer = route.handler(call)
        for fault in faults:
            if fault.applied:
                await self._suffer(fault, request)
        if config.check_responses:
            self._check_response(record, route, answer)
        return answer

    def _check_request(self, route: Route, call: Call, *, has_body: bool) -> None:
        if self._description is not None:
            problems = self._description.request_problems(
                route.method, route.template, call.params, call.query, call.body, has_body=has_body
            )
            if problems:
                first = problems[0]
                raise invalid_form(first.path, "OPENAPI", first.message, rule="Discord's OpenAPI description")
        expected = list if route.method == "PUT" else dict
        if not isinstance(call.body, expected) and has_body:
            raise invalid_form((), "BASE_TYPE_BAD_TYPE", f"the body must be a JSON {expected.__name__}")
        if isinstance(call.body, list) and not all(isinstance(part, dict) for part in call.body):
            raise invalid_form((), "MODEL_TYPE_CONVERT", "each entry of the body must be a JSON object")
        check_shapes(call.body)

    def _check_response(self, record: RequestRecord, route: Route, answer: Answer) -> None:
        if self._description is None or not self._description.knows(route.method, route.template):
            return
        for problem in self._description.response_problems(route.method, route.template, *answer):
            place = ".".join(map(str, problem.path))
            self._breach(record, "the sandbox's own answer", f"{place}: {problem.message}", answer[1], answer[0])

    def _refuse(self, record: RequestRecord, error: ApiError) -> Answer:
        record.code, record.rule, record.message = error.code, error.rule, str(error)
        if error.rule is not None and error.is_breach:
            self._breach(record, error.rule, str(error), record.body, error.status)
        return error.status, error.body()

    def _breach(self, record: RequestRecord, rule: str, message: str, body: Any, status: int) -> None:
        record.is_breach = True
        self._world.record_breach(
            Breach(
                method=record.method,
                path=record.path,
                rule=rule,
                message=message,
                body=body,
                status=status,
                at=record.at,
            )
        )

    async def _suffer(self, fault: Fault, request: web.Request) -> None:
        fault.reached.set()
        if fault.delay:
            await self._world.clock.sleep(fault.delay)
        if fault.hold:
            await fault.released.wait()
        if fault.disconnect:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("cut by a fault")
        if fault.status == 429:
            headers = {"X-RateLimit-Scope": "global" if fault.everywhere else "user"}
            if fault.everywhere:
                headers["X-RateLimit-Global"] = "true"
            raise RateLimitedError(fault.retry_after, everywhere=fault.everywhere, headers=headers)
        if fault.status is not None:
            raise ApiError(fault.status, fault.code, fault.message)
