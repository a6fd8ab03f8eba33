"""What a backup may hold, and the manifest that says what it does hold."""

import re
from typing import Final

import msgspec

from model_engine.versions import FILE_PATTERN, NAME_PATTERN

FORMAT: Final = 1
"""Number of this layout; a reader refuses one that it does not know."""

MANIFEST: Final = "manifest.json"

MANIFEST_LIMIT: Final = 512 << 20
"""Most bytes of a manifest, the only entry that is read in one piece: enough for two million posters."""

NAMES: Final = (
    re.compile(r"rows/[a-z][a-z0-9_]{0,62}/[0-9]{6}\.jsonl"),
    re.compile(r"posters/[0-9a-f]{64}\.jpg"),
    re.compile(rf"versions/{NAME_PATTERN.pattern}/{FILE_PATTERN.pattern}"),
    re.compile(re.escape(MANIFEST)),
)
"""What entries may be called; nothing that any of these matches leads out of its folder."""


class BackupUnusable(Exception):
    """The file is no whole backup of this program's; the message is one sentence."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the backup."""

    sha256: str
    """64 hexadecimal digits."""
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    program: str
    """Version of the program that made it."""
    created_at: str
    """When the rows were read; ISO 8601."""
    revision: str
    """The database's, as the migrations call it."""
    rows: dict[str, int]
    """Rows of every table, each table after those that it refers to."""
    posters: int
    versions: tuple[str, ...]
    missing_posters: tuple[str, ...]
    """Ids that the rows name, and that the poster store lacked or held damaged."""
    missing_versions: tuple[str, ...]
    """Names of versions that were damaged."""
    entries: dict[str, Entry]
    """Every other entry, in the order of the file."""
