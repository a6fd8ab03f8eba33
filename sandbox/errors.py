"""Discord's error answers, and the refusals of the sandbox's own Python API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ApiError(Exception):
    """A request is answered with one of Discord's error bodies.

    Source: Discord's documentation, "Opcodes and Status Codes", "JSON Error Codes".

    Attributes:
        status: HTTP status.
        code: Discord's error code.
        message: Discord's words.
        errors: The tree of field errors of code 50035, or None.
        rule: The documented rule that the request ran into, if there is one.
        is_breach: Whether a correct bot never meets it. It may meet a token that ran out, or a message that somebody
            deleted: these are refused, and no breach.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: dict[str, Any] | None = None,
        rule: str | None = None,
        is_breach: bool = True,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.rule = rule
        self.is_breach = is_breach and rule is not None

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class CommandUnavailableError(Exception):
    """A member tried what Discord's client would not offer: no such command, no permission, a wrong option."""


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


def unknown(what: str, *, rule: str | None = None, is_breach: bool = True) -> ApiError:
    """Return the 404 for a thing that is not there; `what` is Discord's word for it."""
    return ApiError(404, _UNKNOWN[what], f"Unknown {what}", rule=rule, is_breach=is_breach)


def already_acknowledged() -> ApiError:
    """Return the answer to a second response to one interaction."""
    rule = "an interaction takes one response; what follows are edits and follow-ups"
    return ApiError(400, 40060, "Interaction has already been acknowledged.", rule=rule, is_breach=False)


def too_late() -> ApiError:
    """Return the answer to a first response that came after Discord gave the interaction up."""
    return unknown("interaction", rule="the first response comes within three seconds", is_breach=False)


def invalid_webhook_token() -> ApiError:
    """Return the answer to an interaction token that ran out or never was."""
    rule = "an interaction's token works for fifteen minutes"
    return ApiError(401, 50027, "Invalid Webhook Token", rule=rule, is_breach=False)


def missing_permissions() -> ApiError:
    """Return the answer to a deed the bot's roles do not allow."""
    rule = "the bot's roles and the channel's overwrites allow it"
    return ApiError(403, 50013, "Missing Permissions", rule=rule, is_breach=False)


def missing_access() -> ApiError:
    """Return the answer about a channel the bot cannot see."""
    return ApiError(403, 50001, "Missing Access", rule="the bot sees the channel", is_breach=False)


def cannot_message() -> ApiError:
    """Return the answer to a direct message to somebody who takes none."""
    rule = "a member may take no direct messages"
    return ApiError(403, 50007, "Cannot send messages to this user", rule=rule, is_breach=False)


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
