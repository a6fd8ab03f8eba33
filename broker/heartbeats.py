"""Signs of life in a key-value bucket: who is there, in which state, since when not."""

import re
import socket
import time
from typing import Final

import msgspec
import nats.errors
import nats.js.errors

from broker.connection import Broker
from broker.errors import BrokerUnavailable
from models.messages import Heartbeat

FRESH: Final = 15.0
"""Seconds that a heartbeat counts as a sign of life: several beats, and a long batch."""


def is_well(heartbeat: Heartbeat) -> bool:
    """Whether the process works and said so just now; the entry of a killed one stays for a while."""
    return heartbeat.state == "ready" and time.time() - heartbeat.at < FRESH


def process_name(suffix: str) -> str:
    """Name of a process in its heartbeat: the machine's and `suffix`, in characters that a key may have."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"{socket.gethostname()}-{suffix}")


def is_of_this_machine(heartbeat: Heartbeat) -> bool:
    """Whether the process was named here; see `process_name`."""
    return heartbeat.id.rpartition("-")[0] == process_name("").rstrip("-")


async def beat(broker: Broker, heartbeat: Heartbeat) -> None:
    """Replaces the process's entry.

    Raises:
        BrokerUnavailable: it could not be written.
    """
    try:
        await broker.heartbeats.put(f"{heartbeat.kind}.{heartbeat.id}", msgspec.json.encode(heartbeat))
    except (TimeoutError, nats.errors.Error) as error:
        raise BrokerUnavailable("The heartbeat could not be written.") from error


async def leave(broker: Broker, heartbeat: Heartbeat) -> None:
    """Removes the entry of a process that ends in good order; best effort, since the entry also runs out."""
    try:
        await broker.heartbeats.purge(f"{heartbeat.kind}.{heartbeat.id}")
    except (TimeoutError, nats.errors.Error):
        return


async def all_heartbeats(broker: Broker) -> list[Heartbeat]:
    """The latest heartbeat of every process that was alive within the last half minute, by kind and id.

    Raises:
        BrokerUnavailable: the bucket cannot be read.
    """
    try:
        keys = sorted(await broker.heartbeats.keys())
    except nats.js.errors.NoKeysError:
        return []
    except (TimeoutError, nats.errors.Error) as error:
        raise BrokerUnavailable("The heartbeats cannot be read.") from error
    found = []
    for key in keys:
        try:
            entry = await broker.heartbeats.get(key)
        except nats.js.errors.KeyNotFoundError:  # It ran out in between.
            continue
        except (TimeoutError, nats.errors.Error) as error:
            raise BrokerUnavailable("The heartbeats cannot be read.") from error
        if entry.value:
            found.append(msgspec.json.decode(entry.value, type=Heartbeat))
    return found
