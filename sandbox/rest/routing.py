"""Which handler serves which path of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.cdn.attachments import Upload
from sandbox.rest.ratelimits import ORDINARY_LIMIT, Limit, bucket_of
from sandbox.world.world import World

#: Path parameters that have a rate limit of their own. "Rate Limits".
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as a handler sees it.

    Attributes:
        params: The path's parameters.
        body: The parsed JSON body, `payload_json` of an upload; {} without one.
        files: Uploads by their index in `files[n]`.
    """

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    files: dict[int, Upload]
    gateway_url: str

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter."""
        return self.query.get(name, "").lower() in ("1", "true")


#: HTTP status and JSON body; None for no body.
Answer = tuple[int, Any]
Handler = Callable[[Call], Answer]


@dataclass(frozen=True, kw_only=True, eq=False)
class Route:
    """A path template, written as in Discord's OpenAPI description, and its handler.

    Attributes:
        limit: The route's rate limit, None for none.
        needs_token: Whether the bot's token is wanted; interaction routes carry their own.
    """

    method: str
    template: str
    handler: Handler
    limit: Limit | None
    needs_token: bool
    segments: tuple[str | None, ...]
    names: tuple[str, ...]
    bucket: str

    def major(self, params: dict[str, str]) -> str:
        """Return the parameters that give the path a rate limit of its own."""
        return ":".join(params[name] for name in _MAJOR if name in params)


class Router:
    """Routes by method and path; fixed segments win over parameters (`@original` over `{message_id}`)."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, int], list[Route]] = {}

    def add(
        self, method: str, template: str, *, limit: Limit | None = ORDINARY_LIMIT, needs_token: bool = True
    ) -> Callable[[Handler], Handler]:
        """Return a decorator that makes a function the handler of a path."""

        def register(handler: Handler) -> Handler:
            parts = template.strip("/").split("/")
            route = Route(
                method=method,
                template=template,
                handler=handler,
                limit=limit,
                needs_token=needs_token,
                segments=tuple(None if part.startswith("{") else part for part in parts),
                names=tuple(part.strip("{}") if part.startswith("{") else "" for part in parts),
                bucket=bucket_of(method, template),
            )
            routes = self._routes.setdefault((method, len(parts)), [])
            routes.append(route)
            routes.sort(key=lambda other: sum(segment is None for segment in other.segments))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path below /api/vN with its parameters."""
        parts = path.strip("/").split("/")
        for route in self._routes.get((method, len(parts)), ()):
            if all(fixed is None or fixed == part for fixed, part in zip(route.segments, parts, strict=True)):
                return route, {name: part for name, part in zip(route.names, parts, strict=True) if name}
        return None
