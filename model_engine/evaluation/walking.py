"""Finds the versions that are to be measured, runs each once over the posters, and measures it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from model_engine.datasets.dataset import Dataset
from model_engine.errors import VersionError
from model_engine.evaluation.evaluating import evaluate, require_labels
from model_engine.evaluation.outputs import Outputs, outputs_of
from model_engine.evaluation.results import Evaluation
from model_engine.runtimes.opening import open_runtime
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import MANIFEST_FILE, Version, load_version

ALL = "all"

Progress = Callable[[str, int, int], None]
"""Called with a version's name, posters done and posters in all."""


class Measured(NamedTuple):
    """One version and what was found."""

    version: Version
    outputs: Outputs
    evaluation: Evaluation


def find_versions(words: Sequence[str], settings: EngineSettings) -> list[Version]:
    """The versions that are named, each once, in the order given.

    Args:
        words: names of saved versions, paths of a version's folder or of one that holds several, or `all`.
        settings: say where versions are saved.

    Raises:
        VersionError: there is none of that name, or one is not sound.
    """
    store = VersionStore.from_settings(settings)
    found: dict[str, Version] = {}
    for word in words:
        for version in _found(word, store):
            found.setdefault(version.name, version)
    return list(found.values())


def measure(
    versions: Sequence[Version],
    dataset: Dataset,
    split: str,
    settings: EngineSettings,
    *,
    draws: int,
    progress: Progress,
) -> Iterator[Measured]:
    """Each version's figures on a split, one version after the other; what a version said before is kept.

    Raises:
        DatasetError: a picture cannot be read, or the split has nothing to measure.
        DeviceError: out of memory, or the device was lost.
    """
    require_labels(dataset, split)
    for version in versions:
        outputs = outputs_of(
            version,
            dataset,
            lambda version=version: open_runtime(settings.runtime, version, threads=settings.engine_threads),
            settings.data_dir / "outputs",
            lambda done, total, name=version.name: progress(name, done, total),
        )
        yield Measured(version, outputs, evaluate(version, dataset, outputs, split, draws))


def _found(word: str, store: VersionStore) -> Iterator[Version]:
    folder = Path(word)
    if word == ALL:
        yield from (store.load(name) for name in store.list())
    elif (folder / MANIFEST_FILE).is_file():
        yield load_version(folder)
    elif folder.is_dir():
        inside = sorted(path.parent for path in folder.glob(f"*/{MANIFEST_FILE}"))
        if not inside:
            raise VersionError("missing", f"There is no version in {folder}.")
        yield from map(load_version, inside)
    else:
        yield store.load(word)
