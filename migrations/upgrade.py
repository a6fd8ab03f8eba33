"""Brings a database to the code's revision, and says how far it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from models.database import BEGIN_OPTION, create_sync_engine

ADVISORY_LOCK: Final = 7_316_092_551
"""PostgreSQL's advisory lock that one migration holds, so that two processes do not migrate at once."""


class DatabaseNotReady(Exception):
    """The database cannot be used; the message is one sentence that says what to do."""


def upgrade(url: URL, revision: str = "head") -> str | None:
    """Migrates to `revision`; gives the revision that the database has then.

    Raises:
        DatabaseNotReady: it cannot be reached, or it is newer than this code.
    """
    return _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: URL, revision: str) -> str | None:
    """Goes back to `revision` (`base` for an empty database)."""
    return _run(url, lambda config: command.downgrade(config, revision))


def new_revision(url: URL, message: str, revision_id: str) -> None:
    """Writes a migration file for the difference between the tables and the database."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True, rev_id=revision_id))


def head_revision() -> str:
    """The revision that this code expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known_revisions() -> set[str]:
    """All revisions that this code can migrate from."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current_revision(url: URL) -> str | None:
    """The revision that the database has; None if it is empty.

    Raises:
        DatabaseNotReady: it cannot be reached.
    """
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None  # Asking would make the file.
    engine = create_sync_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise DatabaseNotReady(_reason(error)) from None
    finally:
        engine.dispose()


def require_current(url: URL) -> None:
    """Makes sure that database and code fit.

    Raises:
        DatabaseNotReady: they do not, or it cannot be reached.
    """
    current, head = current_revision(url), head_revision()
    if current == head:
        return
    if current is None:
        raise DatabaseNotReady(
            "The database is empty: run `poster-judge db upgrade` (`poster-judge up` does it by itself)."
        )
    if current in known_revisions():
        raise DatabaseNotReady("The database is older than this program: run `poster-judge db upgrade`.")
    raise DatabaseNotReady("The database is newer than this program: install the newer program, or restore a backup.")


def _run(url: URL, step: Callable[[Config], object]) -> str | None:
    current = current_revision(url)
    if current is not None and current not in known_revisions():
        raise DatabaseNotReady("The database is newer than this program: install the newer program.")
    engine = create_sync_engine(url).execution_options(**{BEGIN_OPTION: "BEGIN IMMEDIATE"})
    try:
        with engine.begin() as connection:
            _take_lock(connection)
            config = _config()
            config.attributes["connection"] = connection
            step(config)
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise DatabaseNotReady(_reason(error)) from None
    finally:
        engine.dispose()


def _take_lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def _reason(error: SQLAlchemyError) -> str:
    # Only the driver's first line: the rest repeats statements and, perhaps, parts of the address.
    lines = str(error.orig).splitlines() if isinstance(error, DBAPIError) else []
    return f"The database cannot be used: {lines[0] if lines else type(error).__name__}"
