import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from model_engine import versions
from model_engine.errors import VersionError
from model_engine.rehearsal import save_rehearsal
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore, open_version
from model_engine.versions import MANIFEST_FILE, NEEDED_FILES, REHEARSAL_FILE, Version, load_version, seal


@pytest.fixture
def folder(tmp_path: Path, starter: Version) -> Path:
    """A version of our own making: the starter's files under another name."""
    copy = tmp_path / "made" / "mine-2"
    shutil.copytree(starter.folder, copy)
    (copy / MANIFEST_FILE).unlink()
    seal(copy, "mine-2", "efficientnet-lite0")
    return copy


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(f"file://{tmp_path / 'store'}", tmp_path / "cache")


def code_of(folder: Path) -> str:
    with pytest.raises(VersionError) as caught:
        load_version(folder)
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_the_starter_is_sound_and_small_enough_to_ship(starter: Version) -> None:
    assert starter.name == "starter-3"
    assert starter.manifest.backbone.startswith("ensemble-")
    assert set(NEEDED_FILES) <= set(starter.manifest.files)
    assert sum(file.bytes for file in starter.manifest.files.values()) < 25_000_000


def test_the_starter_says_which_genres_it_judges_and_how_many_posters_they_had(starter: Version) -> None:
    assert len(starter.labels.judged) == 21
    assert all(sum(starter.labels.supports[genre].values()) >= 150 for genre in starter.labels.judged)
    assert not set(starter.labels.judged) & set(starter.labels.too_rare)


@pytest.mark.parametrize("name", NEEDED_FILES)
def test_a_file_that_was_changed_by_one_byte_is_not_opened(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert code_of(folder) == "tampered"


def test_posters_that_another_network_saw_are_not_remembered(folder: Path) -> None:
    (folder / MANIFEST_FILE).unlink()
    save_rehearsal(np.zeros((5, 7), np.float32), folder / REHEARSAL_FILE)
    seal(folder, "mine-2", "efficientnet-lite0")
    with pytest.raises(VersionError, match=r"rehearsal\.npz in .* is not of this version's network\.") as caught:
        load_version(folder).rehearsal()
    assert caught.value.code == "unreadable"


def test_a_version_that_lost_a_file_is_refused(folder: Path) -> None:
    (folder / "network.onnx").unlink()
    assert code_of(folder) == "incomplete"


def test_without_its_manifest_a_folder_is_no_version(folder: Path) -> None:
    (folder / MANIFEST_FILE).unlink()
    assert code_of(folder) == "missing"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"format": 1}'])
def test_a_manifest_that_cannot_be_read_is_refused(folder: Path, content: bytes) -> None:
    (folder / MANIFEST_FILE).write_bytes(content)
    assert code_of(folder) == "unreadable"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".hidden", "a/b"])
def test_a_manifest_that_reaches_out_of_its_folder_is_refused(folder: Path, name: str) -> None:
    manifest = msgspec.json.decode((folder / MANIFEST_FILE).read_bytes())
    manifest["files"][name] = {"sha256": "0" * 64, "bytes": 1}
    (folder / MANIFEST_FILE).write_bytes(msgspec.json.encode(manifest))
    assert code_of(folder) == "unreadable"


def test_a_manifest_of_a_later_format_is_refused(folder: Path) -> None:
    manifest = msgspec.json.decode((folder / MANIFEST_FILE).read_bytes())
    (folder / MANIFEST_FILE).write_bytes(msgspec.json.encode({**manifest, "format": versions.FORMAT + 1}))
    assert code_of(folder) == "unreadable"


def test_a_sealed_folder_cannot_be_sealed_again(folder: Path) -> None:
    with pytest.raises(VersionError) as caught:
        seal(folder, "mine-3", "efficientnet-lite0")
    assert caught.value.code == "exists"


def test_a_folder_that_lacks_a_file_cannot_be_sealed(tmp_path: Path) -> None:
    with pytest.raises(VersionError) as caught:
        seal(tmp_path, "mine-3", "efficientnet-lite0")
    assert caught.value.code == "incomplete"


def test_the_starter_is_there_without_being_published(store: VersionStore) -> None:
    assert store.list() == ["starter-3"]
    assert store.load("starter-3").name == "starter-3"


def test_a_published_version_is_listed_fetched_and_sound(store: VersionStore, folder: Path) -> None:
    assert store.publish(folder) == "mine-2"
    assert store.list() == ["mine-2", "starter-3"]
    fetched = store.load("mine-2")
    assert fetched.name == "mine-2"
    assert fetched.folder != folder
    assert store.fetch("mine-2") == fetched.folder


def test_a_version_is_published_once(store: VersionStore, folder: Path) -> None:
    store.publish(folder)
    with pytest.raises(VersionError) as caught:
        store.publish(folder)
    assert caught.value.code == "exists"


def test_a_version_without_its_manifest_is_still_being_written(
    store: VersionStore, folder: Path, tmp_path: Path
) -> None:
    store.publish(folder)
    (tmp_path / "store" / "mine-2" / MANIFEST_FILE).unlink()
    assert store.list() == ["starter-3"]
    with pytest.raises(VersionError) as caught:
        store.fetch("mine-2")
    assert caught.value.code == "missing"


def test_a_download_that_does_not_match_leaves_nothing_behind(
    store: VersionStore, folder: Path, tmp_path: Path
) -> None:
    store.publish(folder)
    (tmp_path / "store" / "mine-2" / "network.onnx").write_bytes(b"another network")
    with pytest.raises(VersionError) as caught:
        store.fetch("mine-2")
    assert caught.value.code == "tampered"
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("name", ["", "..", "../x", "A", "a" * 64, "a b"])
def test_a_name_that_is_none_is_refused(store: VersionStore, name: str) -> None:
    with pytest.raises(VersionError) as caught:
        store.fetch(name)
    assert caught.value.code == "bad_name"


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="cannot be opened") as caught:
        VersionStore("gopher://somewhere?key=secret", tmp_path)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_name_a_version_or_a_folder(folder: Path) -> None:
    assert open_version(EngineSettings()).name == "starter-3"
    assert open_version(EngineSettings(model_version=str(folder))).name == "mine-2"
    with pytest.raises(VersionError, match=r"There is no version nobody; there are: starter-3\."):
        open_version(EngineSettings(model_version="nobody"))
