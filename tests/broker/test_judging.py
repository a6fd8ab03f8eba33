"""The work queue and the results, on a real nats-server."""

import asyncio

import pytest

from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer
from broker.errors import BrokerUnavailable, QueueFull
from broker.judging import RequestPublisher, RequestQueue, ResultQueue, publish_result
from broker.settings import BrokerSettings
from models.messages import JudgeRequest, JudgeResult, ResultKind


def request(number: int) -> JudgeRequest:
    return JudgeRequest(prediction_id=f"p{number}", poster_id="a" * 64, deadline=2e9, queued_at=1e9)


async def test_a_request_reaches_an_engine_as_it_was_sent(broker: Broker) -> None:
    await RequestPublisher(broker).publish(request(1))
    (delivery,) = await (await RequestQueue.open(broker)).pull(8, wait=5)
    assert delivery.body == request(1)
    assert delivery.attempt == 1


async def test_everything_that_waits_comes_as_one_batch(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    for number in range(4):
        await publisher.publish(request(number))
    deliveries = await (await RequestQueue.open(broker)).pull(8, wait=5)
    assert [delivery.body.prediction_id for delivery in deliveries] == ["p0", "p1", "p2", "p3"]


async def test_a_batch_is_no_larger_than_asked_for(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    for number in range(4):
        await publisher.publish(request(number))
    queue = await RequestQueue.open(broker)
    assert len(await queue.pull(3, wait=5)) == 3
    assert len(await queue.pull(3, wait=5)) == 1


async def test_an_empty_queue_gives_nothing_after_the_wait(broker: Broker) -> None:
    assert await (await RequestQueue.open(broker)).pull(8, wait=0.05) == []


async def test_a_request_published_twice_is_queued_once(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    first = await publisher.publish(request(1))
    assert await publisher.publish(request(1)) == first
    assert await publisher.depth() == 1


async def test_a_withdrawn_request_reaches_no_engine_and_stays_out(broker: Broker) -> None:
    publisher, queue = RequestPublisher(broker), await RequestQueue.open(broker)
    await publisher.publish(request(1))
    await publisher.publish(request(2))
    await publisher.withdraw(request(1))
    await publisher.withdraw(request(3))  # Never published: nor will it be.
    for number in (1, 3):
        await publisher.publish(request(number))
    (delivery,) = await queue.pull(8, wait=5)
    assert delivery.body == request(2)
    await delivery.acknowledge()
    await publisher.withdraw(request(2))  # Judged already: no harm.
    assert await publisher.depth() == 0


async def test_a_request_is_withdrawn_from_a_full_queue(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    for number in range(5):
        await publisher.publish(request(number))
    await publisher.withdraw(request(3))
    assert await publisher.depth() == 4


async def test_a_full_queue_refuses_and_takes_the_same_request_once_there_is_room(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    for number in range(5):
        await publisher.publish(request(number))
    with pytest.raises(QueueFull):
        await publisher.publish(request(9))
    for delivery in await (await RequestQueue.open(broker)).pull(5, wait=5):
        await delivery.acknowledge()
    await publisher.publish(request(9))
    assert await publisher.depth() == 1


async def test_a_request_of_an_engine_that_died_comes_again_and_says_so(broker: Broker) -> None:
    await RequestPublisher(broker).publish(request(1))
    queue = await RequestQueue.open(broker)
    await queue.pull(1, wait=5)
    (again,) = await queue.pull(1, wait=10)
    assert again.attempt == 2


async def test_requests_that_somebody_died_with_come_one_at_a_time(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    for number in range(3):
        await publisher.publish(request(number))
    queue = await RequestQueue.open(broker)
    await queue.pull(3, wait=5)
    again = [await queue.pull(3, wait=10) for _ in range(3)]
    assert [len(deliveries) for deliveries in again] == [1, 1, 1]


async def test_a_request_that_is_being_worked_on_is_not_given_to_another_engine(broker: Broker) -> None:
    await RequestPublisher(broker).publish(request(1))
    queue = await RequestQueue.open(broker)
    (delivery,) = await queue.pull(1, wait=5)
    # Two waits of half a redelivery time, each answered by a sign of life.
    for _ in range(3):
        assert await queue.pull(1, wait=0.5) == []
        await delivery.in_progress()
    await delivery.acknowledge()


async def test_a_member_learns_how_many_are_ahead(broker: Broker) -> None:
    publisher = RequestPublisher(broker)
    sequences = [await publisher.publish(request(number)) for number in range(3)]
    assert [await publisher.ahead_of(sequence) for sequence in sequences] == [0, 1, 2]
    queue = await RequestQueue.open(broker)
    for delivery in await queue.pull(2, wait=5):
        await delivery.acknowledge()
    assert await publisher.ahead_of(sequences[2]) == 0


async def test_a_result_sent_twice_arrives_once(broker: Broker) -> None:
    result = JudgeResult(prediction_id="p1", kind=ResultKind.FAILED, engine="e", runtime="fake", cause="gave_up")
    await publish_result(broker, result)
    await publish_result(broker, result)
    queue = await ResultQueue.open(broker)
    assert [delivery.body for delivery in await queue.pull(8, wait=5)] == [result]
    assert await queue.pull(8, wait=0.05) == []


async def test_a_message_that_cannot_be_read_is_dropped_and_not_delivered_for_ever(broker: Broker) -> None:
    await broker.js.publish("judge.request", b"not a request")
    assert await (await RequestQueue.open(broker)).pull(1, wait=5) == []
    # Terminating a message needs no answer, so the depth is asked for until the server has done it.
    async with asyncio.timeout(10):
        while await RequestPublisher(broker).depth():
            await asyncio.sleep(0)


async def test_requests_survive_a_killed_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = EmbeddedServer(tmp_path_factory.mktemp("nats"))
    await server.start()
    async with connected(server.url, BrokerSettings(), name="test") as broker:
        await RequestPublisher(broker).publish(request(1))
        assert server._process is not None
        server._process.kill()
        await server.wait()
        await server.start()
        # The same connection finds the server again, under the same address and token.
        (delivery,) = await _pull_until_connected(await RequestQueue.open(broker))
        assert delivery.body == request(1)
    await server.stop()


async def _pull_until_connected(queue: RequestQueue) -> list:
    async with asyncio.timeout(20):
        while True:
            try:
                if deliveries := await queue.pull(1, wait=1):
                    return deliveries
            except BrokerUnavailable:
                continue
