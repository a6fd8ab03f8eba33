"""The starter version, and pictures that are no posters but free: scikit-image's cat and coffee."""

import io
import zipfile
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_engine.versions import Version, load_version
from models.versions import STARTER_VERSION

STARTER = Path(str(resources.files("model_engine") / "starter" / STARTER_VERSION))


KERAS_ON_NUMPY_2 = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
"""Keras 3.15 hands NumPy its variables without the keyword that NumPy 2 asks for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(KERAS_ON_NUMPY_2))


def picture(name: str) -> np.ndarray:
    """A picture that lies inside scikit-image's wheel, RGB."""
    with Image.open(Path(str(resources.files("skimage") / "data" / f"{name}.png"))) as opened:
        return np.asarray(opened.convert("RGB"))


def centre_square(pixels: np.ndarray) -> np.ndarray:
    side = min(pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    return pixels[top : top + side, left : left + side]


@pytest.fixture(scope="session")
def starter() -> Version:
    return load_version(STARTER)


@pytest.fixture(scope="session")
def posters() -> list[np.ndarray]:
    """Five pictures of different shapes, one of them small and one of them plain."""
    cat, coffee = picture("chelsea"), picture("coffee")
    return [cat, coffee, coffee[:300, :200], cat[::4, ::4], np.full((248, 168, 3), 200, np.uint8)]


@pytest.fixture
def poster_folder(tmp_path: Path, posters: list[np.ndarray]) -> Path:
    """The posters as files `0.png` to `4.png`, with a text among them."""
    folder = tmp_path / "posters"
    folder.mkdir()
    for index, pixels in enumerate(posters):
        Image.fromarray(pixels).save(folder / f"{index}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture(scope="session")
def toy_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety made-up posters whose colour tells genre and score: red is liked horror, blue disliked comedy."""
    folder = tmp_path_factory.mktemp("toy")
    chance = np.random.default_rng(3)
    lines = ["id,title,year,genres,imdb_score,num_votes,split,width,height,archive"]
    with zipfile.ZipFile(folder / "posters-0.zip", "w") as archive:
        for index in range(90):
            red = index % 2 == 0
            colour = (200, 40, 40) if red else (40, 40, 200)
            noise = chance.integers(-30, 30, (60, 40, 3))
            pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
            archive.writestr(f"tt{index:04}.webp", _webp(pixels))
            split = ("train", "train", "train", "validation", "validation", "test", "test")[index % 7]
            genres, score = ("Horror|Drama", 8.1) if red else ("Comedy", 4.2)
            lines.append(f"tt{index:04},A film,2000,{genres},{score},{1000 + index},{split},40,60,posters-0.zip")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def _webp(pixels: np.ndarray) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, "WEBP")
    return encoded.getvalue()
