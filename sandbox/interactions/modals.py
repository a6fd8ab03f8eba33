"""Modals: what Discord refuses in them, and what a member's client sends when they submit one.

Source: Discord's documentation, "Interaction Response", "Modal", "Component Reference", "Label", "Text Input", and
"Receiving and Responding", "Modal Submit Data Structure".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.errors import CommandUnavailableError, invalid_form
from sandbox.messages.components import ACTION_ROW, TEXT_DISPLAY, check_text, refuse_doubles
from sandbox.messages.finishing import finish_components
from sandbox.messages.message import walk_components
from sandbox.messages.selects import SELECTS, check_custom_id, check_select, chosen_values, default_values, limits

if TYPE_CHECKING:
    from sandbox.interactions.resolving import Resolved

TEXT_INPUT, LABEL = 4, 18
SHORT, PARAGRAPH = 1, 2

MAX_TITLE = 45
#: Components of a modal, those in them aside.
MAX_TOP_LEVEL = 5
MAX_LABEL = 45
MAX_DESCRIPTION = 100
MAX_PLACEHOLDER = 100
#: Characters of a text input.
MAX_INPUT = 4000

Path = tuple[str | int, ...]


def opened_modal(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Hold a modal against Discord's rules and return it with ids for its components.

    Args:
        data: The response's data.
        path: Where it is in the request's body.

    Raises:
        ApiError: 50035 for the first broken rule.
    """
    check_custom_id(data, path)
    _length(data, "title", 1, MAX_TITLE, path)
    _length(data, "components", 1, MAX_TOP_LEVEL, path)
    place = (*path, "components")
    for index, component in enumerate(data["components"]):
        _check_top_level(component, (*place, index))
    everything = list(walk_components(data["components"]))
    refuse_doubles(everything, "custom_id", place, "COMPONENT_CUSTOM_ID_DUPLICATED")
    refuse_doubles(everything, "id", place, "COMPONENT_ID_DUPLICATED")
    components = finish_components(data["components"], lambda url: None, place)
    return {"custom_id": data["custom_id"], "title": data["title"], "components": components}


def _length(part: dict[str, Any], key: str, low: int, high: int, path: Path) -> None:
    if not low <= len(part.get(key) or ()) <= high:
        raise invalid_form((*path, key), "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def _check_top_level(component: dict[str, Any], path: Path) -> None:
    kind = component.get("type")
    if kind == TEXT_DISPLAY:
        check_text(component, path)
    elif kind == ACTION_ROW:
        _length(component, "components", 1, 1, path)
        _check_input(component["components"][0], (*path, "components", 0), allowed=frozenset({TEXT_INPUT}))
        _length(component["components"][0], "label", 1, MAX_LABEL, (*path, "components", 0))
    elif kind == LABEL:
        _length(component, "label", 1, MAX_LABEL, path)
        if component.get("description") is not None:
            _length(component, "description", 1, MAX_DESCRIPTION, path)
        _check_input(component.get("component") or {}, (*path, "component"), allowed=SELECTS | {TEXT_INPUT})
    else:
        sentence = "Value of field 'type' must be one of (1, 10, 18)."
        raise invalid_form((*path, "type"), "UNION_TYPE_CHOICES", sentence)


def _check_input(part: dict[str, Any], path: Path, *, allowed: frozenset[int]) -> None:
    kind = part.get("type")
    if kind not in allowed:
        values = ", ".join(str(value) for value in sorted(allowed))
        raise invalid_form((*path, "type"), "UNION_TYPE_CHOICES", f"Value of field 'type' must be one of ({values}).")
    if kind == TEXT_INPUT:
        _check_text_input(part, path)
        return
    check_select(part, path)
    if part.get("disabled"):
        raise invalid_form((*path, "disabled"), "MODAL_SELECT_DISABLED", "A select in a modal cannot be disabled.")
    if part.get("required") is not False and limits(part)[0] == 0:
        sentence = "A required select in a modal takes one value at least."
        raise invalid_form((*path, "min_values"), "MODAL_SELECT_MIN_VALUES", sentence)


def _check_text_input(part: dict[str, Any], path: Path) -> None:
    check_custom_id(part, path)
    if part.get("style") not in (SHORT, PARAGRAPH):
        raise invalid_form((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    if len(part.get("placeholder") or "") > MAX_PLACEHOLDER:
        raise invalid_form((*path, "placeholder"), "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_PLACEHOLDER} or fewer.")
    low, high = _text_limits(part)
    if not (0 <= low <= MAX_INPUT and 1 <= high <= MAX_INPUT and low <= high):
        raise invalid_form((*path, "min_length"), "NUMBER_TYPE_MAX", f"Lengths are between 0 and {MAX_INPUT}.")
    value = part.get("value") or ""
    if value and not low <= len(value) <= high:
        raise invalid_form((*path, "value"), "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def _text_limits(part: dict[str, Any]) -> tuple[int, int]:
    low, high = part.get("min_length"), part.get("max_length")
    return low or 0, MAX_INPUT if high is None else high


def submitted(modal: dict[str, Any], values: Mapping[str, Any], resolved: Resolved) -> dict[str, Any]:
    """Return the data of a modal's submission, if a member's client would send it.

    Args:
        modal: From `opened_modal`.
        values: Text, or a list of values, by custom id; what is left out stays as the modal was opened.
        resolved: Looks up chosen users, roles and channels.

    Raises:
        CommandUnavailableError: For an unknown custom id, a required one that is empty, a text too short or too long,
            or a value that is not offered.
    """
    known = [part["custom_id"] for part in _inputs(modal["components"])]
    unknown = [custom_id for custom_id in values if custom_id not in known]
    if unknown:
        raise CommandUnavailableError(f"the modal has no {unknown}; it has {known}")
    components = [_answer(component, values, resolved) for component in modal["components"]]
    return resolved.added_to({"custom_id": modal["custom_id"], "components": components})


def _inputs(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (part for part in walk_components(components) if "custom_id" in part)


def _answer(component: dict[str, Any], values: Mapping[str, Any], resolved: Resolved) -> dict[str, Any]:
    named: dict[str, Any] = {"type": component["type"], "id": component["id"]}
    if component["type"] == LABEL:
        return {**named, "component": _answer(component["component"], values, resolved)}
    if component["type"] == ACTION_ROW:
        return {**named, "components": [_answer(part, values, resolved) for part in component["components"]]}
    if component["type"] == TEXT_DISPLAY:
        return named
    custom_id = component["custom_id"]
    named["custom_id"] = custom_id
    if component["type"] == TEXT_INPUT:
        return {**named, "value": _text(component, values.get(custom_id, component.get("value") or ""))}
    chosen = values.get(custom_id, default_values(component))
    if isinstance(chosen, str):
        raise CommandUnavailableError(f"{custom_id!r} takes a list of values. Received: {chosen!r}")
    optional = component.get("required") is False
    return {**named, "values": chosen_values(component, chosen, resolved, optional=optional)}


def _text(part: dict[str, Any], value: Any) -> str:
    custom_id = part["custom_id"]
    if not isinstance(value, str) or (part["style"] == SHORT and "\n" in value):
        raise CommandUnavailableError(f"{custom_id!r} takes a text, of one line if it is a short one: {value!r}")
    if not value:
        if part.get("required") is not False:
            raise CommandUnavailableError(f"{custom_id!r} is required")
        return value
    low, high = _text_limits(part)
    if not low <= len(value) <= high:
        raise CommandUnavailableError(f"{custom_id!r} takes {low} to {high} characters. Received: {len(value)}")
    return value
