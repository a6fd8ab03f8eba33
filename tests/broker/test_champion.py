"""What all engines are told of the champion."""

import asyncio

from broker.champion import KEY, mirror_champion, read_champion
from broker.connection import Broker
from models.messages import Champion


def champion(version: str, serial: int) -> Champion:
    return Champion(version=version, serial=serial)


async def test_the_latest_promotion_is_told_and_an_older_one_never_takes_its_place(broker: Broker) -> None:
    assert await read_champion(broker) is None
    assert await mirror_champion(broker, champion("mine-2", 5)) == champion("mine-2", 5)
    assert await mirror_champion(broker, champion("mine-1", 4)) == champion("mine-2", 5)
    assert await read_champion(broker) == champion("mine-2", 5)


async def test_of_many_who_tell_it_at_once_the_latest_is_heard(broker: Broker) -> None:
    await asyncio.gather(*(mirror_champion(broker, champion(f"mine-{serial}", serial)) for serial in (3, 1, 4, 2)))
    assert await read_champion(broker) == champion("mine-4", 4)


async def test_an_entry_that_nobody_understands_is_written_over(broker: Broker) -> None:
    await broker.champions.put(KEY, b"{")
    assert await read_champion(broker) is None
    await mirror_champion(broker, champion("mine-1", 1))
    assert await read_champion(broker) == champion("mine-1", 1)
    await broker.champions.delete(KEY)
    assert await read_champion(broker) is None
    await mirror_champion(broker, champion("mine-1", 1))
    assert await read_champion(broker) == champion("mine-1", 1)
