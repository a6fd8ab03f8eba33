"""What a training run reads of posters and words, on SQLite and on PostgreSQL."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from models.database import Database
from models.lessons import lessons
from models.repositories import lessons as repository
from models.repositories.installations import InstallationRepository
from models.repositories.lessons import LessonRepository
from models.snowflakes import DISCORD_EPOCH
from models.tables import BlockedMember, Feedback, FeedbackKind, FeedbackWay, Film, Poster, Prediction, Reply

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GUILD = 77
NUMBERS = itertools.count(1)


def member(number: int, days: int = 400) -> int:
    created = int((NOW - timedelta(days=days)).timestamp() * 1000) - DISCORD_EPOCH
    return (created << 22) + number


ALICE, BOB, NEW = member(1), member(2), member(3, days=2)


def poster(letter: str, group: str | None, **values: Any) -> Poster:
    plain = {"id": letter * 64, "width": 200, "height": 300, "size": 9, "created_at": NOW, "group_id": group}
    return Poster(**plain | values)


def said(letter: str, user_id: int, value: Any, kind: FeedbackKind = FeedbackKind.GENRES, **values: Any) -> Feedback:
    plain = {
        "source_id": next(NUMBERS),
        "poster_id": letter * 64,
        "guild_id": GUILD,
        "private": False,
        "user_id": user_id,
        "kind": kind,
        "value": value,
        "way": FeedbackWay.BUTTON,
        "created_at": NOW,
    }
    return Feedback(**plain | values)


def judged(letter: str, features: bytes | None, backbone: str = "lite0") -> Reply:
    number = next(NUMBERS)
    reply = Reply(
        id=number, application_id=2, token=None, guild_id=GUILD, channel_id=4, user_id=ALICE, private=False,
        created_at=NOW, token_expires_at=NOW,
    )  # fmt: skip
    reply.predictions = [
        Prediction(
            id=f"{number:032x}",
            position=0,
            state="answered",
            poster_id=letter * 64,
            received_at=NOW,
            deadline_at=NOW,
            backbone=backbone,
            features=features,
        )
    ]
    return reply


async def keep(database: Database, *rows: Any) -> None:
    async with database.writing() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def spoken(database: Database) -> repository.Spoken:
    async with database.reading() as session:
        return await LessonRepository(session).spoken()


async def test_words_of_posters_that_look_the_same_are_one_lesson_and_old_posters_have_their_own(
    database: Database,
) -> None:
    await keep(
        database, poster("a", "g1"), poster("b", "g1"), poster("c", None),
        said("a", ALICE, ["Horror"]), said("b", BOB, ["Horror"]), said("c", BOB, 7.5, FeedbackKind.SCORE),
    )  # fmt: skip
    found = await spoken(database)
    first, second = lessons(found.words, found.weights)
    assert {first.group_id, second.group_id} == {"g1", "c" * 64}
    of = {lesson.group_id: lesson for lesson in (first, second)}
    assert of["g1"].measures
    assert (of["c" * 64].score, of["c" * 64].measures) == (7.5, False)


async def test_private_words_and_those_of_blocked_members_teach_nothing(database: Database) -> None:
    await keep(
        database, poster("a", "g1"), poster("b", "g2"),
        BlockedMember(guild_id=GUILD, user_id=BOB, blocked_at=NOW),
        said("a", ALICE, ["Horror"], private=True), said("b", BOB, ["Comedy"]),
        said("b", BOB, ["Drama"], FeedbackKind.GENRES, guild_id=GUILD + 1),
    )  # fmt: skip
    (only,) = (await spoken(database)).words
    assert [event.value for event in only.events] == [["Drama"]]


async def test_members_weigh_what_they_weigh_elsewhere_and_films_say_their_labels(database: Database) -> None:
    await keep(
        database, poster("a", "g1"),
        Film(id="tt0113277", title="Heat", search_title="heat", year=1995, genres=["Crime"], score=8.3, votes=9),
        said("a", ALICE, "tt0113277", FeedbackKind.IMDB), said("a", BOB, "tt0113277", FeedbackKind.IMDB),
        said("a", NEW, ["Comedy"]),
    )  # fmt: skip
    found = await spoken(database)
    assert found.weights[ALICE] == 1.0
    assert found.weights[NEW] == 0.25
    (lesson,) = lessons(found.words, found.weights)
    assert (lesson.genres, lesson.score, lesson.measures) == (("Crime",), 8.3, True)


async def test_of_too_many_posters_those_spoken_of_last_are_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_GROUPS", 2)
    for letter in "abc":
        await keep(database, poster(letter, f"g{letter}"), said(letter, ALICE, ["Horror"]))
    await keep(database, said("a", BOB, ["Horror"]))
    assert [words.group_id for words in (await spoken(database)).words] == ["ga", "gc"]


async def test_features_and_looks_are_found_by_backbone_and_group(database: Database) -> None:
    features = np.arange(4, dtype="<f2").tobytes()
    await keep(
        database, poster("a", "g1", perceptual_hash=5), poster("b", "g1", dropped_at=NOW), poster("c", None),
        judged("a", features), judged("a", b"later"), judged("b", None), judged("c", b"other", "lite1"),
    )  # fmt: skip
    async with database.reading() as session:
        repo = LessonRepository(session)
        looks = await repo.looks(["g1", "c" * 64, "unknown"])
        found = await repo.features(["a" * 64, "b" * 64, "c" * 64], "lite0")
    assert [(look.poster_id[0], look.perceptual_hash, look.kept) for look in looks["g1"]] == [
        ("a", 5, True), ("b", None, False),
    ]  # fmt: skip
    assert set(looks) == {"g1", "c" * 64}
    assert found == {"a" * 64: features}


async def test_the_salt_is_drawn_once_whoever_asks_first(database: Database) -> None:
    async def ask() -> str:
        async with database.writing() as session:
            return await InstallationRepository(session).held_out_salt()

    salts = await asyncio.gather(*(ask() for _ in range(8)))
    assert len(set(salts)) == 1
    assert len(salts[0]) == 64
