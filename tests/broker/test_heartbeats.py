"""Who is alive, as other processes see it."""

import asyncio

from broker.connection import Broker
from broker.heartbeats import all_heartbeats, beat, leave
from models.messages import Heartbeat


def heartbeat(name: str, at: float = 1.0) -> Heartbeat:
    return Heartbeat(id=name, kind="engine", at=at, state="ready", model_version="starter-3", runtime="onnx")


async def test_nobody_is_alive_at_first(broker: Broker) -> None:
    assert await all_heartbeats(broker) == []


async def test_the_latest_sign_of_life_counts(broker: Broker) -> None:
    await beat(broker, heartbeat("one", at=1.0))
    await beat(broker, heartbeat("two", at=2.0))
    await beat(broker, heartbeat("one", at=3.0))
    assert await all_heartbeats(broker) == [heartbeat("one", at=3.0), heartbeat("two", at=2.0)]


async def test_a_process_that_ends_in_good_order_is_gone_at_once(broker: Broker) -> None:
    await beat(broker, heartbeat("one"))
    await leave(broker, heartbeat("one"))
    assert await all_heartbeats(broker) == []


async def test_many_who_look_at_once_all_see_everybody(broker: Broker) -> None:
    for number in range(5):
        await beat(broker, heartbeat(f"engine-{number}"))
    looks = await asyncio.gather(*(all_heartbeats(broker) for _ in range(200)))
    assert {len(look) for look in looks} == {5}
