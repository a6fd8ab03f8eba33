"""What a run is to do."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from model_engine.learning.anchors import Anchors
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
    most_steps: int | None
    """None for what the recipe says."""
    requested_at: datetime
    anchors: Anchors | None
    golden: Path | None
    """Folder of pictures that everybody knows."""

    @property
    def judged(self) -> np.ndarray:
        """(24,) bool, genres that the champion has enough posters of to be measured by."""
        return np.array([genre in self.champion.labels.judged for genre in GENRES])
