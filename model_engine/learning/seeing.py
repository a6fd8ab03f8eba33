"""Shows kept pictures of corrected posters to a network, batch by batch, while the loop goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import numpy as np

from model_engine.preprocessing import Preprocessing
from posters.intake import Refusal, decode
from posters.store import PosterMissing, PosterStore

See = Callable[[np.ndarray], np.ndarray]
"""What becomes of prepared pictures (B, height, width, 3), uint8: (B, …)."""


async def seen(
    groups: Mapping[str, Sequence[str]], store: PosterStore, preprocessing: Preprocessing, see: See, batch: int
) -> AsyncIterator[tuple[dict[str, np.ndarray], int]]:
    """What `see` makes of one picture of each group, with the number of groups that were looked for so far.

    Groups are left out of which no picture is there.

    Args:
        groups: the posters of each group.
        store: of the pictures.
        preprocessing: of the network.
        see: called in a thread.
        batch: pictures at a time.

    Raises:
        PosterStoreError: the store refuses.
        Exception: whatever `see` raises.
    """
    names = list(groups)
    for start in range(0, len(names), batch):
        some = names[start : start + batch]
        pictures = await asyncio.gather(*(_first_picture(store, groups[group]) for group in some))
        there = {group: jpeg for group, jpeg in zip(some, pictures, strict=True) if jpeg is not None}
        yield await asyncio.to_thread(_seen, there, preprocessing, see), start + len(some)


async def _first_picture(store: PosterStore, poster_ids: Sequence[str]) -> bytes | None:
    for poster_id in poster_ids:
        try:
            return await store.get(poster_id)
        except PosterMissing:
            continue
    return None


def _seen(pictures: Mapping[str, bytes], preprocessing: Preprocessing, see: See) -> dict[str, np.ndarray]:
    prepared = {}
    for group, jpeg in pictures.items():
        try:
            prepared[group] = preprocessing.prepare(decode(jpeg))
        except Refusal:
            continue  # The store gave back what is no picture.
    if not prepared:
        return {}
    return dict(zip(prepared, see(np.stack(list(prepared.values()))), strict=True))
