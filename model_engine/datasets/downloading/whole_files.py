"""Writes files that are whole when they are there at all."""

import os
import tempfile
from pathlib import Path
from typing import Final

PART: Final = ".part-"
"""Begins the name of a file that is not whole yet, which has no ending."""


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file, which has its name when all of it is on the disk, be the process killed or the power cut.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PART, dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
