"""Finds the versions that are to be measured, runs each over the posters once, and measures it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from model_engine.datasets.dataset import Dataset
from model_engine.errors import VersionError
from model_engine.evaluation.evaluating import evaluate, require_labels
from model_engine.evaluation.outputs import Outputs, Progress, outputs_of
from model_engine.evaluation.results import Evaluation
from model_engine.runtimes.interface import Runtime
from model_engine.runtimes.opening import open_runtime
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import MANIFEST_FILE, Version, load_version

ALL = "all"


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
        VersionError: there is none of that name, one is not sound, or two different ones have the same name.
    """
    store = VersionStore.from_settings(settings)
    found: dict[str, Version] = {}
    for word in words:
        for version in _found(word, store):
            if found.setdefault(version.name, version).manifest != version.manifest:
                both = f"{found[version.name].folder} and {version.folder}"
                raise VersionError("exists", f"Two different versions are named {version.name}: {both}.")
    return list(found.values())


def measure(
    version: Version, dataset: Dataset, split: str, settings: EngineSettings, *, draws: int, progress: Progress
) -> Measured:
    """A version's figures on a split; what it said of these posters before is kept.

    Raises:
        DatasetError: a picture cannot be read, or the split has nothing to measure.
        DeviceError: out of memory, or the device was lost.
    """
    require_labels(dataset, split)

    def opened() -> Runtime:
        return open_runtime(settings.runtime, version, threads=settings.engine_threads)

    outputs = outputs_of(version, dataset, opened, settings.data_dir / "outputs", progress)
    return Measured(version, outputs, evaluate(version, dataset, outputs, split, draws))


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
