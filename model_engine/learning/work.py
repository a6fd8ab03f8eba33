"""The work of one run, from its row to its report."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from model_engine.errors import VersionError
from model_engine.learning.faults import CHAMPION, RunFailed
from model_engine.learning.gathering import gather
from model_engine.learning.ledger import Ledger
from model_engine.learning.snapshot import Snapshot, pack, unpack
from model_engine.learning.telling import Telling
from model_engine.quiet import quieten_tensorflow
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import Version
from models.database import Database
from models.fail_points import reach
from models.learning_recipes import LearningRecipe
from models.tables import TrainingRun
from posters.store import PosterStore

if TYPE_CHECKING:
    from model_engine.learning.anchors import Anchors
    from model_engine.learning.deepening import Deeper
    from model_engine.learning.retraining import Result

NO_SUCH_RECIPE: Final = "There is no recipe {name} for corrections; there are: {known}."
NOTHING_NEW: Final = (
    "Nothing has changed since run {run}, whose version {version} learnt from the very same corrections."
)


@dataclass(frozen=True, kw_only=True)
class Work:
    """Does runs with what the trainer was given."""

    database: Database
    ledger: Ledger
    store: PosterStore
    versions: VersionStore
    settings: EngineSettings
    anchors: Path | None
    """Folder of the anchor set."""
    golden: Path | None
    """Folder of pictures that everybody knows."""

    async def do(self, run: TrainingRun, telling: Telling) -> "Result":
        """Does a run that was taken up, from where an earlier trainer left it.

        Raises:
            RunFailed: it cannot be done.
            Stopped: it is not wanted any more.
            DatabaseGone: the database has refused for too long.
            Exception: see `faults.failure_of`.
        """
        if run.recipe not in list(LearningRecipe):
            raise RunFailed("no_such_recipe", NO_SUCH_RECIPE.format(name=run.recipe, known=", ".join(LearningRecipe)))
        telling.tell("snapshot")
        champion = await asyncio.to_thread(self._champion, run)
        anchors = await asyncio.to_thread(self._load_anchors, champion, telling)
        frozen = await self.ledger.snapshot(run)
        if frozen is None:
            snapshot, snapshot_hash = await self._freeze(run, champion, anchors, telling)
        else:
            snapshot = await asyncio.to_thread(unpack, frozen)
            snapshot_hash = run.snapshot_hash or ""
        attempt = await self.ledger.attempt(run)
        reach("trainer.frozen")
        deeper = None
        if run.recipe == LearningRecipe.DEEPER and not await asyncio.to_thread(self._is_published, run):
            deeper = await self._look_deeper(champion, snapshot, telling)
        return await asyncio.to_thread(
            self._retrain, run, champion, anchors, snapshot, snapshot_hash, attempt, deeper, telling
        )

    def _champion(self, run: TrainingRun) -> Version:
        try:
            return self.versions.load(run.champion or "")
        except VersionError as error:
            raise RunFailed(f"champion_{error.code}", CHAMPION.format(reason=str(error))) from error

    def _load_anchors(self, champion: Version, telling: Telling) -> "Anchors | None":
        if self.anchors is None:
            return None
        # Imported here, and in a thread: it brings Keras, which no trainer needs that only waits.
        quieten_tensorflow()
        from model_engine.learning.anchors import load_anchors

        return load_anchors(self.anchors, champion, self.settings, self._room / "anchors", telling)

    async def _freeze(
        self, run: TrainingRun, champion: Version, anchors: "Anchors | None", telling: Telling
    ) -> tuple[Snapshot, str]:
        hashes = () if anchors is None else anchors.hashes

        async def unit() -> Snapshot:
            return await gather(self.database, self.store, champion, hashes, self.settings, telling)

        snapshot = await self.ledger.patiently(unit)
        reach("trainer.gathered")
        packed, snapshot_hash = await asyncio.to_thread(pack, snapshot)
        twin = await self.ledger.freeze(run, telling, packed, snapshot_hash)
        if twin is not None:
            raise RunFailed("nothing_new", NOTHING_NEW.format(run=twin.id, version=twin.version))
        return snapshot, snapshot_hash

    def _is_published(self, run: TrainingRun) -> bool:
        """Whether an earlier trainer did all but tell."""
        return _name_of(run) in self.versions.list()

    async def _look_deeper(self, champion: Version, snapshot: Snapshot, telling: Telling) -> "Deeper":
        deepening = await asyncio.to_thread(_deepening)

        async def unit() -> "Deeper":
            return await deepening.look_deeper(snapshot, champion, self.database, self.store, self._room, telling)

        return await self.ledger.patiently(unit)

    def _retrain(
        self,
        run: TrainingRun,
        champion: Version,
        anchors: "Anchors | None",
        snapshot: Snapshot,
        snapshot_hash: str,
        attempt: int,
        deeper: "Deeper | None",
        telling: Telling,
    ) -> "Result":
        quieten_tensorflow()
        from model_engine.learning.retraining import retrain
        from model_engine.learning.task import Task

        task = Task(
            name=_name_of(run),
            champion=champion,
            snapshot=snapshot,
            snapshot_hash=snapshot_hash,
            attempt=attempt,
            epochs=run.epochs,
            requested_at=run.created_at,
            anchors=anchors,
            golden=self.golden,
            deeper=deeper,
        )
        return retrain(task, self.versions, self._room / "drafts", telling)

    @property
    def _room(self) -> Path:
        return self.settings.data_dir.absolute() / "trainer"


def _name_of(run: TrainingRun) -> str:
    """Of the version that a run publishes."""
    return f"run-{run.id}"


def _deepening() -> ModuleType:
    """In a thread: it brings Keras."""
    quieten_tensorflow()
    from model_engine.learning import deepening

    return deepening
