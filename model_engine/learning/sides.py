"""On which side a corrected poster is: most teach, the others measure what was learnt. Nobody ever changes sides."""

import hashlib
from typing import Final

HELD_OUT: Final = 0.3
"""Share of posters that measure: the gate wants hundreds of them, and learning has diminishing returns."""

_STEPS: Final = 2**64


def is_held_out(group_id: str, salt: str) -> bool:
    """Whether a poster measures instead of teaching.

    Args:
        group_id: shared by posters that look the same, so that no two of them are on different sides; see
            `models.tables.Poster.group_id`.
        salt: this installation's own secret. With it nobody outside can tell which posters measure, and be honest about
            those alone; without it, anybody who reads this file could.
    """
    digest = hashlib.sha256(f"{salt} {group_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < HELD_OUT * _STEPS
