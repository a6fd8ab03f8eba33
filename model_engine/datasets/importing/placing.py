"""Brings a source's pictures into the data set's folder: not at all where they lie in it already, else as copies."""

import os
import shutil
import tempfile
import zipfile
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.pictures import IN_ARCHIVE
from posters.refusals import Refusal
from posters.sniffing import sniff

HEAD: Final = 4_096
"""Bytes of a file that tell whether it is a picture."""


class Placing:
    """Pictures of one source folder on their way into one data set's."""

    def __init__(self, source: Path, out: Path) -> None:
        """Touches nothing yet; `source` is the folder that names of pictures are seen from."""
        self._source = source
        self._out = out
        self._members: dict[str, frozenset[str]] = {}

    def place(self, name: str) -> str:
        """What the manifest's column `image` says of the picture `name`, which is then there.

        Args:
            name: A path as seen from the source folder, or `archive.zip#member`; the whole archive is brought in.

        Raises:
            FileNotFoundError: there is no such picture, it leads out of the folder, or is no picture.
            DatasetError: it cannot be read or written.
        """
        file, inside, member = name.partition(IN_ARCHIVE)
        path = PurePosixPath(file.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise FileNotFoundError(name)
        try:
            if inside:
                if member not in self._members_of(str(path)):
                    raise FileNotFoundError(name)
                return f"{self._shift / path}{IN_ARCHIVE}{member}"
            self._require_picture(self._source / path)
            self._bring(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DatasetError(f"{self._source / path} cannot be brought in: {error.strerror or error}.") from error
        return str(self._shift / path)

    @cached_property
    def _shift(self) -> PurePosixPath:
        """Where the source's names begin, as seen from the data set's folder."""
        source, out = self._source.resolve(), self._out.resolve()
        return PurePosixPath(source.relative_to(out).as_posix()) if source.is_relative_to(out) else PurePosixPath()

    @cached_property
    def _in_place(self) -> bool:
        return self._source.resolve().is_relative_to(self._out.resolve())

    def _members_of(self, archive: str) -> frozenset[str]:
        if archive not in self._members:
            try:
                with zipfile.ZipFile(self._source / archive) as opened:
                    self._members[archive] = frozenset(opened.namelist())
                self._bring(PurePosixPath(archive))
            except (FileNotFoundError, IsADirectoryError, zipfile.BadZipFile):
                self._members[archive] = frozenset()
        return self._members[archive]

    def _require_picture(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                sniff(file.read(HEAD))
        except (IsADirectoryError, Refusal) as error:
            raise FileNotFoundError(path) from error

    def _bring(self, path: PurePosixPath) -> None:
        if not self._in_place:
            copy_whole(self._source / path, self._out / path)


def copy_whole(source: Path, target: Path) -> None:
    """Copies a file, which appears under its name when it is whole; one of the same size is there already.

    Raises:
        OSError: it cannot be read or written.
    """
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        shutil.copyfile(source, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
