"""Which version is champion, for all engines: a key-value entry that mirrors what the database says."""

from typing import Final

import msgspec
import nats.errors
import nats.js.errors

from broker import store_faults
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from models.messages import Champion

KEY: Final = "champion"

ATTEMPTS: Final = 5
"""Tries to write the entry while others write it as well."""


async def read_champion(broker: Broker) -> Champion | None:
    """The champion; None where none was ever promoted.

    Raises:
        BrokerUnavailable: the entry cannot be read.
    """
    return (await _read(broker))[0]


async def mirror_champion(broker: Broker, champion: Champion, *, at_once: bool = False) -> Champion:
    """Makes the entry say this, unless it says something newer already; gives what it says then.

    Args:
        broker: keeps the entry.
        champion: what the database says.
        at_once: also over something newer.

    Raises:
        BrokerUnavailable: the entry cannot be written.
    """
    for _ in range(ATTEMPTS):
        there, revision = await _read(broker)
        if there is not None and (there == champion or (there.serial >= champion.serial and not at_once)):
            return there
        try:
            await broker.champions.update(KEY, msgspec.json.encode(champion), last=revision)
        except nats.js.errors.KeyWrongLastSequenceError:  # Somebody else was faster, perhaps with a newer one.
            continue
        except (TimeoutError, nats.errors.Error) as error:
            await store_faults.report(broker)
            raise BrokerUnavailable("The champion could not be told to the engines.") from error
        return champion
    raise BrokerUnavailable("The champion could not be told to the engines: too many tell it at once.")


async def _read(broker: Broker) -> tuple[Champion | None, int]:
    """The entry and its revision, 0 where there is none."""
    try:
        entry = await broker.champions.get(KEY)
    except nats.js.errors.KeyNotFoundError as error:  # Never written, or deleted: then the deletion has a revision.
        return None, (error.entry.revision or 0) if error.entry is not None else 0
    except (TimeoutError, nats.errors.Error) as error:
        raise BrokerUnavailable("The champion cannot be read.") from error
    try:
        return msgspec.json.decode(entry.value or b"", type=Champion), entry.revision or 0
    except msgspec.DecodeError:
        # Not ours, or of a newer program: it is written over, and engines stay with what they have until then.
        return None, entry.revision or 0
