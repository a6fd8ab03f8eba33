"""A version of the model: an immutable folder whose manifest, written last, holds the checksum of every other file."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import numpy as np

from model_engine.calibration import Calibration
from model_engine.errors import VersionError
from model_engine.likeness import PosterLikeness
from model_engine.preprocessing import Preprocessing
from model_engine.rehearsal import load_rehearsal
from models.genres import GENRES
from models.scores import BIN_CENTRES

MANIFEST_FILE: Final = "manifest.json"
NETWORK_FILE: Final = "network.keras"
ONNX_FILE: Final = "network.onnx"
HEADS_FILE: Final = "heads.npz"
LIKENESS_FILE: Final = "likeness.npz"
REHEARSAL_FILE: Final = "rehearsal.npz"
LABELS_FILE: Final = "labels.json"
CALIBRATION_FILE: Final = "calibration.json"
PREPROCESSING_FILE: Final = "preprocessing.json"
METRICS_FILE: Final = "metrics.json"
SUMMARY_FILE: Final = "summary.txt"
CARD_FILE: Final = "MODEL_CARD.md"

NEEDED_FILES: Final = (
    NETWORK_FILE,
    ONNX_FILE,
    HEADS_FILE,
    LABELS_FILE,
    CALIBRATION_FILE,
    PREPROCESSING_FILE,
    METRICS_FILE,
    SUMMARY_FILE,
    CARD_FILE,
)
"""Without any of these a folder is no version; plots, `LIKENESS_FILE` and `REHEARSAL_FILE` may come on top."""

FORMAT: Final = 1
"""Number of this layout; a reader refuses one that it does not know."""

NAME_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
"""Names of versions: safe as a folder, an object key and a word in a Discord message."""

FILE_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names of files in a version: no folders, so that a manifest cannot reach out of its own."""


class ManifestFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a version."""

    sha256: str
    """64 hexadecimal digits."""
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`manifest.json`: what the version is called and consists of."""

    format: int
    name: str
    backbone: str
    """Names the space of the features: those of two versions can be compared where it is the same."""
    files: dict[str, ManifestFile]


class Labels(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`labels.json`: what the outputs of the genre head mean."""

    genres: tuple[str, ...]
    """In the order of the logits; equal to `models.genres.GENRES`."""
    judged: tuple[str, ...]
    """Genres with enough posters to be judged; the figures are about these."""
    supports: dict[str, dict[str, int]]
    """Posters by genre and split."""
    least_support: int
    """Posters in the data set from which a genre is judged."""
    task: str = "both"
    """What was learnt, see `training.recipe.TaskName`; of the rest the training split's shares are said."""

    @property
    def too_rare(self) -> tuple[str, ...]:
        """Genres that were seen too seldom to be judged."""
        return tuple(genre for genre in self.genres if genre not in self.judged)


@dataclass(frozen=True, kw_only=True)
class Heads:
    """The two linear heads as arrays, for activation maps and neighbours without any network library."""

    genre_kernel: np.ndarray
    """(features, 24), float32."""
    genre_bias: np.ndarray
    """(24,), float32."""
    score_kernel: np.ndarray
    """(features, 20), float32."""
    score_bias: np.ndarray
    """(20,), float32."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version whose every file was checked, with its small files read."""

    folder: Path
    manifest: Manifest
    labels: Labels
    calibration: Calibration
    preprocessing: Preprocessing
    likeness: PosterLikeness | None = None
    """None of a version that takes every picture for a poster."""

    @property
    def name(self) -> str:
        """Name of the version."""
        return self.manifest.name

    @property
    def keras_file(self) -> Path:
        """The network for Keras."""
        return self.folder / NETWORK_FILE

    @property
    def onnx_file(self) -> Path:
        """The network for ONNX Runtime."""
        return self.folder / ONNX_FILE

    def rehearsal(self) -> np.ndarray | None:
        """Features (N, width) of posters that it was trained on; None where it keeps none.

        Raises:
            VersionError: `unreadable`.
        """
        if REHEARSAL_FILE not in self.manifest.files:
            return None
        with _readable(REHEARSAL_FILE, self.folder):
            features = load_rehearsal(self.folder / REHEARSAL_FILE)
        with _readable(HEADS_FILE, self.folder):
            width = len(self.heads().genre_kernel)
        if features.shape[1:] != (width,):
            raise VersionError("unreadable", f"{REHEARSAL_FILE} in {self.folder} is not of this version's network.")
        return features

    def heads(self) -> Heads:
        """Reads the heads' weights (float16 in the file) as float32."""
        with np.load(self.folder / HEADS_FILE, allow_pickle=False) as arrays:
            return Heads(**{name: arrays[name].astype(np.float32) for name in Heads.__dataclass_fields__})


def check_name(name: str) -> str:
    """The name, if a version may be called so.

    Raises:
        VersionError: `bad_name`.
    """
    if not NAME_PATTERN.fullmatch(name):
        rule = "1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit"
        raise VersionError("bad_name", f"A version's name is {rule}. Received: {name!r}")
    return name


def file_checksum(path: Path) -> ManifestFile:
    """sha256 and size of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ManifestFile(sha256=digest, bytes=path.stat().st_size)


def seal(folder: Path, name: str, backbone: str) -> Manifest:
    """Makes a folder a version: writes the manifest over every file in it, by an atomic rename.

    Raises:
        VersionError: `bad_name`, `incomplete` where a needed file is missing, `exists` where it was sealed before.
    """
    check_name(name)
    if (folder / MANIFEST_FILE).exists():
        raise VersionError("exists", f"{folder} already holds a version; versions never change.")
    missing = [needed for needed in NEEDED_FILES if not (folder / needed).is_file()]
    if missing:
        raise VersionError("incomplete", f"The version {name} lacks {', '.join(missing)}.")
    files = {path.name: file_checksum(path) for path in sorted(folder.iterdir()) if path.is_file()}
    manifest = Manifest(format=FORMAT, name=name, backbone=backbone, files=files)
    draft = folder / f".{MANIFEST_FILE}"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    draft.replace(folder / MANIFEST_FILE)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest, its own rules checked but not yet the files it names.

    Raises:
        VersionError: `missing` where there is none, `unreadable` where it breaks its rules.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise VersionError("missing", f"There is no version in {folder}: it holds no {MANIFEST_FILE}.")
    return parse_manifest(path.read_bytes(), str(folder))


def parse_manifest(data: bytes, where: str) -> Manifest:
    """A manifest from its bytes; `where` is named in errors. See `read_manifest`."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise VersionError("unreadable", f"The manifest in {where} cannot be read: {error}.") from error
    check_name(manifest.name)
    if manifest.format != FORMAT:
        raise VersionError("unreadable", f"{where} has format {manifest.format}; this program reads {FORMAT}.")
    odd = [file for file in manifest.files if not FILE_PATTERN.fullmatch(file)]
    if odd:
        raise VersionError("unreadable", f"The manifest in {where} names a file it may not: {odd[0]!r}.")
    missing = [needed for needed in NEEDED_FILES if needed not in manifest.files]
    if missing:
        raise VersionError("incomplete", f"The version {manifest.name} lacks {', '.join(missing)}.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Holds every file against the manifest, before anything opens one.

    Raises:
        VersionError: `incomplete` or `tampered`, with the file's name.
    """
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise VersionError("incomplete", f"The version {manifest.name} lost its file {name}.")
        if file_checksum(path) != expected:
            message = f"The file {name} of the version {manifest.name} is not the one that was published."
            raise VersionError("tampered", message)


def load_version(folder: Path) -> Version:
    """Checks a version's folder and reads its small files; the networks stay closed.

    Raises:
        VersionError: see its codes.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    labels = _read(folder / LABELS_FILE, Labels)
    if labels.genres != GENRES:
        raise VersionError("unreadable", f"The version {manifest.name} has other genres than this program.")
    calibration = _read(folder / CALIBRATION_FILE, Calibration)
    if not calibration.fits(len(GENRES), len(BIN_CENTRES)):
        raise VersionError("unreadable", f"The calibration of {manifest.name} has the wrong length.")
    return Version(
        folder=folder,
        manifest=manifest,
        labels=labels,
        calibration=calibration,
        preprocessing=_read(folder / PREPROCESSING_FILE, Preprocessing),
        likeness=_likeness(folder, manifest),
    )


def _likeness(folder: Path, manifest: Manifest) -> PosterLikeness | None:
    if LIKENESS_FILE not in manifest.files:
        return None
    with _readable(LIKENESS_FILE, folder):
        return PosterLikeness.load(folder / LIKENESS_FILE)


@contextmanager
def _readable(name: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise VersionError("unreadable", f"{name} in {folder} cannot be read: {error}.") from error


Content = TypeVar("Content")


def _read(path: Path, kind: type[Content]) -> Content:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise VersionError("unreadable", f"{path.name} in {path.parent} cannot be read: {error}.") from error
