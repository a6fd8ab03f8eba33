"""A connection to the queue that died without a word."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from broker.connection import connected
from broker.embedded import EmbeddedServer
from broker.errors import BrokerUnavailable
from broker.judging import RequestPublisher
from broker.settings import BrokerSettings
from models.messages import JudgeRequest
from tests.end_to_end.wire import Wire


async def test_it_is_noticed_and_replaced(
    nats_server: EmbeddedServer, broker_settings: BrokerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.connection.PING_INTERVAL", 0.1)
    monkeypatch.setattr("broker.connection.REQUEST_TIMEOUT", 0.5)
    port = urlsplit(nats_server.url).port
    assert port is not None
    wire = Wire(port)
    await wire.mend()
    request = JudgeRequest(prediction_id="p", poster_id="0" * 64, deadline=time.time() + 60, queued_at=time.time())
    url = nats_server.url.replace(f":{port}", f":{wire.port}")
    async with connected(url, broker_settings, name="test") as broker:
        wire.hold()
        async with asyncio.timeout(30):
            while True:
                try:
                    await RequestPublisher(broker).publish(request)
                    break
                except BrokerUnavailable:
                    continue
        assert await RequestPublisher(broker).depth() == 1
    await wire.cut()
