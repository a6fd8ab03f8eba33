"""Embeds: what Discord refuses in them.

Source: Discord's documentation, "Message", "Embed Limits".
"""

from __future__ import annotations

from typing import Any

from sandbox.errors import invalid_form

#: Embeds of a message.
MAX_EMBEDS = 10
MAX_FIELDS = 25
#: Characters of each part; names and values of fields may not be empty.
MAX_TITLE, MAX_DESCRIPTION = 256, 4096
MAX_FIELD_NAME, MAX_FIELD_VALUE = 256, 1024
MAX_FOOTER, MAX_AUTHOR = 2048, 256
#: Characters of all embeds of a message together.
MAX_TEXT = 6000

_LINKS = (("url",), ("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "url"))
_SCHEMES = ("http://", "https://", "attachment://")

Path = tuple[str | int, ...]


def check_embeds(embeds: list[dict[str, Any]], path: Path) -> None:
    """Hold a message's embeds against Discord's limits.

    Args:
        embeds: The array of the request, or what the message has already.
        path: Where the array is in the request's body.

    Raises:
        ApiError: 50035 for the first limit that is passed.
    """
    if len(embeds) > MAX_EMBEDS:
        raise invalid_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, (*path, index))
    if sum(_text_length(embed) for embed in embeds) > MAX_TEXT:
        raise invalid_form(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_TEXT}")


def _check_embed(embed: dict[str, Any], path: Path) -> None:
    _at_most(embed.get("title"), MAX_TITLE, (*path, "title"))
    _at_most(embed.get("description"), MAX_DESCRIPTION, (*path, "description"))
    _at_most((embed.get("footer") or {}).get("text"), MAX_FOOTER, (*path, "footer", "text"))
    _at_most((embed.get("author") or {}).get("name"), MAX_AUTHOR, (*path, "author", "name"))
    fields = embed.get("fields") or []
    if len(fields) > MAX_FIELDS:
        raise invalid_form((*path, "fields"), "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_FIELDS} or fewer in length.")
    for index, field in enumerate(fields):
        for key, most in (("name", MAX_FIELD_NAME), ("value", MAX_FIELD_VALUE)):
            place = (*path, "fields", index, key)
            if not field.get(key):
                raise invalid_form(place, "BASE_TYPE_REQUIRED", "This field is required")
            _at_most(field[key], most, place)
    for keys in _LINKS:
        link = embed if len(keys) == 1 else embed.get(keys[0]) or {}
        address = link.get(keys[-1])
        if address and not address.startswith(_SCHEMES):
            sentence = f"Scheme {address.partition(':')[0]!r} must be one of ('http', 'https')."
            raise invalid_form((*path, *keys), "URL_TYPE_INVALID_SCHEME", sentence)


def _at_most(text: str | None, most: int, path: Path) -> None:
    if len(text or "") > most:
        raise invalid_form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _text_length(embed: dict[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or ():
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)
