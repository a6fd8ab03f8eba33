"""Transport compression of the gateway.

Source: Discord's Gateway documentation, "Transport Compression".
"""

from __future__ import annotations

import zlib
from typing import Protocol

import zstandard


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
    """`compress=zstd-stream`: every message ends with a flushed block."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor().compressobj()

    def __call__(self, text: str) -> bytes:
        """Compress a message and flush."""
        compressed = self._stream.compress(text.encode())
        return bytes(compressed + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))


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
