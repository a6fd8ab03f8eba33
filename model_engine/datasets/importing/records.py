"""JSON records as IMDb-style APIs return them: each an object with `image` and `genre`, and whatever else it says."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from model_engine.datasets.importing.gathering import Gathering
from model_engine.datasets.manifest import DatasetError

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "imdbid", "tconst"),
    "title": ("title", "primarytitle", "titletext", "name"),
    "year": ("year", "startyear", "releaseyear", "releasedate"),
    "genres": ("genre", "genres"),
    "score": ("imdbrating", "averagerating", "rating", "score", "voteaverage"),
    "votes": ("imdbvotes", "numvotes", "votes", "votecount", "imdbvotescount"),
    "url": ("image", "poster", "primaryimage", "imageurl", "posterurl", "bigimage"),
}
"""By column of the manifest, how APIs call it: the first of these that is there; capitals, `_` and `-` do not count."""

CERTIFICATE: Final = ("certificate", "certification", "rated", "contentrating", "mpaa", "ratingmpaa")

_INSIDE: Final = ("url", "value", "text", "average", "averagerating", "aggregaterating", "ratingvalue", "name", "year")
"""Where a value lies in a value that is an object of its own: `"image": {"url": …}`."""

_AROUND: Final = (
    "results",
    "data",
    "titles",
    "movies",
    "films",
    "items",
    "records",
    "search",
    "entries",
    "description",
)
"""What APIs call the list of records in an answer."""

NO_RECORD: Final = "line or record that is no JSON object"
NO_CERTIFICATE: Final = "record without a certificate"
OTHER_CERTIFICATE: Final = "record with another certificate"


class NoRecords(ValueError):
    """A text is no JSON, or there is no list of records in it."""


def gather(records: Iterable[object], source: str, certificates: Collection[str] = ()) -> Gathering:
    """A row for each record.

    Args:
        records: What JSON holds; what is no object is counted as broken.
        source: What to call where they come from.
        certificates: Where there are some, records with one of these alone: `G`, `PG`.
    """
    gathering = Gathering(source)
    wanted = {name.strip().casefold() for name in certificates}
    for record in records:
        if not isinstance(record, dict):
            gathering.leave_out(NO_RECORD)
            continue
        fields = {_plain(name): value for name, value in record.items()}
        if wanted:
            certificate = _field(fields, CERTIFICATE)
            if not isinstance(certificate, str) or not certificate.strip():
                gathering.leave_out(NO_CERTIFICATE)
                continue
            if certificate.strip().casefold() not in wanted:
                gathering.leave_out(OTHER_CERTIFICATE)
                continue
        gathering.add({column: _field(fields, names) for column, names in FIELDS.items()})
    return gathering


def in_files(paths: Iterable[Path]) -> Iterator[object]:
    """The records of files: a list, an object with a list in it, or an object a line.

    Raises:
        DatasetError: a file cannot be read, or holds no records.
    """
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
        try:
            yield from records_of(content)
        except NoRecords:
            yield from _lines(path, content)


def records_of(content: bytes) -> list[object]:
    """The records of one JSON text.

    Raises:
        NoRecords: it is no JSON, or there is no list in it.
    """
    try:
        value = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NoRecords from None
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        fields = {_plain(name): inside for name, inside in value.items()}
        lists = [fields[name] for name in _AROUND if isinstance(fields.get(name), list)]
        if lists:
            return lists[0]
        if any(name in fields for name in FIELDS["genres"] + FIELDS["url"]):
            return [value]
    raise NoRecords


def _lines(path: Path, content: bytes) -> Iterator[object]:
    found = False
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines():
        if not line.strip():
            continue
        try:
            record: object = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            record = None
        found = found or isinstance(record, dict)
        yield record
    if not found:
        raise DatasetError(f"{path} holds no JSON records: a list of objects, or an object a line.")


def _field(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    value = next((fields[name] for name in names if fields.get(name) not in (None, "", [], {})), None)
    return _unpacked(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if isinstance(value, dict):
        inside = {_plain(name): part for name, part in value.items()}
        return next((inside[name] for name in _INSIDE if isinstance(inside.get(name), str | int | float)), value)
    return value


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")
