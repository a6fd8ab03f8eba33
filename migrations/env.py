"""Runs the migrations on the connection that `migrations.upgrade` hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from models.tables import Base
from models.tables.base import EnumValue, UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Writes our column types as what they are in the database: a migration must not change with the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EnumValue):
        return f"sa.String(length={item.length})"
    return False


def run(connection: Connection) -> None:
    """Migrates in one transaction, DDL included; in batch mode, because SQLite cannot alter columns."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
