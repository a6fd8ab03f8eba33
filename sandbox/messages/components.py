"""Components of messages: what Discord refuses in them.

Source: Discord's documentation, "Component Reference".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.errors import invalid_form
from sandbox.messages.message import walk_components
from sandbox.messages.selects import SELECTS, check_custom_id, check_select

ACTION_ROW, BUTTON, SECTION, TEXT_DISPLAY, THUMBNAIL = 1, 2, 9, 10, 11
MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 12, 13, 14, 17

#: "Legacy Message Component Behavior" and the components' own pages.
MAX_COMPONENTS = 40
MAX_ROWS = 5
#: All text displays of one message together, in characters.
MAX_TEXT = 4000
LINK_STYLE, PREMIUM_STYLE = 5, 6

_TOP_LEVEL_V2 = frozenset({ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER})
_CHILDREN: dict[int, frozenset[int]] = {
    ACTION_ROW: frozenset({BUTTON}) | SELECTS,
    SECTION: frozenset({TEXT_DISPLAY}),
    CONTAINER: _TOP_LEVEL_V2 - {CONTAINER},
}

Path = tuple[str | int, ...]


def check_components(components: list[dict[str, Any]], *, v2: bool, path: Path) -> None:
    """Hold a message's components against Discord's rules.

    Args:
        components: The array of the request.
        v2: Whether the message has the flag IS_COMPONENTS_V2.
        path: Where the array is in the request's body.

    Raises:
        ApiError: 50035 for the first broken rule.
    """
    allowed = _TOP_LEVEL_V2 if v2 else frozenset({ACTION_ROW})
    if not v2 and len(components) > MAX_ROWS:
        raise invalid_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be {MAX_ROWS} or fewer in length.")
    for index, component in enumerate(components):
        _check_one(component, allowed, (*path, index))
    everything = list(walk_components(components))
    if v2 and len(everything) > MAX_COMPONENTS:
        raise invalid_form(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"More than {MAX_COMPONENTS} components.")
    text = sum(len(c["content"]) for c in everything if c.get("type") == TEXT_DISPLAY)
    if text > MAX_TEXT:
        message = f"The text of all components together is {text} characters; {MAX_TEXT} are allowed."
        raise invalid_form(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    refuse_doubles(everything, "custom_id", path, "COMPONENT_CUSTOM_ID_DUPLICATED")
    refuse_doubles(everything, "id", path, "COMPONENT_ID_DUPLICATED")


def refuse_doubles(components: list[dict[str, Any]], key: str, path: Path, code: str) -> None:
    """Refuse components two of which have the same `key`.

    Raises:
        ApiError: 50035 with `code`.
    """
    values = [component[key] for component in components if component.get(key)]
    if len(values) != len(set(values)):
        raise invalid_form(path, code, f"Component {key} cannot be duplicated.")


def _check_one(component: Any, allowed: frozenset[int], path: Path) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind not in allowed:
        values = ", ".join(str(value) for value in sorted(allowed))
        raise invalid_form((*path, "type"), "UNION_TYPE_CHOICES", f"Value of field 'type' must be one of ({values}).")
    check = _CHECKS.get(kind)
    if check is not None:
        check(component, path)
    children = _CHILDREN.get(kind)
    if children is not None:
        for index, child in enumerate(component.get("components") or []):
            _check_one(child, children, (*path, "components", index))


def _length(component: dict[str, Any], key: str, low: int, high: int, path: Path) -> None:
    count = len(component.get(key) or ())
    if not low <= count <= high:
        raise invalid_form((*path, key), "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def _check_row(row: dict[str, Any], path: Path) -> None:
    _length(row, "components", 1, 5, path)
    kinds = {child.get("type") for child in row["components"] if isinstance(child, dict)}
    if kinds & SELECTS and len(row["components"]) > 1:
        raise invalid_form((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row.")


def _check_button(button: dict[str, Any], path: Path) -> None:
    style = button.get("style")
    wanted = {LINK_STYLE: "url", PREMIUM_STYLE: "sku_id"}.get(style or 0, "custom_id")
    for key in ("url", "sku_id", "custom_id"):
        if key == wanted and not button.get(key):
            raise invalid_form((*path, key), "BASE_TYPE_REQUIRED", "This field is required")
        if key != wanted and button.get(key):
            message = f"A button of style {style} cannot have a {key}."
            raise invalid_form((*path, key), "BUTTON_COMPONENT_FIELD_NOT_ALLOWED", message)
    if wanted == "custom_id":
        check_custom_id(button, path)
    if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        raise invalid_form(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji.")


def _check_section(section: dict[str, Any], path: Path) -> None:
    _length(section, "components", 1, 3, path)
    _check_one(section.get("accessory"), frozenset({BUTTON, THUMBNAIL}), (*path, "accessory"))


def check_text(text: dict[str, Any], path: Path) -> None:
    """Hold a text display against Discord's rules.

    Raises:
        ApiError: 50035 for too long or no text.
    """
    _length(text, "content", 1, MAX_TEXT, path)


def _check_media(item: dict[str, Any], path: Path) -> None:
    media = item.get("media")
    if not isinstance(media, dict) or not media.get("url"):
        raise invalid_form((*path, "media", "url"), "BASE_TYPE_REQUIRED", "This field is required")
    if len(item.get("description") or "") > 1024:
        raise invalid_form((*path, "description"), "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length.")


def _check_gallery(gallery: dict[str, Any], path: Path) -> None:
    _length(gallery, "items", 1, 10, path)
    for index, item in enumerate(gallery["items"]):
        _check_media(item, (*path, "items", index))


def _check_file(file: dict[str, Any], path: Path) -> None:
    url = (file.get("file") or {}).get("url") or ""
    if not url.startswith("attachment://"):
        raise invalid_form((*path, "file", "url"), "INVALID_URL", "A file component takes attachment:// only.")


def _check_separator(separator: dict[str, Any], path: Path) -> None:
    if separator.get("spacing") not in (None, 1, 2):
        raise invalid_form((*path, "spacing"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")


def _check_container(container: dict[str, Any], path: Path) -> None:
    _length(container, "components", 1, MAX_COMPONENTS, path)
    if not 0 <= (container.get("accent_color") or 0) <= 0xFFFFFF:
        raise invalid_form((*path, "accent_color"), "NUMBER_TYPE_MAX", "Must be between 0 and 16777215.")


_CHECKS: dict[int, Callable[[dict[str, Any], Path], None]] = {
    ACTION_ROW: _check_row,
    BUTTON: _check_button,
    **dict.fromkeys(SELECTS, check_select),
    SECTION: _check_section,
    TEXT_DISPLAY: check_text,
    THUMBNAIL: _check_media,
    MEDIA_GALLERY: _check_gallery,
    FILE: _check_file,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
}
