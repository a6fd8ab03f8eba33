"""Gathers what a run learns from: members' words from the database, features kept at judgement or made now."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from model_engine.float16 import as_float16
from model_engine.learning.faults import RunFailed
from model_engine.learning.making_features import make_features
from model_engine.learning.near_duplicates import look_like_any
from model_engine.learning.sides import is_held_out
from model_engine.learning.snapshot import ANCHOR_TWIN, HELD_OUT_TWIN, NO_PICTURE, Snapshot
from model_engine.learning.telling import Telling
from model_engine.settings import EngineSettings
from model_engine.versions import Version
from models.database import Database
from models.lessons import Lesson, lessons
from models.repositories.installations import InstallationRepository
from models.repositories.lessons import LessonRepository, Looks
from posters.store import PosterStore

NO_CORRECTIONS: Final = (
    "There is nothing to learn from: no correction of a public judgement stands. Correct some, then ask again."
)
NO_TEACHERS: Final = "There is nothing to learn from: of {count} corrected posters none teaches. Correct more of them."


async def gather(
    database: Database,
    store: PosterStore,
    version: Version,
    anchor_hashes: Collection[int],
    settings: EngineSettings,
    telling: Telling,
) -> Snapshot:
    """The corrections as they are now.

    Args:
        database: of the words.
        store: of the pictures whose features were not kept.
        version: the champion, which gives features.
        anchor_hashes: perceptual hashes of posters that must not teach, nor those that look like them.
        settings: of the runtime that makes features.
        telling: told how far it is.

    Raises:
        RunFailed: there is nothing to learn from.
        Stopped: it is not wanted any more.
        SQLAlchemyError: the database refuses.
        PosterStoreError: the store refuses.
        DeviceError: memory ran out.
    """
    telling.tell("snapshot")
    async with database.writing() as session:
        salt = await InstallationRepository(session).held_out_salt()
    async with database.reading() as session:
        spoken = await LessonRepository(session).spoken()
    taught = await asyncio.to_thread(lessons, spoken.words, spoken.weights)
    taught = [lesson for lesson in taught if lesson.genre_weight or lesson.score_weight]
    if not taught:
        raise RunFailed("no_corrections", NO_CORRECTIONS)
    groups = [lesson.group_id for lesson in taught]
    async with database.reading() as session:
        looks = await LessonRepository(session).looks(groups)
    held_out = {group: is_held_out(group, salt) for group in groups}
    twins = _twins(groups, held_out, looks, anchor_hashes)
    taught = [lesson for lesson in taught if lesson.group_id not in twins]
    features = await _features(database, store, version, [(one.group_id, looks[one.group_id]) for one in taught],
                               settings, telling)  # fmt: skip
    left_out = {reason: sum(own == reason for own in twins.values()) for reason in (ANCHOR_TWIN, HELD_OUT_TWIN)}
    left_out[NO_PICTURE] = len(taught) - len(features)
    known = [lesson for lesson in taught if lesson.group_id in features]
    if all(held_out[lesson.group_id] for lesson in known):
        raise RunFailed("no_corrections", NO_TEACHERS.format(count=len(groups)))
    return _frozen(version, known, held_out, features, left_out)


def _frozen(
    version: Version,
    known: Sequence[Lesson],
    held_out: Mapping[str, bool],
    features: Mapping[str, bytes],
    left_out: Mapping[str, int],
) -> Snapshot:
    return Snapshot(
        champion=version.name,
        backbone=version.manifest.backbone,
        lessons=tuple(known),
        held_out=tuple(held_out[lesson.group_id] for lesson in known),
        features=b"".join(features[lesson.group_id] for lesson in known),
        left_out={reason: count for reason, count in left_out.items() if count},
    )


def _twins(
    groups: Sequence[str],
    held_out: Mapping[str, bool],
    looks: Mapping[str, Sequence[Looks]],
    anchor_hashes: Collection[int],
) -> dict[str, str]:
    """Groups that may not teach, with the reason: they look like what measures, though they are not the same group."""
    hashes = {
        group: [look.perceptual_hash for look in looks[group] if look.perceptual_hash is not None] for group in groups
    }
    teaching = [group for group in groups if not held_out[group]]
    measuring = [value for group in groups if held_out[group] for value in hashes[group]]
    found: dict[str, str] = {}
    for reason, others in ((HELD_OUT_TWIN, measuring), (ANCHOR_TWIN, anchor_hashes)):
        alike = look_like_any([hashes[group] for group in teaching], others)
        found |= {teaching[row]: reason for row in np.flatnonzero(alike)}
    return found


async def _features(
    database: Database,
    store: PosterStore,
    version: Version,
    groups: Sequence[tuple[str, Sequence[Looks]]],
    settings: EngineSettings,
    telling: Telling,
) -> dict[str, bytes]:
    """Features of each group that has any: those kept of its first poster, else of a picture of it."""
    telling.tell("features", 0, len(groups))
    poster_ids = [look.poster_id for _, looks in groups for look in looks]
    async with database.reading() as session:
        kept = await LessonRepository(session).features(poster_ids, version.manifest.backbone)
    size = 2 * len(version.heads().genre_kernel)
    found = {
        group: next((kept[look.poster_id] for look in looks if len(kept.get(look.poster_id, b"")) == size), b"")
        for group, looks in groups
    }
    missing = {group: [look.poster_id for look in looks if look.kept] for group, looks in groups if not found[group]}
    made = await make_features(missing, store, version, settings, telling, known=len(groups) - len(missing))
    found |= {group: as_float16(features).tobytes() for group, features in made.items()}
    return {group: features for group, features in found.items() if features}
