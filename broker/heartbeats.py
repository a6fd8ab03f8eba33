"""Signs of life in a key-value bucket: who is there, in which state, since when not."""

import contextlib
import re
import socket
import time
from typing import Final

import msgspec
import nats.errors
import nats.js.errors

from broker import store_faults, streams
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from models.messages import Heartbeat

FRESH: Final = 15.0
"""Seconds that a heartbeat counts as a sign of life: several beats, and a long batch."""


def is_fresh(heartbeat: Heartbeat) -> bool:
    """Whether the process was heard of just now; the entry of a killed one stays for a while."""
    return time.time() - heartbeat.at < FRESH


def is_well(heartbeat: Heartbeat) -> bool:
    """Whether the process works and said so just now."""
    return heartbeat.state == "ready" and is_fresh(heartbeat)


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
        await store_faults.report(broker)
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
    found = []
    try:
        for key in await _keys(broker):
            with contextlib.suppress(nats.js.errors.KeyNotFoundError):  # It left, or ran out in between.
                entry = await broker.heartbeats.get(key)
                if entry.value:
                    found.append(msgspec.json.decode(entry.value, type=Heartbeat))
    except (TimeoutError, nats.errors.Error) as error:
        raise BrokerUnavailable("The heartbeats cannot be read.") from error
    return found


async def _keys(broker: Broker) -> list[str]:
    """The bucket's keys, sorted.

    Not by `KeyValue.keys`: that watches the bucket, and when the entries have arrived but are not yet handled at the
    moment at which it counts them, it takes the bucket for empty (nats-py 2.16; seen on a busy machine).
    """
    prefix = f"$KV.{streams.HEARTBEATS}."
    info = await broker.js.stream_info(f"KV_{streams.HEARTBEATS}", subjects_filter=f"{prefix}>")
    return sorted(subject.removeprefix(prefix) for subject in info.state.subjects or {})
