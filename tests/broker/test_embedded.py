"""The embedded nats-server."""

import stat
from pathlib import Path

import psutil
import pytest

from broker.connection import connected
from broker.embedded import EmbeddedServer, connection_file, running_server_url
from broker.errors import BrokerUnavailable
from broker.settings import BrokerSettings


async def test_nobody_gets_in_without_the_token(nats_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.connection.CONNECT_TIMEOUT", 1.0)
    stranger = nats_server.url.replace(nats_server.url.split("@")[0], "nats://guess")
    with pytest.raises(BrokerUnavailable):
        async with connected(stranger, BrokerSettings(), name="stranger"):
            pass


async def test_the_token_stands_in_no_process_list(nats_server: EmbeddedServer) -> None:
    token = nats_server.url.removeprefix("nats://").split("@")[0]
    assert not any(token in argument for argument in psutil.Process(nats_server.pid).cmdline())


async def test_files_with_the_token_are_private(nats_server: EmbeddedServer, tmp_path: Path) -> None:
    for path in (tmp_path / "nats" / "run" / "nats.conf", connection_file(tmp_path / "nats")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_other_commands_find_the_running_server_and_no_stopped_one(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    assert running_server_url(tmp_path) is None
    await server.start()
    assert running_server_url(tmp_path) == server.url
    await server.stop()
    assert running_server_url(tmp_path) is None


async def test_it_listens_on_loopback_alone(nats_server: EmbeddedServer) -> None:
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(nats_server.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
