"""A store in the network that is gone for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import obstore
from obstore.store import from_url

from model_engine.learning.running import STORE_PATIENCE

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


def read_from(address: str, **settings: Any) -> bytes:
    store = from_url(
        "s3://bucket/versions",
        endpoint=address,
        region="us-east-1",
        access_key_id="test",
        secret_access_key="test",
        client_options={"allow_http": True},
        **settings,
    )
    return bytes(obstore.get(store, "run-1/manifest.json").bytes())


def test_a_store_that_restarts_is_waited_for() -> None:
    soon = {"init_backoff": timedelta(milliseconds=1), "max_backoff": timedelta(milliseconds=2), "base": 2}
    with restarting() as address:
        assert read_from(address, retry_config={**STORE_PATIENCE, "backoff": soon}) == b"ok"
