"""Databases of a kind that the test names, as many as it wants."""

import uuid
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from tests.launcher.backup.stock import MakeUrl


@pytest.fixture
def make_url_of(request: pytest.FixtureRequest, tmp_path: Path) -> MakeUrl:
    """Makes empty databases."""

    def make(kind: str) -> URL:
        name = f"test_{uuid.uuid4().hex}"
        if kind == "sqlite":
            return make_url(f"sqlite:///{tmp_path / name}.db")
        address = request.getfixturevalue("postgres_server")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_url(address).set(database=name)

    return make
