"""A store in the network that is gone for a moment."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from model_engine.errors import VersionError
from model_engine.learning import running
from model_engine.settings import EngineSettings
from posters.settings import PosterSettings

REFUSALS = 15
"""More than obstore's own ten retries."""


class Restarting(BaseHTTPRequestHandler):
    """S3's address while S3 starts anew: connections end without an answer."""

    refused = 0

    def do_GET(self) -> None:
        if Restarting.refused < REFUSALS:
            Restarting.refused += 1
            self.close_connection = True
            return
        self.send_response(200)
        for name, value in {
            "Content-Length": "2",
            "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT",
            "ETag": '"1"',
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def restarting() -> Iterator[str]:
    Restarting.refused = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Restarting)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    soon = {"init_backoff": timedelta(milliseconds=1), "max_backoff": timedelta(milliseconds=2), "base": 2}
    monkeypatch.setattr(running, "STORE_PATIENCE", {**running.STORE_PATIENCE, "backoff": soon})
    for name, value in {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    with restarting() as address:
        monkeypatch.setenv("AWS_ENDPOINT", address)
        yield address


async def test_a_trainers_poster_store_that_restarts_is_waited_for(address: str) -> None:
    posters, _ = running.open_stores(PosterSettings(poster_store="s3://bucket/posters"), EngineSettings())
    assert await posters.get(hashlib.sha256(b"ok").hexdigest()) == b"ok"


def test_a_trainers_version_store_that_restarts_is_waited_for(address: str) -> None:
    _, versions = running.open_stores(PosterSettings(), EngineSettings(versions_url="s3://bucket/versions"))
    with pytest.raises(VersionError) as caught:
        versions.load("run-1")
    assert caught.value.code == "unreadable"  # What the store gave at last: "ok" is no manifest.
