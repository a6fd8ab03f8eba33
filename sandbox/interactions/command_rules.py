"""What Discord refuses in a command that a bot registers.

Source: Discord's documentation, "Application Commands".
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sandbox.errors import invalid_form
from sandbox.interactions.command_types import CHAT_INPUT, SUB_COMMAND, SUB_COMMAND_GROUP

MAX_OPTIONS = 25
MAX_CHOICES = 25
#: Names, descriptions and values of one command together, in characters.
MAX_COMMAND_TEXT = 8000

Path = tuple[str | int, ...]


def check_command(body: dict[str, Any], path: Path) -> None:
    """Hold a command against Discord's rules.

    Raises:
        ApiError: 50035 for the first broken one.
    """
    kind = body.get("type") or CHAT_INPUT
    name = body.get("name") or ""
    if not 1 <= len(name) <= 32:
        raise invalid_form((*path, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    if kind == CHAT_INPUT:
        _check_name(name, path)
        _check_description(body, path)
        _check_options(body.get("options") or [], (*path, "options"))
        if _text_length(body) > MAX_COMMAND_TEXT:
            sentence = f"Command exceeds maximum size ({MAX_COMMAND_TEXT})"
            raise invalid_form(path, "APPLICATION_COMMAND_TOO_LARGE", sentence)
    elif body.get("description") or body.get("options"):
        sentence = "Context menu commands cannot have description or options"
        raise invalid_form(path, "APPLICATION_COMMAND_CONTEXT_MENU_FIELDS", sentence)


def _check_name(name: str, path: Path) -> None:
    """Apply "Application Command Naming": letters, digits, - _ ', in lower case where there is one."""
    good = all(
        c in "-_'" or unicodedata.category(c)[0] in "LN" or unicodedata.category(c) in ("Mn", "Mc") for c in name
    )
    if not good or name != name.lower() or not 1 <= len(name) <= 32:
        sentence = f"Command name is invalid. Received: {name!r}"
        raise invalid_form((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", sentence)


def _check_description(body: dict[str, Any], path: Path) -> None:
    if not 1 <= len(body.get("description") or "") <= 100:
        raise invalid_form((*path, "description"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_options(options: list[dict[str, Any]], path: Path) -> None:
    if len(options) > MAX_OPTIONS:
        raise invalid_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be {MAX_OPTIONS} or fewer in length.")
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)):
        raise invalid_form(path, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique")
    optional_seen = False
    for index, option in enumerate(options):
        place = (*path, index)
        _check_name(option.get("name") or "", place)
        _check_description(option, place)
        if option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP):
            _check_options(option.get("options") or [], (*place, "options"))
            continue
        if option.get("required") and optional_seen:
            sentence = "Required options must be placed before non-required options"
            raise invalid_form(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)
        optional_seen = optional_seen or not option.get("required")
        if len(option.get("choices") or ()) > MAX_CHOICES:
            sentence = f"Must be {MAX_CHOICES} or fewer in length."
            raise invalid_form((*place, "choices"), "BASE_TYPE_BAD_LENGTH", sentence)


def _text_length(part: dict[str, Any]) -> int:
    total = len(part.get("name") or "") + len(part.get("description") or "")
    total += sum(len(str(c.get("name", ""))) + len(str(c.get("value", ""))) for c in part.get("choices") or ())
    return total + sum(_text_length(option) for option in part.get("options") or ())
