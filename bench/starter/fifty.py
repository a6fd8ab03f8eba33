"""The fifty posters that docs/starter-model.md speaks of: drawn from the test split by lot, for a person to look at."""

from pathlib import Path

import numpy as np

from model_engine.datasets.dataset import Dataset

SEED = 50
COUNT = 50


def write_fifty(dataset: Dataset, out: Path) -> None:
    """Writes them to a new folder, each under its id, so that `poster-judge predict --labels` knows them."""
    out.mkdir(parents=True)
    for row in np.random.default_rng(SEED).permutation(dataset.rows("test"))[:COUNT]:
        dataset.read(int(row)).save(out / f"{dataset.table['id'].iloc[int(row)]}.png")
