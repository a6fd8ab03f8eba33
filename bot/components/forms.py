"""What a member filled in, read from Discord's own words: no modal need be known any more."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord


def fields_of(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """The texts of a submitted modal, by the custom ids of its fields."""
    data: Mapping[str, Any] = interaction.data or {}
    return {field["custom_id"]: str(field["value"]) for field in _walk(data) if "value" in field}


def _walk(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield part
    for child in (*part.get("components", ()), *([part["component"]] if "component" in part else ())):
        yield from _walk(child)
