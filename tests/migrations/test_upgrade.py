"""Migrations, on SQLite and on PostgreSQL."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, inspect, make_url, text

from migrations.upgrade import DatabaseNotReady, current_revision, downgrade, head_revision, require_current, upgrade
from models.database import create_sync_engine
from models.tables import Base


def test_an_empty_database_gets_to_the_newest_revision(empty_database_url: URL) -> None:
    assert current_revision(empty_database_url) is None
    assert upgrade(empty_database_url) == head_revision()
    require_current(empty_database_url)


def test_upgrading_twice_changes_nothing(database_url: URL) -> None:
    assert upgrade(database_url) == head_revision()


def test_every_migration_can_be_taken_back(database_url: URL) -> None:
    assert downgrade(database_url, "base") is None
    engine = create_sync_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    assert upgrade(database_url) == head_revision()


def test_the_migrations_build_what_the_tables_say(database_url: URL) -> None:
    engine = create_sync_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_an_old_database_is_told_with_the_command_that_helps(empty_database_url: URL) -> None:
    with pytest.raises(DatabaseNotReady, match="poster-judge db upgrade"):
        require_current(empty_database_url)


def test_a_newer_database_is_left_alone(database_url: URL) -> None:
    engine = create_sync_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    engine.dispose()
    with pytest.raises(DatabaseNotReady, match="newer"):
        upgrade(database_url)
    with pytest.raises(DatabaseNotReady, match="newer"):
        require_current(database_url)


def test_a_database_out_of_reach_is_one_sentence_without_its_password() -> None:
    with pytest.raises(DatabaseNotReady) as caught:
        current_revision(make_url("postgresql://judge:very-secret@127.0.0.1:1/films"))
    assert "very-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
