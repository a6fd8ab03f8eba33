"""Fetches the posters of a data set into its folder; killed at any moment, a second run goes on with the rest."""

import asyncio
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import pandas as pd
from filelock import FileLock, Timeout

from model_engine.datasets.copying import IMAGES, picture_path
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.downloading.fetching import Fetcher, FetchError, Manner, open_fetcher
from model_engine.datasets.downloading.whole_files import PART, write_whole
from model_engine.datasets.manifest import DatasetError, write_manifest
from model_engine.datasets.pictures import IN_ARCHIVE
from model_engine.datasets.working_processes import Progress
from posters.refusals import Refusal
from posters.sniffing import sniff

FAILURES_FILE: Final = "failures.csv"
LOCK_FILE: Final = ".download.lock"
ENDINGS: Final = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp", "TIFF": ".tif"}

NO_ADDRESS: Final = "row without an address"
NO_PICTURE: Final = "no picture"


class Failure(NamedTuple):
    """A poster that could not be had."""

    id: str
    url: str
    cause: str
    detail: str


@dataclass
class Downloaded:
    """What a run did."""

    there: int = 0
    """Posters that an earlier run had fetched."""
    fetched: int = 0
    """Posters that came now."""
    failures: list[Failure] = field(default_factory=list)
    images: dict[str, str] = field(default_factory=dict)
    """By id, what the manifest's column `image` is to say of those that it does not name yet."""

    @property
    def count(self) -> int:
        """Posters that are done with, one way or the other."""
        return self.there + self.fetched + len(self.failures)


def download_posters(dataset: Dataset, chosen: Dataset, manner: Manner, progress: Progress) -> Downloaded:
    """Fetches the posters of the chosen rows that have none yet, and notes them in the manifest.

    A file appears under its name when it is whole. `FAILURES_FILE` in the folder lists what could not be had; a further
    run tries it again.

    Args:
        dataset: All of it.
        chosen: Rows of it.
        manner: How hosts are asked.
        progress: Told after each poster.

    Raises:
        DatasetError: another run is at work on the folder, or it cannot be written.
    """
    with _alone(dataset.folder), _writable(dataset.folder):
        (dataset.folder / IMAGES).mkdir(exist_ok=True)
        done, waiting = _sorted_out(dataset.folder, chosen)
        try:
            asyncio.run(_download(dataset.folder, waiting, done, manner, progress))
        finally:
            # Also when it is interrupted: what came is noted.
            _note(dataset, done)
    return done


async def _download(
    folder: Path, waiting: dict[str, str], done: Downloaded, manner: Manner, progress: Progress
) -> None:
    total = done.count + len(waiting)
    rest = iter(waiting.items())

    async def work(fetcher: Fetcher) -> None:
        for poster_id, url in rest:
            try:
                done.images[poster_id] = await _fetch(folder, fetcher, poster_id, url)
                done.fetched += 1
            except FetchError as error:
                done.failures.append(Failure(poster_id, url, error.cause, error.detail))
            progress(done.count, total)

    try:
        async with open_fetcher(manner, {"Accept": "image/*"}) as fetcher, asyncio.TaskGroup() as group:
            for _ in range(min(manner.concurrency, len(waiting))):
                group.create_task(work(fetcher))
    except* OSError as errors:
        raise errors.exceptions[0] from None


async def _fetch(folder: Path, fetcher: Fetcher, poster_id: str, url: str) -> str:
    content = await fetcher.fetch(url)
    try:
        ending = ENDINGS[sniff(content)]
    except Refusal as error:
        raise FetchError(NO_PICTURE, error.code.value) from None
    image = picture_path(poster_id, "", ending)
    await asyncio.to_thread(write_whole, folder / image, content)
    return image


def _sorted_out(folder: Path, chosen: Dataset) -> tuple[Downloaded, dict[str, str]]:
    """What is there already, what can never come, and the addresses of the rest by id."""
    lying = _lying_there(folder)
    done, waiting = Downloaded(), {}
    for poster_id, image, url in chosen.table[["id", "image", "url"]].itertuples(index=False):
        name = PurePosixPath(picture_path(poster_id, "", "")).name
        if not pd.isna(image) and (folder / image.partition(IN_ARCHIVE)[0]).is_file():
            done.there += 1
        elif name in lying:
            # Fetched by a run that was killed before it could note it.
            done.images[poster_id] = lying[name]
            done.there += 1
        elif pd.isna(url):
            done.failures.append(Failure(poster_id, "", NO_ADDRESS, ""))
        else:
            waiting[poster_id] = url
    return done, waiting


def _lying_there(folder: Path) -> dict[str, str]:
    """Pictures by their names without endings; what a killed run left unfinished is removed."""
    found: dict[str, str] = {}
    for path in sorted((folder / IMAGES).iterdir()):
        if path.suffix in ENDINGS.values():
            found[path.name.removesuffix(path.suffix)] = f"{IMAGES}/{path.name}"
        elif path.name.startswith(PART):
            path.unlink()
    return found


def _note(dataset: Dataset, done: Downloaded) -> None:
    if done.images:
        images = [done.images.get(poster_id, image) for poster_id, image in dataset.table[["id", "image"]].to_numpy()]
        write_manifest(dataset.table.assign(image=pd.Series(images, dtype="str")), dataset.folder)
    listed = dataset.folder / FAILURES_FILE
    if not done.failures:
        listed.unlink(missing_ok=True)
        return
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Failure._fields)
    lines.writerows(sorted(done.failures))
    write_whole(listed, text.getvalue().encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise DatasetError(f"Another download is at work on {folder}; let it finish, or stop it.") from None
    except OSError as error:
        raise DatasetError(f"{folder} cannot be written: {error.strerror or error}.") from error
    with lock:
        yield


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{folder} cannot be written: {error.strerror or error}; what came is kept.") from error
