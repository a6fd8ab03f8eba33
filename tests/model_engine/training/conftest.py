from collections.abc import Iterator
from pathlib import Path

import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.networks import judge_network
from tests.model_engine.training import tiny


@pytest.fixture(autouse=True, scope="package")
def tiny_network() -> Iterator[None]:
    tiny.register()
    yield
    judge_network.NETWORKS.pop("tiny")


@pytest.fixture(scope="session")
def toys(toy_dataset: Path) -> Dataset:
    return Dataset.open(toy_dataset)
