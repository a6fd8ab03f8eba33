"""Transport compression of the gateway.

Source: Discord's Gateway documentation, "Transport Compression".
"""

from __future__ import annotations

import importlib
import zlib
from typing import Any, Protocol


class Compressor(Protocol):
    """Turns one gateway message after the other into pieces of a single compressed stream."""

    def __call__(self, text: str) -> bytes:
        """Compress a message and flush, so that it can be read at once."""
        ...


class ZlibStream:
    """`compress=zlib-stream`: every message ends with a Z_SYNC_FLUSH."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(level=1)

    def __call__(self, text: str) -> bytes:
        """Compress a message and flush."""
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """`compress=zstd-stream`, by whichever zstd module can be imported."""

    def __init__(self) -> None:
        module = _zstd_module()
        if module is None:
            raise LookupError("no zstd module can be imported")
        self._flush: Any
        if hasattr(module, "COMPRESSOBJ_FLUSH_BLOCK"):  # the package zstandard
            self._stream = module.ZstdCompressor().compressobj()
            self._flush = module.COMPRESSOBJ_FLUSH_BLOCK
        else:  # compression.zstd of Python 3.14, and its backport
            self._stream = module.ZstdCompressor()
            self._flush = None

    def __call__(self, text: str) -> bytes:
        """Compress a message and flush."""
        if self._flush is None:
            return bytes(self._stream.compress(text.encode(), self._stream.FLUSH_BLOCK))
        return bytes(self._stream.compress(text.encode()) + self._stream.flush(self._flush))


def _zstd_module() -> Any:
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def compressor_for(wanted: str | None) -> Compressor | None:
    """Return a new compressor for the gateway's `compress` parameter, None for no compression.

    Raises:
        LookupError: If there is none of that name here.
    """
    if wanted is None:
        return None
    if wanted == "zlib-stream":
        return ZlibStream()
    if wanted == "zstd-stream":
        return ZstdStream()
    raise LookupError(f"unknown transport compression {wanted}")
