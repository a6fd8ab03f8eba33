"""What `poster-judge status` says of trainers."""

import time
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.heartbeats import beat
from launcher.status import collect
from models.database_settings import DatabaseSettings
from models.messages import Heartbeat


async def test_a_trainer_is_seen_with_what_it_is_at_and_what_keeps_it_from_it(
    broker: Broker, nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    settings = broker.settings.model_copy(update={"nats_url": SecretStr(nats_server.url)})
    refuses = "The database refuses: its disk is full."

    async def trainers(**values: Any) -> tuple[list[str], list[str]]:
        plain: dict[str, Any] = {
            "id": "here-1",
            "kind": "trainer",
            "at": time.time(),
            "state": "ready",
            "detail": "run 3: train 7/60",
        }
        await beat(broker, Heartbeat(**plain | values))
        state = await collect(settings, DatabaseSettings(data_dir=tmp_path))
        return [trainer["detail"] for trainer in state["trainers"]], state["problems"]

    details, problems = await trainers()
    assert details == ["run 3: train 7/60"]
    assert not [problem for problem in problems if "trainer" in problem]
    assert refuses in (await trainers(state="impaired", problems=(refuses,)))[1]
    assert any("The trainer has not been heard of" in problem for problem in (await trainers(at=time.time() - 20))[1])
