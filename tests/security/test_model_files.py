"""A version's files are data: none of them can bring code along, even with a manifest that fits."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model_engine.version_store import SHIPPED_FOLDER
from model_engine.versions import HEADS_FILE, MANIFEST_FILE, load_version, read_manifest, seal


def resealed(folder: Path) -> Path:
    """The folder with a manifest that fits it, as somebody who may write to the version store would leave it."""
    manifest = read_manifest(folder)
    (folder / MANIFEST_FILE).unlink()
    seal(folder, manifest.name, manifest.backbone)
    return folder


@pytest.fixture
def version(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED_FOLDER / "starter-3", tmp_path / "starter-3")


def test_pickled_heads_are_not_read(version: Path) -> None:
    np.savez(version / HEADS_FILE, genre_kernel=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_version(resealed(version)).heads()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_keras_file_with_code_of_its_own_is_not_opened(tmp_path: Path) -> None:
    import keras

    from model_engine.runtimes.keras_runtime import KerasRuntime

    pixels = keras.Input((8, 8, 3), name="pixels")
    keras.Model(pixels, keras.layers.Lambda(lambda tensor: tensor * 2)(pixels)).save(tmp_path / "network.keras")
    with pytest.raises(ValueError, match="Lambda"):
        KerasRuntime(tmp_path / "network.keras", "evil")
