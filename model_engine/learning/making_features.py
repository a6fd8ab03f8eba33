"""Features of posters that were judged by another network, or whose judgement is gone: made from their pictures."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from model_engine.learning.telling import Telling
from model_engine.runtimes import open_runtime
from model_engine.runtimes.interface import Runtime
from model_engine.settings import EngineSettings
from model_engine.versions import Version
from posters.intake import Refusal, decode
from posters.store import PosterMissing, PosterStore


async def make_features(
    missing: Mapping[str, Sequence[str]],
    store: PosterStore,
    version: Version,
    settings: EngineSettings,
    telling: Telling,
    *,
    known: int,
) -> dict[str, np.ndarray]:
    """Features (width,) of each group of which a picture is there.

    Args:
        missing: the posters of each group.
        store: of the pictures.
        version: whose network it is.
        settings: of the runtime.
        telling: told how many are done.
        known: groups whose features were kept, which count as done.

    Raises:
        Stopped: they are not wanted any more.
        PosterStoreError: the store refuses.
        DeviceError: memory ran out.
    """
    made: dict[str, np.ndarray] = {}
    if not missing:
        return made
    runtime = await asyncio.to_thread(_opened, version, settings)
    try:
        groups = list(missing)
        for start in range(0, len(groups), runtime.best_batch_size):
            some = groups[start : start + runtime.best_batch_size]
            pictures = await asyncio.gather(*(_first_picture(store, missing[group]) for group in some))
            there = {group: jpeg for group, jpeg in zip(some, pictures, strict=True) if jpeg is not None}
            made |= await asyncio.to_thread(_features, runtime, version, there)
            telling.tell("features", known + start + len(some), known + len(groups))
    finally:
        await asyncio.to_thread(runtime.close)
    return made


def _opened(version: Version, settings: EngineSettings) -> Runtime:
    return open_runtime(
        settings.runtime, version, max_batch_size=settings.max_batch_size, threads=settings.engine_threads
    )


async def _first_picture(store: PosterStore, poster_ids: Sequence[str]) -> bytes | None:
    for poster_id in poster_ids:
        try:
            return await store.get(poster_id)
        except PosterMissing:
            continue
    return None


def _features(runtime: Runtime, version: Version, pictures: Mapping[str, bytes]) -> dict[str, np.ndarray]:
    prepared = {}
    for group, jpeg in pictures.items():
        try:
            prepared[group] = version.preprocessing.prepare(decode(jpeg))
        except Refusal:
            continue  # The store gave back what is no picture.
    if not prepared:
        return {}
    outputs = runtime.infer(np.stack(list(prepared.values())))
    return dict(zip(prepared, outputs.features, strict=True))
