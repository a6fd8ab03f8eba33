"""What a run is to do."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from model_engine.learning.anchors import Anchors
from model_engine.learning.deepening import Deeper
from model_engine.learning.examples import Examples
from model_engine.learning.snapshot import Snapshot
from model_engine.versions import Version
from models.genres import GENRES


@dataclass(frozen=True, kw_only=True)
class Task:
    """All that one run hangs on, so that whoever resumes it does the same."""

    name: str
    """Of the version that it publishes."""
    champion: Version
    snapshot: Snapshot
    snapshot_hash: str
    attempt: int
    """Of this quarter, from 1."""
    epochs: int | None
    """Passes over the posters; None for what the recipe says."""
    requested_at: datetime
    anchors: Anchors | None
    golden: Path | None
    """Folder of pictures that everybody knows."""
    deeper: Deeper | None = None
    """Where the network's last stage learns too; None where the heads do alone."""

    def teaching(self) -> np.ndarray:
        """Rows of the snapshot that teach."""
        return self.snapshot.teaching()

    def measuring(self) -> np.ndarray:
        """Rows of the snapshot that measure, of which both networks can say something."""
        rows = self.snapshot.measuring()
        return rows if self.deeper is None else np.intersect1d(rows, self.deeper.rows)

    def examples(self, rows: np.ndarray) -> Examples:
        """What was taught of these rows, with the champion's features."""
        return Examples.of([self.snapshot.lessons[row] for row in rows], self._features[rows])

    @cached_property
    def _features(self) -> np.ndarray:
        return self.snapshot.matrix()

    @property
    def judged(self) -> np.ndarray:
        """(24,) bool, genres that the champion has enough posters of to be measured by."""
        return np.array([genre in self.champion.labels.judged for genre in GENRES])
