"""How a scenario calls things whose ids differ from one sandbox to another: by what people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.messages.message import Message, walk_components
from sandbox.messages.selects import SELECTS, STRING_SELECT
from sandbox.scenarios.scenario import ScenarioError
from sandbox.world.channels import Channel, DirectChannel, TextChannel
from sandbox.world.guilds import Member
from sandbox.world.world import World

#: How direct messages with the bot are called.
DIRECT = "direct messages"

_MENTION = re.compile(r"<@!?([^<>&]+)>")


def channel_name(channel: TextChannel) -> str:
    """Return how a scenario calls a channel."""
    return DIRECT if isinstance(channel, DirectChannel) else f"#{channel.name}"


def named_components(message: Message) -> dict[str, dict[str, Any]]:
    """Return a message's buttons and selects by what stands on them; a second one of the same name is `name (2)`."""
    return _by_name((part, _shown(part)) for part in message.walk() if "custom_id" in part)


def named_fields(modal: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a modal's inputs by their labels."""
    found: list[tuple[dict[str, Any], str]] = []
    label = ""
    for part in walk_components(modal["components"]):
        if "custom_id" in part:
            found.append((part, str(part.get("label") or label or part["custom_id"])))
        label = str(part.get("label") or "")
    return _by_name(found)


def _shown(part: dict[str, Any]) -> str:
    emoji = (part.get("emoji") or {}).get("name")
    return str(part.get("label") or part.get("placeholder") or emoji or part["custom_id"])


def _by_name(parts: Iterable[tuple[dict[str, Any], str]]) -> dict[str, dict[str, Any]]:
    named: dict[str, dict[str, Any]] = {}
    for part, name in parts:
        count, free = 1, name
        while free in named:
            count += 1
            free = f"{name} ({count})"
        named[free] = part
    return named


class Names:
    """Calls members, roles and channels by name, and finds them again.

    Args:
        world: Where they are.
        channel: Where they are spoken of.
    """

    def __init__(self, world: World, channel: TextChannel) -> None:
        self._world = world
        self._guild = channel.guild if isinstance(channel, Channel) else next(iter(world.guilds.values()))

    def thing(self, thing_id: str) -> dict[str, str]:
        """Return how a member, role or channel is called; an id of nothing stays one."""
        if thing_id in self._guild.members:
            return {"member": self._guild.members[thing_id].user.name}
        if thing_id in self._guild.roles:
            return {"role": self._guild.roles[thing_id].name}
        if thing_id in self._world.channels:
            return {"channel": channel_name(self._world.channels[thing_id])}
        return {"id": thing_id}

    def id_of(self, called: Any) -> str:
        """Return the id of what `thing` called so.

        Raises:
            ScenarioError: If there is no such thing here.
        """
        single = isinstance(called, dict) and len(called) == 1
        ((kind, name),) = called.items() if single else (("", None),)
        known: dict[str, Iterable[tuple[str, str]]] = {
            "member": ((one.user.name, key) for key, one in self._guild.members.items()),
            "role": ((one.name, key) for key, one in self._guild.roles.items()),
            "channel": ((channel_name(one), key) for key, one in self._guild.channels.items()),
            "id": [(str(name), str(name))],
        }
        found = next((key for shown, key in known.get(kind, ()) if shown == name), None)
        if found is None:
            raise ScenarioError(f"there is no {called!r} here")
        return found

    def text(self, written: str) -> str:
        """Return a member's text with names in its mentions: `<@alice>`."""
        accounts = {key: one.user.name for key, one in self._guild.members.items()}
        return _MENTION.sub(lambda found: f"<@{accounts.get(found[1], found[1])}>", written)

    def written(self, text: str) -> str:
        """Return what `text` came from, with the ids of those who are here."""
        ids = {one.user.name: key for key, one in self._guild.members.items()}
        return _MENTION.sub(lambda found: f"<@{ids.get(found[1], found[1])}>", text)

    def chosen(self, select: Mapping[str, Any], values: Iterable[Any]) -> list[Any]:
        """Return how a scenario tells what was chosen in a select: labels, or members, roles and channels."""
        if select["type"] != STRING_SELECT:
            return [self.thing(str(value)) for value in values]
        labels = {option["value"]: option["label"] for option in select["options"]}
        return [labels.get(value, value) for value in values]

    def values(self, select: Mapping[str, Any], chosen: Any) -> list[Any]:
        """Return the values of what `chosen` told.

        Raises:
            ScenarioError: If the select does not offer it, or it is not here.
        """
        if not isinstance(chosen, list):
            raise ScenarioError(f"what is chosen is a list. Received: {chosen!r}")
        if select["type"] != STRING_SELECT:
            return [self.id_of(one) for one in chosen]
        offered = {option["label"]: option["value"] for option in select["options"]}
        missing = [one for one in chosen if not isinstance(one, str) or one not in offered]
        if missing:
            raise ScenarioError(f"{missing} are not among the choices {list(offered)}")
        return [offered[one] for one in chosen]

    def field(self, part: Mapping[str, Any], value: Any) -> Any:
        """Return how a scenario tells what was filled into a modal's input."""
        return self.chosen(part, value) if part["type"] in SELECTS else value

    def field_value(self, part: Mapping[str, Any], told: Any) -> Any:
        """Return what `field` told; errors as for `values`."""
        return self.values(part, told) if part["type"] in SELECTS else told


def find_channel(world: World, who: str, called: str | None) -> tuple[Member, TextChannel]:
    """Return a member by name, and the channel that a step takes place in: the first one if it names none.

    Raises:
        ScenarioError: If there is no such member or channel.
    """
    for guild in world.guilds.values():
        member = next((one for one in guild.members.values() if one.user.name == who), None)
        if member is None:
            continue
        if called == DIRECT:
            return member, world.direct_channel(member.user)
        for channel in world.channels.values():
            if channel.guild_id == guild.id and called in (None, channel_name(channel)):
                return member, channel
    raise ScenarioError(f"there is nobody called {who!r} in {called or 'any channel'}")
