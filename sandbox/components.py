"""Components: what Discord refuses in them, and the form in which it gives them back.

Source: Discord's documentation, "Component Reference".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.errors import ApiError, invalid_form
from sandbox.messages import walk_components

ACTION_ROW, BUTTON, STRING_SELECT, SECTION, TEXT_DISPLAY, THUMBNAIL = 1, 2, 3, 9, 10, 11
MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 12, 13, 14, 17
SELECTS = frozenset({3, 5, 6, 7, 8})

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

#: Turns the `url` of a media item into Discord's "Unfurled Media Item"; None where it refers to no file.
MediaResolver = Callable[[str], dict[str, Any] | None]
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
    _refuse_doubles(everything, "custom_id", path, "COMPONENT_CUSTOM_ID_DUPLICATED")
    _refuse_doubles(everything, "id", path, "COMPONENT_ID_DUPLICATED")


def _refuse_doubles(components: list[dict[str, Any]], key: str, path: Path, code: str) -> None:
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
    if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        raise invalid_form(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji.")


def _check_section(section: dict[str, Any], path: Path) -> None:
    _length(section, "components", 1, 3, path)
    _check_one(section.get("accessory"), frozenset({BUTTON, THUMBNAIL}), (*path, "accessory"))


def _check_text(text: dict[str, Any], path: Path) -> None:
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
    SECTION: _check_section,
    TEXT_DISPLAY: _check_text,
    THUMBNAIL: _check_media,
    MEDIA_GALLERY: _check_gallery,
    FILE: _check_file,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
}


class Finisher:
    """Brings checked components into the form of answers: ids given, optional fields filled, files resolved.

    Args:
        resolve: Looks media up.
        taken: Ids the components already carry; new ones are counted from 1 around them.
    """

    def __init__(self, resolve: MediaResolver, taken: set[int]) -> None:
        self._resolve = resolve
        self._taken = taken
        self._next = 0

    def finish(self, components: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
        """Return new components; the request's stay as they are.

        Raises:
            ApiError: 50035 for a reference to a file that is not there.
        """
        return [self._one(component, (*path, index)) for index, component in enumerate(components)]

    def _id(self) -> int:
        self._next += 1
        while self._next in self._taken:
            self._next += 1
        return self._next

    def _one(self, component: dict[str, Any], path: Path) -> dict[str, Any]:
        kind = component["type"]
        done = {key: value for key, value in component.items() if value is not None}
        done["id"] = component.get("id") or self._id()
        if "components" in component:
            done["components"] = self.finish(component["components"], (*path, "components"))
        if kind == SECTION:
            done["accessory"] = self._one(component["accessory"], (*path, "accessory"))
        elif kind == THUMBNAIL:
            done.update(self._media(component, path))
        elif kind == MEDIA_GALLERY:
            items = enumerate(component["items"])
            done["items"] = [self._media(item, (*path, "items", index)) for index, item in items]
        elif kind == FILE:
            self._file(done, component, path)
        elif kind == SEPARATOR:
            done.update(spacing=component.get("spacing") or 1, divider=component.get("divider") is not False)
        elif kind == CONTAINER:
            done.update(accent_color=component.get("accent_color"), spoiler=bool(component.get("spoiler")))
        return done

    def _media(self, item: dict[str, Any], path: Path) -> dict[str, Any]:
        media = self._unfurl(item["media"]["url"], (*path, "media", "url"))
        return {
            "media": {key: value for key, value in media.items() if key not in ("name", "size")},
            "description": item.get("description"),
            "spoiler": bool(item.get("spoiler")),
        }

    def _file(self, done: dict[str, Any], component: dict[str, Any], path: Path) -> None:
        media = self._unfurl(component["file"]["url"], (*path, "file", "url"))
        done.update(name=media.pop("name", None), size=media.pop("size", None), spoiler=bool(component.get("spoiler")))
        done["file"] = media

    def _unfurl(self, url: str, path: Path) -> dict[str, Any]:
        media = self._resolve(url)
        if media is None:
            raise _unresolved(url, path)
        return media


def _unresolved(url: str, path: Path) -> ApiError:
    message = f"The referenced attachment was not found. Received: {url}"
    return invalid_form(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)


def finish_components(
    components: list[dict[str, Any]], resolve: MediaResolver, path: Path = ("components",)
) -> list[dict[str, Any]]:
    """Return components as Discord gives them back.

    Args:
        components: Ones that passed `check_components`.
        resolve: Looks media up.
        path: Where the array is in the request's body, for errors.

    Raises:
        ApiError: 50035 for a reference to a file that is not there.
    """
    taken = {component["id"] for component in walk_components(components) if component.get("id")}
    return Finisher(resolve, taken).finish(components, path)
