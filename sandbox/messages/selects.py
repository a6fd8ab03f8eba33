"""Select menus: what Discord refuses in them, and what a member may choose.

Source: Discord's documentation, "Component Reference", "String Select" to "Channel Select".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.errors import CommandUnavailableError, invalid_form

if TYPE_CHECKING:
    from sandbox.interactions.resolving import Resolved

STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 3, 5, 6, 7, 8
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})

#: Options of a string select, and values chosen in any.
MAX_OPTIONS = 25
#: Characters of an option's label, value and description.
MAX_OPTION_TEXT = 100
MAX_PLACEHOLDER = 150
MAX_CUSTOM_ID = 100

Path = tuple[str | int, ...]


def check_custom_id(component: dict[str, Any], path: Path) -> None:
    """Refuse a component without a custom id, or with too long a one.

    Raises:
        ApiError: 50035.
    """
    if not 1 <= len(component.get("custom_id") or "") <= MAX_CUSTOM_ID:
        sentence = f"Must be between 1 and {MAX_CUSTOM_ID} in length."
        raise invalid_form((*path, "custom_id"), "BASE_TYPE_BAD_LENGTH", sentence)


def check_select(select: dict[str, Any], path: Path) -> None:
    """Hold a select against Discord's rules.

    Args:
        select: Of any of the five types.
        path: Where it is in the request's body.

    Raises:
        ApiError: 50035 for the first broken rule.
    """
    check_custom_id(select, path)
    _at_most(select, "placeholder", MAX_PLACEHOLDER, path)
    low, high = limits(select)
    if not 0 <= low <= MAX_OPTIONS:
        raise invalid_form((*path, "min_values"), "NUMBER_TYPE_MAX", f"Must be between 0 and {MAX_OPTIONS}.")
    if not 1 <= high <= MAX_OPTIONS:
        raise invalid_form((*path, "max_values"), "NUMBER_TYPE_MAX", f"Must be between 1 and {MAX_OPTIONS}.")
    if low > high:
        raise invalid_form((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES", "min_values is above max_values.")
    if select["type"] == STRING_SELECT:
        _check_options(select.get("options") or [], high, (*path, "options"))
    else:
        _check_defaults(select.get("default_values") or [], high, (*path, "default_values"))


def limits(select: dict[str, Any]) -> tuple[int, int]:
    """Return the fewest and the most values a select takes; one if it does not say."""
    low, high = select.get("min_values"), select.get("max_values")
    return 1 if low is None else low, 1 if high is None else high


def _check_options(options: list[dict[str, Any]], high: int, path: Path) -> None:
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise invalid_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_OPTIONS} in length.")
    for index, option in enumerate(options):
        for key in ("label", "value"):
            if not option.get(key):
                raise invalid_form((*path, index, key), "BASE_TYPE_REQUIRED", "This field is required")
        for key in ("label", "value", "description"):
            _at_most(option, key, MAX_OPTION_TEXT, (*path, index))
    values = [option["value"] for option in options]
    if len(values) != len(set(values)):
        raise invalid_form(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "An option's value is used twice.")
    if high > len(options):
        raise invalid_form(path, "SELECT_COMPONENT_MAX_VALUES", "max_values is above the number of options.")
    if sum(bool(option.get("default")) for option in options) > high:
        raise invalid_form(path, "SELECT_COMPONENT_DEFAULTS", "More options are chosen by default than max_values.")


def _check_defaults(defaults: list[dict[str, Any]], high: int, path: Path) -> None:
    for index, default in enumerate(defaults):
        for key in ("id", "type"):
            if not default.get(key):
                raise invalid_form((*path, index, key), "BASE_TYPE_REQUIRED", "This field is required")
    if len(defaults) > high:
        raise invalid_form(path, "SELECT_COMPONENT_DEFAULTS", "More defaults than max_values.")


def _at_most(part: dict[str, Any], key: str, most: int, path: Path) -> None:
    if len(part.get(key) or "") > most:
        raise invalid_form((*path, key), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def default_values(select: dict[str, Any]) -> list[str]:
    """Return what is chosen before a member chooses."""
    if select["type"] == STRING_SELECT:
        return [option["value"] for option in select["options"] if option.get("default")]
    return [str(value["id"]) for value in select.get("default_values") or ()]


def chosen_values(
    select: dict[str, Any], values: Sequence[Any], resolved: Resolved, *, optional: bool = False
) -> list[str]:
    """Return what a member chose as it is sent, if their client would send it.

    Args:
        select: The select, as checked.
        values: Option values, or users, roles and channels or their ids.
        resolved: Where the objects of what was chosen are collected.
        optional: Whether none at all will do, as in a modal's select that is not required.

    Raises:
        CommandUnavailableError: For too few or too many, one twice, or one that is not offered.
    """
    low, high = limits(select)
    if not (low <= len(values) <= high or (optional and not values)):
        raise CommandUnavailableError(f"{select['custom_id']!r} takes {low} to {high} values. Received: {len(values)}")
    if select["type"] == STRING_SELECT:
        offered = [option["value"] for option in select["options"]]
        ids = [str(value) for value in values]
        unknown = [value for value in ids if value not in offered]
        if unknown:
            raise CommandUnavailableError(f"{select['custom_id']!r} does not offer {unknown}; it offers {offered}")
    else:
        ids = [_taker(select, resolved)(value) for value in values]
    if len(ids) != len(set(ids)):
        raise CommandUnavailableError(f"{select['custom_id']!r} takes a value once. Received: {ids}")
    return ids


def _taker(select: dict[str, Any], resolved: Resolved) -> Callable[[Any], str]:
    def channel(value: Any) -> str:
        key = resolved.channel(value)
        kinds = select.get("channel_types")
        if kinds and resolved.data["channels"][key]["type"] not in kinds:
            raise CommandUnavailableError(f"{select['custom_id']!r} takes channels of the types {kinds} only")
        return key

    takers: dict[int, Callable[[Any], str]] = {
        USER_SELECT: resolved.user,
        ROLE_SELECT: resolved.role,
        MENTIONABLE_SELECT: resolved.mentionable,
        CHANNEL_SELECT: channel,
    }
    return takers[select["type"]]
