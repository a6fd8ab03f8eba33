"""Databases of a kind that the test names, as many as it wants."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from tests.databases import create_database
from tests.launcher.backup.stock import MakeUrl


@pytest.fixture
def make_url_of(request: pytest.FixtureRequest, tmp_path: Path) -> MakeUrl:
    """Makes empty databases."""

    def make(kind: str) -> URL:
        if kind == "sqlite":
            return make_url(f"sqlite:///{tmp_path / uuid.uuid4().hex}.db")
        return create_database(request.getfixturevalue("postgres_server"))

    return make
