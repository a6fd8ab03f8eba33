"""Autocompletion: what Discord refuses among the choices that a bot offers.

Source: Discord's documentation, "Application Commands", "Autocomplete", "Application Command Option Choice Structure".
"""

from __future__ import annotations

from typing import Any

from sandbox.errors import invalid_form
from sandbox.interactions.command_rules import MAX_CHOICES
from sandbox.interactions.command_types import INTEGER, STRING

#: Characters of a choice's name, and of its value if that is text.
MAX_CHOICE_TEXT = 100

Path = tuple[str | int, ...]


def offered_choices(data: dict[str, Any], choices: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Hold choices against Discord's rules and return them as the member's client shows them.

    Args:
        data: The interaction's, which says what is being typed.
        choices: What the bot offers.
        path: Where they are in the request's body.

    Raises:
        ApiError: 50035 for too many, or one with a wrong name or value.
    """
    if len(choices) > MAX_CHOICES:
        raise invalid_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be {MAX_CHOICES} or fewer in length.")
    kind = _focused_type(data["options"])
    for index, choice in enumerate(choices):
        place = (*path, index)
        if not 1 <= len(choice.get("name") or "") <= MAX_CHOICE_TEXT:
            sentence = f"Must be between 1 and {MAX_CHOICE_TEXT} in length."
            raise invalid_form((*place, "name"), "BASE_TYPE_BAD_LENGTH", sentence)
        if not _fits(kind, choice.get("value")):
            sentence = f"Not a value of an option of type {kind}: {choice.get('value')!r}"
            raise invalid_form((*place, "value"), "APPLICATION_COMMAND_OPTION_CHOICE_VALUE", sentence)
    return [{"name": choice["name"], "value": choice["value"]} for choice in choices]


def _focused_type(options: list[dict[str, Any]]) -> int:
    for option in options:
        if option.get("focused"):
            return int(option["type"])
        if found := _focused_type(option.get("options") or []):
            return found
    return 0


def _fits(kind: int, value: Any) -> bool:
    if kind == STRING:
        return isinstance(value, str) and 1 <= len(value) <= MAX_CHOICE_TEXT
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole if kind == INTEGER else whole or isinstance(value, float)
