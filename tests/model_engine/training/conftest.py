from collections.abc import Iterator
from pathlib import Path

import pytest

from model_engine.datasets.dataset import Dataset
from tests.model_engine.training import tiny


@pytest.fixture(autouse=True, scope="package")
def tiny_network() -> Iterator[None]:
    with tiny.registered():
        yield


@pytest.fixture(scope="session")
def toys(toy_dataset: Path) -> Dataset:
    return Dataset.open(toy_dataset)
