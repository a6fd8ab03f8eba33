"""Features of posters that were judged by another network, or whose judgement is gone: made from their pictures."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from model_engine.learning.seeing import seen
from model_engine.learning.telling import Telling
from model_engine.runtimes import open_runtime
from model_engine.runtimes.interface import Runtime
from model_engine.settings import EngineSettings
from model_engine.versions import Version
from posters.store import PosterStore


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

    def features_of(pictures: np.ndarray) -> np.ndarray:
        return runtime.infer(pictures).features

    try:
        async for some, done in seen(missing, store, version.preprocessing, features_of, runtime.best_batch_size):
            made |= some
            telling.tell("features", known + done, known + len(missing))
    finally:
        await asyncio.to_thread(runtime.close)
    return made


def _opened(version: Version, settings: EngineSettings) -> Runtime:
    return open_runtime(
        settings.runtime, version, max_batch_size=settings.max_batch_size, threads=settings.engine_threads
    )
