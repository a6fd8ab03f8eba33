"""What is wrong with a database that refuses, in one sentence without its address."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from models.database import DatabaseBusy, DatabaseHangs

REFUSED: Final = (OperationalError, InterfaceError, DatabaseBusy, DatabaseHangs, PoolExhausted)
"""Errors of a unit of work that may succeed later as it is."""

SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "it is locked by another program",
    sqlite3.SQLITE_LOCKED: "it is locked by another program",
    sqlite3.SQLITE_FULL: "its disk is full",
    sqlite3.SQLITE_READONLY: "its file may not be written",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
    sqlite3.SQLITE_IOERR: "its disk gives errors",
    sqlite3.SQLITE_CORRUPT: "its file is damaged; restore a backup",
    sqlite3.SQLITE_NOTADB: "its file is no database; restore a backup",
}
"""By SQLite's primary result code (sqlite.org/rescode.html)."""

POSTGRESQL: Final = {
    "08": "it cannot be reached",
    "25006": "it may only be read",
    "28": "it refuses our user or password",
    "3D": "it does not exist",
    "42501": "our user may not write",
    "42P01": "a table is missing; run `poster-judge db upgrade`",
    "53100": "its disk is full",
    "53": "it has too much to do",
    "55P03": "a lock is held for too long",
    "55000": "it takes no connections",
    "57014": "it does not answer in time",
    "57P": "it is being stopped or started",
}
"""By the beginning of SQLSTATE (PostgreSQL's documentation, appendix A, "PostgreSQL Error Codes")."""


def sentence_for_fault(error: SQLAlchemyError) -> str:
    """Why the database refused, such as "The database refuses: its disk is full."."""
    return f"The database refuses: {_reason(error)}."


def _reason(error: SQLAlchemyError) -> str:
    if isinstance(error, DatabaseHangs):
        return "it does not answer"
    if isinstance(error, DatabaseBusy) and isinstance(error.__cause__, SQLAlchemyError):
        return _reason(error.__cause__)
    if isinstance(error, DatabaseBusy | PoolExhausted):
        return "others have been using it for too long"
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        # The extended code's low byte is the primary one.
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return SQLITE.get(code, getattr(original, "sqlite_errorname", type(original).__name__))
    state = getattr(original, "sqlstate", None)
    if state is None:
        return "it cannot be reached" if original is not None else type(error).__name__
    return next((POSTGRESQL[state[:n]] for n in (5, 3, 2) if state[:n] in POSTGRESQL), f"SQLSTATE {state}")
