"""Discord's error answers, and the refusals of the sandbox's own Python API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A request is answered with one of Discord's error bodies.

    Source: Discord's documentation, "Opcodes and Status Codes", "JSON Error Codes".

    Attributes:
        status: HTTP status.
        code: Discord's error code.
        message: Discord's words.
        errors: The tree of field errors of code 50035, or None.
        rule: The documented rule that was broken; None where a correct bot may meet this error too (a token that ran
            out, a message that somebody deleted), in which case no breach is recorded.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: dict[str, Any] | None = None,
        rule: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.rule = rule

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class CommandUnavailableError(Exception):
    """A member tried what Discord's client would not offer: no such command, no permission, a wrong option."""


@dataclass(frozen=True, kw_only=True)
class Breach:
    """Something the bot did that Discord's description or a documented rule forbids.

    Attributes:
        method: HTTP method of the request.
        path: Its path below /api/vN.
        rule: Which rule.
        message: What was wrong, with the place in the body.
        body: The body as parsed.
    """

    method: str
    path: str
    rule: str
    message: str
    body: Any = None


_UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "User": 10013,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
}


def unknown(what: str, *, rule: str | None = None) -> ApiError:
    """Return the 404 for a thing that is not there; `what` is Discord's word for it."""
    return ApiError(404, _UNKNOWN[what], f"Unknown {what}", rule=rule)


def already_acknowledged() -> ApiError:
    """Return the answer to a second response to one interaction."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def invalid_webhook_token() -> ApiError:
    """Return the answer to an interaction token that ran out or never was."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def missing_permissions() -> ApiError:
    """Return the answer to a deed the bot's roles do not allow."""
    return ApiError(403, 50013, "Missing Permissions")


def missing_access() -> ApiError:
    """Return the answer about a channel the bot cannot see."""
    return ApiError(403, 50001, "Missing Access")


def cannot_message() -> ApiError:
    """Return the answer to a direct message to somebody who takes none."""
    return ApiError(403, 50007, "Cannot send messages to this user")


def invalid_form(path: Sequence[str | int], code: str, message: str, *, rule: str | None = None) -> ApiError:
    """Return 50035 with the tree of errors Discord sends.

    Args:
        path: Where in the body, from its root.
        code: Discord's word for the fault, such as `BASE_TYPE_REQUIRED`.
        message: A sentence on it.
        rule: The rule broken; the code where not given.
    """
    tree: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for key in reversed(path):
        tree = {str(key): tree}
    place = ".".join(str(key) for key in path)
    error = ApiError(400, 50035, "Invalid Form Body", errors=tree, rule=rule or code)
    error.args = (f"{place or 'body'}: {message}",)
    return error
