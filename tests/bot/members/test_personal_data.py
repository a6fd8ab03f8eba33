"""A member gets all that is kept of them and nothing of others, on SQLite and on PostgreSQL."""

import hashlib
import io
import zipfile
from typing import Any

import msgspec
import pytest

from bot.members.personal_data import TooLarge, gather_personal_data
from models.database import Database
from models.tables import Base, FeedbackKind
from posters.store import PosterStore
from tests.bot.members import lives
from tests.bot.members.lives import ALICE, BOB, MONA, SECRET

OF_NOBODY = {"films", "film_imports", "guild_setups", "installation", "pulses"}
"""Tables without a member in them."""

MINE, THEIRS = "a" * 64, "b" * 64


async def live(database: Database) -> None:
    for poster_id in (MINE, THEIRS):
        await lives.poster(database, poster_id)
    mine = await lives.judged(database, ALICE, 10**18 + 100, MINE, title="Alien")
    theirs = await lives.judged(database, BOB, 10**18 + 200, THEIRS, title="Brazil")
    await lives.said(database, ALICE, 301, THEIRS, theirs, ["Horror"])
    await lives.said(database, BOB, 302, MINE, mine, ["Comedy"])
    removed = await lives.said(database, ALICE, 303, MINE, mine, 7.5, FeedbackKind.SCORE)
    await lives.said(database, MONA, 304, MINE, mine, [removed], FeedbackKind.RETRACT, about=ALICE)
    for member, other in ((ALICE, BOB), (BOB, ALICE)):
        await lives.noted(database, member)
        await lives.retrained(database, member, decided_by=other)


async def test_every_table_that_has_members_is_exported_without_secrets_and_without_others(database: Database) -> None:
    await live(database)
    store = PosterStore.open("memory://")
    await store.put_back(MINE, b"a picture")
    # The store checks what it gives; this one is damaged, which is as good as gone.
    data = await gather_personal_data(database, store, ALICE)
    document: dict[str, Any] = msgspec.json.decode(data.content)
    tables = {key for key, value in document.items() if isinstance(value, list)}
    assert tables == set(Base.metadata.tables) - OF_NOBODY
    assert all(document[table] for table in tables)
    assert lives.mentions(document, [str(BOB), str(MONA), SECRET, "Brazil"]) == []
    (prediction,) = document["predictions"]
    assert (prediction["title"], prediction["features_bytes"]) == ("Alien", 16)
    assert prediction["judgement"]["genres"]["Horror"] == 0.8
    assert [(event["kind"], event["value"]) for event in document["feedback"][:2]] == [
        ("genres", ["Horror"]),
        ("score", 7.5),
    ]
    assert document["feedback"][2] | {"kind": "retract", "user_id": None, "source_id": None} == document["feedback"][2]
    assert len(document["rate_limits"]) == 4


async def test_a_member_of_whom_nothing_is_kept_gets_empty_lists(database: Database) -> None:
    await live(database)
    data = await gather_personal_data(database, PosterStore.open("memory://"), 5)
    document = msgspec.json.decode(data.content)
    assert {key: value for key, value in document.items() if value} == {
        "note": document["note"],
        "written_at": document["written_at"],
        "user_id": 5,
    }
    assert data.pictures is None


async def test_pictures_go_along_where_they_fit_and_rows_are_packed_where_they_are_many(database: Database) -> None:
    store = PosterStore.open("memory://")
    jpegs = [bytes([number]) * 100_000 for number in range(3)]
    for number, jpeg in enumerate(jpegs):
        poster_id = hashlib.sha256(jpeg).hexdigest()
        await store.put_back(poster_id, jpeg)
        await lives.poster(database, poster_id, size=len(jpeg))
        await lives.judged(database, ALICE, 100 + number, poster_id)
    whole = await gather_personal_data(database, store, ALICE)
    assert whole.pictures is not None
    with zipfile.ZipFile(io.BytesIO(whole.pictures)) as archive:
        assert sorted(archive.read(name) for name in archive.namelist()) == jpegs
    most = 2 * len(whole.content) + 1_000
    without = await gather_personal_data(database, store, ALICE, most)
    assert (without.pictures, without.posters) == (None, 3)
    packed = await gather_personal_data(database, store, ALICE, len(whole.content))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        (name,) = archive.namelist()
        assert len(msgspec.json.decode(archive.read(name))["posters"]) == 3
    with pytest.raises(TooLarge):
        await gather_personal_data(database, store, ALICE, 500)
