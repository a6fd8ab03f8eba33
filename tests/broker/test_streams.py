"""The streams after a server that was killed: nothing waits in them that nobody will ever get."""

import shutil
import time
from pathlib import Path

from broker.connection import connected
from broker.embedded import EmbeddedServer
from broker.judging import RequestPublisher, RequestQueue
from broker.settings import BrokerSettings
from models.messages import JudgeRequest


def request(name: str) -> JudgeRequest:
    now = time.time()
    return JudgeRequest(prediction_id=name, poster_id="0" * 64, deadline=now + 600, queued_at=now)


async def test_what_was_acknowledged_just_before_the_server_was_killed_takes_no_room(tmp_path: Path) -> None:
    settings = BrokerSettings(queue_limit=2)
    server = EmbeddedServer(tmp_path)
    await server.start()
    async with connected(server.url, settings, name="test") as broker:
        await RequestPublisher(broker).publish(request("done"))
    await server.stop()
    (messages,) = (tmp_path / "queue").glob("jetstream/*/streams/JUDGE_REQUESTS/msgs")
    shutil.copytree(messages, tmp_path / "before")
    await server.start()
    async with connected(server.url, settings, name="test") as broker:
        (delivery,) = await (await RequestQueue.open(broker)).pull(1, wait=5)
        await delivery.acknowledge()
    await server.stop()
    # The acknowledgement reached the disk, the removal did not.
    shutil.rmtree(messages)
    shutil.copytree(tmp_path / "before", messages)
    await server.start()
    async with connected(server.url, settings, name="test") as broker:
        publisher = RequestPublisher(broker)
        assert await publisher.depth() == 0
        await publisher.publish(request("one"))
        await publisher.publish(request("two"))
        queue = await RequestQueue.open(broker)
        # One pull takes what the server says is there, and just after such a start it may say less.
        pulled = await queue.pull(5, wait=5)
        if len(pulled) < 2:
            pulled += await queue.pull(5, wait=5)
        assert [delivery.body.prediction_id for delivery in pulled] == ["one", "two"]
    await server.stop()
