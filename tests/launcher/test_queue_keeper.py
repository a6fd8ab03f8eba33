"""The embedded queue comes back by itself: also when it lives but cannot store, as after a full disk."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak.disk import Disk, small_disk
from broker.cancelling import cancel_all
from broker.connection import connected
from broker.embedded import EmbeddedServer
from broker.errors import BrokerError, BrokerUnavailable
from broker.judging import RequestPublisher
from broker.settings import BrokerSettings
from launcher.queue_keeper import keep_queue_alive
from models.messages import JudgeRequest


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path, 40) as disk:
        if not disk.can_be_filled:
            pytest.skip("Only root on Linux can mount a disk to fill.")
        yield disk


def request(number: int) -> JudgeRequest:
    """Larger than what is left of a block."""
    now = time.time()
    return JudgeRequest(prediction_id=f"{number}-{'x' * 5000}", poster_id="0" * 64, deadline=now + 600, queued_at=now)


async def test_after_a_full_disk_the_queue_takes_posters_again(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.connection.REQUEST_TIMEOUT", 0.5)
    monkeypatch.setattr("broker.store_faults.PERSISTS_AFTER", 0.5)
    server = EmbeddedServer(disk.folder)
    await server.start()
    async with connected(server.url, BrokerSettings(), name="test") as broker:
        keeping = asyncio.create_task(keep_queue_alive(server, broker, disk.folder))
        publisher = RequestPublisher(broker)
        await publisher.publish(request(1))
        await asyncio.to_thread(disk.fill)
        with pytest.raises(BrokerUnavailable):
            await publisher.publish(request(2))
        disk.free()
        async with asyncio.timeout(30):
            while not await _takes(publisher, request(2)):
                pass
        assert await publisher.depth() == 2
        await cancel_all((keeping,))
    await server.stop()


async def _takes(publisher: RequestPublisher, wanted: JudgeRequest) -> bool:
    try:
        await publisher.publish(wanted)
    except BrokerUnavailable:
        return False
    return True


async def test_a_queue_that_cannot_write_its_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    with pytest.raises(BrokerError, match="files cannot be written"):
        await EmbeddedServer(tmp_path).start()
