"""A disk small enough to be filled: an ext4 file system in a file, mounted for the length of a block."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Disk:
    """A folder, on a disk of its own where one could be mounted."""

    def __init__(self, folder: Path, *, can_be_filled: bool) -> None:
        self.folder = folder
        self.can_be_filled = can_be_filled
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Takes the last block. Blocks for a second or so."""
        with self._ballast.open("wb", buffering=0) as file:
            for piece in (1 << 20, 1 << 12):
                with suppress(OSError):
                    while True:
                        file.write(bytes(piece))
                        os.fsync(file.fileno())

    def free(self) -> None:
        """Gives the room back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of that size at `folder / "disk"`; a plain folder where this user may mount none (not root, not Linux)."""
    target = folder / "disk"
    target.mkdir()
    image = folder / "disk.ext4"
    if not _mounted(image, target, megabytes):
        yield Disk(target, can_be_filled=False)
        return
    try:
        yield Disk(target, can_be_filled=True)
    finally:
        # Lazily, because a process that was just killed may still hold a file.
        subprocess.run(["umount", "--lazy", target], check=False)
        image.unlink()


def _mounted(image: Path, target: Path, megabytes: int) -> bool:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        return False
    with image.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    for command in (["mkfs.ext4", "-q", "-m", "0", image], ["mount", "-o", "loop", image, target]):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
    return True
