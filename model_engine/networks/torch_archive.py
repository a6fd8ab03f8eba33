"""Reads tensors out of a legacy torch file without torch and without running anything the file names.

Layout (https://github.com/pytorch/pytorch/blob/main/torch/serialization.py, `_legacy_save`): three pickles
(magic number, protocol, system), a pickled ordered dict of tensors that name their storages by persistent id, a
pickled list of storage keys, then each storage in that order as an int64 count and raw little-endian values.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import numpy as np

from model_engine.errors import EngineError

MAGIC_NUMBER: Final = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION: Final = 1001

STORAGE_TYPES: Final[dict[str, np.dtype[Any]]] = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
}
"""The only storages that a file of weights needs."""


class ArchiveError(EngineError):
    """The file is not a legacy torch file of plain tensors; the message says what was found instead."""


class _Storage(NamedTuple):
    kind: str
    key: str
    count: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _TensorUnpickler(pickle.Unpickler):
    """Resolves four names and refuses every other, so that a hostile file cannot run code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in STORAGE_TYPES:
            return name
        raise ArchiveError(f"A file of weights has no need for this name. Received: {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        match pid:
            case ("storage", str(kind), str(key), str(_), int(count)):
                return _Storage(kind, key, count)
            case ("storage", str(kind), str(key), str(_), int(count), None):
                return _Storage(kind, key, count)
        raise ArchiveError(f"A storage is named by its type, key, place and count. Received: {pid!r}")


class _PlainUnpickler(pickle.Unpickler):
    """For the parts that hold only numbers, texts, lists and dicts."""

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        raise ArchiveError(f"This part of the file holds plain values only. Received: {module}.{name}")


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Every tensor of the file by name, as contiguous arrays in torch's own axis order.

    Raises:
        ArchiveError: another format, an unexpected name in it, or fewer bytes than it declares.
    """
    with path.open("rb") as file:
        try:
            _check_preamble(file)
            tensors = _TensorUnpickler(file).load()
            keys = _PlainUnpickler(file).load()
        except (pickle.UnpicklingError, EOFError, UnicodeDecodeError) as error:
            raise ArchiveError(f"The file does not have the legacy torch layout. Received: {path.name}") from error
        if not isinstance(tensors, dict) or not all(isinstance(tensor, _Tensor) for tensor in tensors.values()):
            raise ArchiveError(f"The file holds something else than tensors by name. Received: {path.name}")
        kinds = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
        storages = {key: _read_storage(file, kinds[key]) for key in keys if key in kinds}
    return {name: _as_array(tensor, storages) for name, tensor in tensors.items()}


def _check_preamble(file: IO[bytes]) -> None:
    magic, protocol, system = (_PlainUnpickler(file).load() for _ in range(3))
    if magic != MAGIC_NUMBER or protocol != PROTOCOL_VERSION or not system.get("little_endian"):
        found = f"{magic!r}, {protocol!r}, {system!r}"
        raise ArchiveError(f"Expected a little-endian legacy torch file. Received: {found}")


def _read_storage(file: IO[bytes], storage: _Storage) -> np.ndarray:
    dtype = STORAGE_TYPES[storage.kind]
    count = int.from_bytes(file.read(8), "little", signed=True)
    if count != storage.count:
        raise ArchiveError(f"Storage {storage.key} declares {storage.count} values. Received: {count}")
    raw = file.read(count * dtype.itemsize)
    if len(raw) != count * dtype.itemsize:
        raise ArchiveError(f"Storage {storage.key} is cut short. Received: {len(raw)} bytes")
    return np.frombuffer(raw, dtype)


def _as_array(tensor: _Tensor, storages: dict[str, np.ndarray]) -> np.ndarray:
    """A tensor is a strided window into its storage; strides count values, not bytes."""
    storage = storages.get(tensor.storage.key)
    if storage is None:
        raise ArchiveError(f"The file names a storage it does not hold. Received: key={tensor.storage.key}")
    reach = sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
    if min((tensor.offset, *tensor.strides)) < 0 or tensor.offset + reach >= storage.size or 0 in tensor.shape:
        raise ArchiveError(f"A tensor reaches beyond its storage. Received: shape={tensor.shape}")
    window = np.lib.stride_tricks.as_strided(
        storage[tensor.offset :],
        shape=tensor.shape,
        strides=tuple(step * storage.itemsize for step in tensor.strides),
        writeable=False,
    )
    return np.ascontiguousarray(window)
