"""What is remembered of the bot's requests, and of the rules that it broke."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"(?<=/)(interactions/\d+|webhooks/\d+)/[^/]+")


def without_token(path: str) -> str:
    """Return a request's path without an interaction's token: who has that may answer in the bot's name."""
    return _TOKEN.sub(r"\1/…", path)


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Something the bot did that Discord's description or a documented rule forbids.

    Attributes:
        method: HTTP method of the request.
        path: Its path below /api/vN.
        rule: Which rule.
        message: What was wrong, with the place in the body.
        body: The body as parsed.
        status: Status of the answer.
        at: When, in seconds since 1970 of the sandbox's time.
    """

    method: str
    path: str
    rule: str
    message: str
    body: Any = None
    status: int = 0
    at: float = 0.0

    @property
    def shown_path(self) -> str:
        """Return the path without an interaction's token."""
        return without_token(self.path)


@dataclass(kw_only=True, eq=False)
class RequestRecord:
    """A request of the bot's to the REST API.

    Attributes:
        method: HTTP method.
        path: Path below /api/vN.
        route: The path's template, None for an unknown one.
        query: Query parameters.
        body: The parsed JSON body, `payload_json` of an upload.
        files: Names of the uploaded files.
        status: Status of the answer, 0 while there is none or where the connection was cut.
        code: Discord's error code in the answer, if any.
        rule: The documented rule that it ran into, where it was refused for one.
        message: Why it was refused.
        is_breach: Whether it did what a correct bot never does.
        at: When, in the sandbox's time.
    """

    method: str
    path: str
    route: str | None
    query: dict[str, str]
    body: Any = None
    files: tuple[str, ...] = ()
    status: int = 0
    code: int | None = None
    rule: str | None = None
    message: str = ""
    is_breach: bool = False
    at: float = 0.0

    @property
    def shown_path(self) -> str:
        """Return the path without an interaction's token."""
        return without_token(self.path)
