"""What a run learns from, frozen: who said what is not in it, and nothing that happens later changes it."""

import hashlib
import zlib
from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from models.lessons import Lesson

COMPRESSION: Final = 1
"""Of zlib: features hardly get smaller by a higher one."""

HELD_OUT_TWIN: Final = "they look like others that measure"
ANCHOR_TWIN: Final = "they look like anchor posters"
NO_PICTURE: Final = "their pictures are gone"


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """N corrected posters. Row i of everything is the same one; their order is that of the groups' names."""

    champion: str
    """Version whose network gave the features."""
    backbone: str
    lessons: tuple[Lesson, ...]
    held_out: tuple[bool, ...]
    """Which measure instead of teaching; see `learning.sides`."""
    features: bytes
    """(N, width), little-endian float16."""
    left_out: Mapping[str, int]
    """Corrected posters that are not here, by the reason."""

    def matrix(self) -> np.ndarray:
        """The features, (N, width) float32."""
        packed = np.frombuffer(self.features, "<f2")
        return packed.reshape(len(self.lessons), -1).astype(np.float32)

    def teaching(self) -> np.ndarray:
        """Rows that teach."""
        return np.flatnonzero(~np.array(self.held_out, bool))

    def measuring(self) -> np.ndarray:
        """Rows that measure: those held out whose labels are good enough."""
        good = [lesson.measures for lesson in self.lessons]
        return np.flatnonzero(np.array(self.held_out, bool) & np.array(good, bool))


def pack(snapshot: Snapshot) -> tuple[bytes, str]:
    """The snapshot as it is kept, and the sha256 of its content; both are the same for equal snapshots."""
    content = msgspec.msgpack.encode(snapshot)
    return zlib.compress(content, COMPRESSION), hashlib.sha256(content).hexdigest()


def unpack(packed: bytes) -> Snapshot:
    """What `pack` packed.

    Raises:
        ValueError: it is no snapshot, or one of another program.
    """
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=Snapshot)
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError(f"The frozen corrections cannot be read: {error}.") from error


def public_part(snapshot: Snapshot) -> bytes:
    """What a version keeps of it, as JSON: groups, labels and weights; neither features nor which ones measure."""
    hidden = {"measures"}
    lessons = [
        {name: value for name, value in msgspec.to_builtins(lesson).items() if name not in hidden}
        for lesson in snapshot.lessons
    ]
    return msgspec.json.encode({"champion": snapshot.champion, "lessons": lessons}) + b"\n"
