"""Where versions are kept: the ones that ship in the package, and a store at any obstore URL."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from model_engine.errors import VersionError
from model_engine.settings import CHAMPION, EngineSettings
from model_engine.versions import (
    MANIFEST_FILE,
    Manifest,
    Version,
    check_files,
    check_name,
    load_version,
    parse_manifest,
    read_manifest,
)
from models.versions import STARTER_VERSION

if TYPE_CHECKING:
    from obstore.store import RetryConfig

SHIPPED_FOLDER: Final = Path(__file__).parent / "starter"
"""Holds one folder per version that comes with the package."""


class VersionStore:
    """Immutable versions by name. Calls block: keep them off an event loop."""

    def __init__(self, url: str, cache: Path, *, retry: "RetryConfig | None" = None) -> None:
        """Takes the store's URL (`file:///…`, `s3://bucket/versions`, …) and a folder for fetched versions.

        Args:
            url: of the store.
            cache: for fetched versions.
            retry: how long a store in the network may refuse; None for obstore's own, some seconds.

        Raises:
            VersionError: `unreadable`, the URL names no store that obstore knows.
        """
        try:
            local = url.startswith("file://")
            self._store = LocalStore(url[7:], mkdir=True) if local else from_url(url, retry_config=retry)
        except (BaseError, ValueError) as error:
            # Without what follows the question mark, which may be a key, and without obstore's further lines.
            shown = url.partition("?")[0]
            reason = str(error).partition("\n")[0].replace(url, shown)
            raise VersionError("unreadable", f"The version store {shown} cannot be opened: {reason}.") from None
        self._cache = cache

    @classmethod
    def from_settings(cls, settings: EngineSettings, *, retry: "RetryConfig | None" = None) -> "VersionStore":
        """The store that the settings name; by default the folder `versions` below the data directory."""
        data = settings.data_dir.absolute()
        return cls(settings.versions_url or f"file://{data / 'versions'}", data / "version-cache", retry=retry)

    def list(self) -> list[str]:
        """Names of all versions that can be fetched, sorted: the shipped ones and those in the store."""
        return sorted({*_shipped(), *self.published()})

    def published(self) -> Iterator[str]:
        """Names in the store itself whose manifest is there; a folder without one is still being written."""
        for batch in obstore.list(self._store):
            for entry in batch:
                name, _, file = entry["path"].partition("/")
                if file == MANIFEST_FILE:
                    yield name

    def publish(self, folder: Path) -> str:
        """Copies a sealed folder into the store, its manifest last, and returns the version's name.

        Raises:
            VersionError: the folder is no sound version, or `exists`: a version of this name is there.
        """
        manifest = read_manifest(folder)
        check_files(folder, manifest)
        name = manifest.name
        if name in self.list():
            raise VersionError("exists", f"A version named {name} exists; versions never change.")
        for file in manifest.files:
            obstore.put(self._store, f"{name}/{file}", folder / file)
        try:
            # Of two publishers at once the second is refused here, not silently mixed with the first.
            obstore.put(self._store, f"{name}/{MANIFEST_FILE}", (folder / MANIFEST_FILE).read_bytes(), mode="create")
        except AlreadyExistsError as error:
            raise VersionError("exists", f"A version named {name} exists; versions never change.") from error
        return name

    def fetch(self, name: str) -> Path:
        """A local folder with the version: shipped, cached or downloaded. `load_version` checks it.

        Raises:
            VersionError: `bad_name`, `missing`, or `tampered` where a download does not match its manifest.
        """
        check_name(name)
        shipped = SHIPPED_FOLDER / name
        if (shipped / MANIFEST_FILE).is_file():
            return shipped
        cached = self._cache / name
        if not (cached / MANIFEST_FILE).is_file():
            self._download(name, cached)
        return cached

    def load(self, name: str) -> Version:
        """`fetch` and `versions.load_version` in one."""
        return load_version(self.fetch(name))

    def _download(self, name: str, target: Path) -> None:
        """Into a folder of its own first, so that a broken download never looks like a version."""
        manifest, raw = self._manifest(name)
        self._cache.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".download-", dir=self._cache))
        try:
            for file in manifest.files:
                _write(draft / file, obstore.get(self._store, f"{name}/{file}"))
            check_files(draft, manifest)
            (draft / MANIFEST_FILE).write_bytes(raw)
            if not (target / MANIFEST_FILE).is_file():
                draft.replace(target)
        except NotFoundError as error:
            raise VersionError("incomplete", f"The store lacks a file of the version {name}.") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _manifest(self, name: str) -> tuple[Manifest, bytes]:
        try:
            raw = bytes(obstore.get(self._store, f"{name}/{MANIFEST_FILE}").bytes())
        except (NotFoundError, FileNotFoundError) as error:
            known = ", ".join(self.list()) or "none"
            raise VersionError("missing", f"There is no version {name}; there are: {known}.") from error
        manifest = parse_manifest(raw, name)
        if manifest.name != name:
            raise VersionError("unreadable", f"The version {name} calls itself {manifest.name}.")
        return manifest, raw


class _Stream(Protocol):
    def stream(self) -> Iterator[bytes]: ...


def _write(path: Path, source: _Stream) -> None:
    with path.open("wb") as file:
        for piece in source.stream():
            file.write(piece)


def _shipped() -> list[str]:
    return [path.parent.name for path in SHIPPED_FOLDER.glob(f"*/{MANIFEST_FILE}")]


def open_version(settings: EngineSettings) -> Version:
    """The version that the settings name: by its name, or by the path of its folder; for the champion the starter's.

    Raises:
        VersionError: there is none, or it is not sound.
    """
    wanted = STARTER_VERSION if settings.model_version == CHAMPION else settings.model_version
    if "/" in wanted or "\\" in wanted:
        return load_version(Path(wanted))
    return VersionStore.from_settings(settings).load(wanted)
