"""Checked components in the form of Discord's answers: with ids, defaults filled in, files resolved.

Source: Discord's documentation, "Component Reference", "Unfurled Media Item".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.errors import ApiError, invalid_form
from sandbox.messages.components import CONTAINER, FILE, MEDIA_GALLERY, SECTION, SEPARATOR, THUMBNAIL
from sandbox.messages.message import walk_components
from sandbox.messages.selects import SELECTS, limits

#: Turns the `url` of a media item into Discord's "Unfurled Media Item"; None where it refers to no file.
MediaResolver = Callable[[str], dict[str, Any] | None]
Path = tuple[str | int, ...]


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
        done = _without_nulls(component)
        done["id"] = component.get("id") or self._id()
        if "components" in component:
            done["components"] = self.finish(component["components"], (*path, "components"))
        if "component" in component:
            done["component"] = self._one(component["component"], (*path, "component"))
        if kind in SELECTS:
            done.update(_finished_select(component))
        elif kind == SECTION:
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


def _without_nulls(component: dict[str, Any]) -> dict[str, Any]:
    done = {key: value for key, value in component.items() if value is not None}
    if isinstance(done.get("emoji"), dict):  # One of Unicode's has no id, which discord.py says as null.
        done["emoji"] = {key: value for key, value in done["emoji"].items() if value is not None}
    return done


def _finished_select(select: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    done["min_values"], done["max_values"] = limits(select)
    if select.get("default_values"):
        done["default_values"] = [{**value, "id": str(value["id"])} for value in select["default_values"]]
    if "options" in select:
        done["options"] = [{k: v for k, v in option.items() if v is not None} for option in select["options"]]
    return done


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
