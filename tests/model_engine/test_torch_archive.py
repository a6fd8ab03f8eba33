import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from model_engine.networks.torch_archive import MAGIC_NUMBER, PROTOCOL_VERSION, ArchiveError, read_tensors

SYSTEM = {"protocol_version": PROTOCOL_VERSION, "little_endian": True, "type_sizes": {}}


class _Named:
    """Pickles as the call of a named global, the way torch's own rebuilding does."""

    def __init__(self, module: str, name: str, *arguments: object) -> None:
        self.target = (module, name)
        self.arguments = arguments


class _Storage:
    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class _Writer(pickle._Pickler):  # type: ignore[misc, name-defined]
    """The pure-Python pickler, because only it lets a test name globals that do not exist here."""

    def persistent_id(self, obj: object):
        return ("storage", "FloatStorage", obj.key, "cpu", obj.count) if isinstance(obj, _Storage) else None

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, _Named):
            self.write(pickle.GLOBAL + "{}\n{}\n".format(*obj.target).encode())
            super().save(obj.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(obj, save_persistent_id)


def write(path: Path, tensors: object, storages: dict[str, bytes], magic: int = MAGIC_NUMBER) -> Path:
    with path.open("wb") as file:
        for part in (magic, PROTOCOL_VERSION, SYSTEM):
            pickle.dump(part, file, protocol=2)
        _Writer(file, protocol=2).dump(tensors)
        pickle.dump(list(storages), file, protocol=2)
        for raw in storages.values():
            file.write((len(raw) // 4).to_bytes(8, "little") + raw)
    return path


def tensor(key: str, count: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> _Named:
    storage = _Storage(key, count)
    return _Named("torch._utils", "_rebuild_tensor_v2", storage, 0, shape, strides, False, OrderedDict())


VALUES = np.arange(6, dtype="<f4")


def test_a_tensor_is_read_with_its_strides(tmp_path: Path) -> None:
    file = write(tmp_path / "w.pth", {"kernel": tensor("7", 6, (2, 3), (1, 2))}, {"7": VALUES.tobytes()})
    assert np.array_equal(read_tensors(file)["kernel"], VALUES.reshape(3, 2).T)


def test_a_file_that_wants_to_run_code_is_refused(tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    file = write(tmp_path / "w.pth", {"kernel": _Named("os", "mkdir", str(canary))}, {})
    with pytest.raises(ArchiveError, match=r"os\.mkdir"):
        read_tensors(file)
    assert not canary.exists()


def test_a_preamble_that_wants_to_run_code_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "w.pth"
    with file.open("wb") as opened:
        _Writer(opened, protocol=2).dump(_Named("builtins", "eval", "1"))
    with pytest.raises(ArchiveError, match="plain values only"):
        read_tensors(file)


@pytest.mark.parametrize(("shape", "strides"), [((2, 4), (4, 1)), ((7,), (1,)), ((2,), (-1,)), ((2, 2), (5, 5))])
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(
    tmp_path: Path, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    file = write(tmp_path / "w.pth", {"kernel": tensor("7", 6, shape, strides)}, {"7": VALUES.tobytes()})
    with pytest.raises(ArchiveError, match="beyond its storage"):
        read_tensors(file)


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "w.pth", {"kernel": tensor("7", 6, (6,), (1,))}, {"7": VALUES.tobytes()})
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(ArchiveError, match="cut short"):
        read_tensors(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x80\x02}q\x00."])
def test_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "w.pth"
    file.write_bytes(content)
    with pytest.raises(ArchiveError):
        read_tensors(file)
