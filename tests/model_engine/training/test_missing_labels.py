from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.importing import class_folders
from model_engine.training.building import train_version
from model_engine.versions import load_version
from tests.model_engine.training import tiny


@pytest.mark.parametrize(("names", "task"), [(("fresh", "rotten"), "verdict"), (("Horror", "Comedy"), "genres")])
def test_folders_of_classes_alone_are_enough_to_train_what_they_tell(
    tmp_path: Path, names: tuple[str, str], task: str
) -> None:
    chance = np.random.default_rng(1)
    for split, count in (("train", 24), ("validation", 12), ("test", 12)):
        for number in range(count):
            folder = tmp_path / "in" / split / names[number % 2]
            folder.mkdir(parents=True, exist_ok=True)
            colour = np.array((200, 40, 40) if number % 2 == 0 else (40, 40, 200))
            pixels = np.clip(colour + chance.integers(-30, 30, (60, 40, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    class_folders.gather(tmp_path / "in", tmp_path / "ds").write(tmp_path / "ds")

    recipe = tiny.recipe(task=task, least_support=10, augmentation={})
    recipe = msgspec.structs.replace(recipe, phase=recipe.phase[:1])
    folder = train_version(recipe, Dataset.open(tmp_path / "ds"), tmp_path / "versions", tmp_path / "cache")

    version = load_version(folder)
    assert version.name == "tiny-1"
    assert {path.name for path in folder.glob("*.png")} == {"history.png", "reliability.png", "roc.png"}
