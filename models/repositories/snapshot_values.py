"""How a column's value is written as JSON, the same whichever database it comes from."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, LargeBinary, String

AS_IT_IS: Final = (Boolean, Float, Integer, JSON, String)
"""Types whose values JSON has."""


class NoSuchValue(Exception):
    """What a backup says of a column cannot be one of its values; the message is one sentence."""


def to_json(column: Column[Any], value: Any) -> Any:
    """A value as JSON has it: bytes as base64, a time as ISO 8601 in UTC."""
    return None if value is None else _writer(column)(value)


def from_json(column: Column[Any], written: Any, *, naive_times: bool) -> Any:
    """The value that `to_json` wrote.

    Args:
        column: as the database describes it.
        written: anything that JSON has.
        naive_times: whether the database has no zones and keeps UTC (SQLite).

    Raises:
        NoSuchValue: `to_json` writes no such thing for this column.
    """
    if written is None:
        return None
    try:
        if isinstance(column.type, LargeBinary):
            return base64.b64decode(written, validate=True)
        if isinstance(column.type, DateTime):
            moment = datetime.fromisoformat(written)
            if moment.tzinfo is None:
                raise ValueError("a time without its zone")
            return moment.astimezone(UTC).replace(tzinfo=None) if naive_times else moment
    except (TypeError, ValueError):
        raise NoSuchValue(f"The column {column.table.name}.{column.name} holds what it cannot hold.") from None
    return written


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(column.type, DateTime):
        return _iso
    if isinstance(column.type, AS_IT_IS):
        return lambda value: value
    # For whoever adds a column of a new kind: a backup without it would be worse than none.
    raise TypeError(f"A backup does not know how to write {column.type!r} of {column.table.name}.{column.name}.")


def _iso(moment: datetime) -> str:
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
