"""Of a member who had everything erased no trace is left, and others keep all of theirs, on SQLite and PostgreSQL."""

import hashlib
from typing import Any, cast

import pytest

from bot.judging.clock import now
from bot.judging.messenger import Messenger, TryAgain
from bot.members import erasing
from bot.members.erasing import Erasing
from broker.connection import Broker
from broker.judging import RequestPublisher
from models.database import Database
from models.messages import JudgeRequest
from models.repositories.hints import unclear
from models.tables import FeedbackKind, PredictionState, Reply
from posters.store import PosterStore, PosterStoreError
from tests.bot.members import lives
from tests.bot.members.lives import ALICE, BOB, MONA

PICTURES = {name: name.encode() * 50 for name in ("hers", "shared", "his", "open")}
POSTERS = {name: hashlib.sha256(jpeg).hexdigest() for name, jpeg in PICTURES.items()}


class Withdrawals:
    """Stands in for Discord; the real one is in `tests/bot/test_privacy.py`."""

    def __init__(self) -> None:
        self.replies: list[int] = []

    async def withdraw(self, reply: Reply) -> None:
        self.replies.append(reply.id)
        raise TryAgain("http_503", perhaps_done=True)


class Breaking(PosterStore):
    """A store that goes away after some deletions."""

    left = 10**9

    async def delete(self, poster_id: str) -> None:
        if self.left == 0:
            raise PosterStoreError("gone")
        self.left -= 1
        await super().delete(poster_id)


async def two_lives(database: Database, store: PosterStore) -> list[str]:
    """Alice and Bob, who share a poster and correct each other; gives all that would be a trace of Alice."""
    for name, jpeg in PICTURES.items():
        await store.put_back(POSTERS[name], jpeg)
        await lives.poster(database, POSTERS[name])
    first = 10**18 + 1000
    hers, shared, waiting, received = (
        await lives.judged(database, ALICE, first, POSTERS["hers"]),
        await lives.judged(database, ALICE, first + 100, POSTERS["shared"]),
        await lives.judged(database, ALICE, first + 200, POSTERS["open"], PredictionState.QUEUED),
        await lives.judged(database, ALICE, first + 300, None, PredictionState.RECEIVED),
    )
    bobs_shared = await lives.judged(database, BOB, 10**18 + 5000, POSTERS["shared"])
    his = await lives.judged(database, BOB, 10**18 + 6000, POSTERS["his"])
    source = 10**18 + 9000
    word = await lives.said(database, ALICE, source, POSTERS["his"], his, ["Horror"])
    removal = await lives.said(
        database, MONA, source + 100, POSTERS["his"], his, [word], FeedbackKind.RETRACT, about=ALICE
    )
    await lives.said(database, MONA, source + 200, POSTERS["his"], his, [removal], FeedbackKind.RETRACT)
    score = await lives.said(database, ALICE, source + 300, POSTERS["shared"], shared, 7.5, FeedbackKind.SCORE)
    await lives.said(
        database, ALICE, source + 400, POSTERS["shared"], shared, [score], FeedbackKind.RETRACT, about=ALICE
    )
    await lives.said(database, BOB, 77, POSTERS["shared"], shared, ["Comedy"])
    await lives.said(database, BOB, 78, POSTERS["shared"], bobs_shared, 5.0, FeedbackKind.SCORE)
    await lives.said(database, BOB, 79, POSTERS["hers"], hers, ["Crime"])
    bobs = await lives.said(database, BOB, 80, POSTERS["his"], his, ["Drama"])
    await lives.said(database, ALICE, source + 500, POSTERS["his"], his, [bobs], FeedbackKind.RETRACT, about=BOB)
    await lives.noted(database, ALICE)
    await lives.noted(database, BOB)
    await lives.retrained(database, ALICE, decided_by=BOB)
    await lives.retrained(database, BOB, decided_by=ALICE)
    await lives.told(database, BOB, unclear(hers))
    replies = [str(first + number) for number in (0, 100, 200, 300)]
    sources = [str(source + number) for number in range(0, 600, 100)]
    return [
        str(ALICE),
        f"words of {ALICE}",
        hers,
        shared,
        waiting,
        received,
        *replies,
        *sources,
        POSTERS["hers"],
        POSTERS["open"],
    ]


def of_bob(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Bob's rows; of what he said, all but the judgement and the poster that were Alice's."""
    tables = {table: sorted(rows, key=str) for table, rows in tables.items()}
    replies = {row["id"] for row in tables["replies"] if row["user_id"] == BOB}
    return {
        "replies": [row for row in tables["replies"] if row["user_id"] == BOB],
        "predictions": [row for row in tables["predictions"] if row["reply_id"] in replies],
        "posters": [row for row in tables["posters"] if row["id"] in (POSTERS["his"], POSTERS["shared"])],
        "feedback": [
            row | {"prediction_id": None}
            for row in tables["feedback"]
            if row["user_id"] == BOB and row["poster_id"] != POSTERS["hers"]
        ],
        **{table: [row for row in tables[table] if row["user_id"] == BOB] for table in ("members", "blocked_members")},
        # Not what he was told about a judgement of Alice's.
        "hints": [row for row in tables["hints"] if row["user_id"] == BOB and row["topic"] == "empty_reply"],
        "rate_limits": [row for row in tables["rate_limits"] if str(BOB) in row["key"]],
    }


async def check_no_trace(database: Database, store: PosterStore, traces: list[str]) -> None:
    assert lives.mentions(await lives.everything(database), traces) == []
    kept = [name for name, poster_id in POSTERS.items() if await store.exists(poster_id)]
    assert kept == ["shared", "his"]


async def test_no_table_and_no_picture_tells_of_the_member_and_others_keep_every_byte(
    database: Database, broker: Broker
) -> None:
    store, discord = PosterStore.open("memory://"), Withdrawals()
    traces = await two_lives(database, store)
    requests = RequestPublisher(broker)
    await requests.publish(
        JudgeRequest(prediction_id=traces[4], poster_id=POSTERS["open"], deadline=2e9, queued_at=1e9)
    )
    before: Any = await lives.everything(database)
    # Without this the test could not fail.
    assert lives.mentions(before, traces) == traces
    erased = await Erasing(database, store, cast(Messenger, discord), requests).erase(ALICE)
    assert (erased.judgements, erased.corrections) == (4, 2)
    after: Any = await lives.everything(database)
    await check_no_trace(database, store, traces)
    assert of_bob(after) == of_bob(before)
    assert len(of_bob(after)["feedback"]) == 3
    assert await requests.depth() == 0
    assert sorted(discord.replies) == [10**18 + 1200, 10**18 + 1300]
    # What a moderator decided on others' words holds on, and names nobody.
    (decision,) = [row for row in after["feedback"] if row["user_id"] == 0]
    assert (decision["about_user_id"], decision["poster_id"]) == (BOB, POSTERS["his"])
    again = await Erasing(database, store, cast(Messenger, discord), requests).erase(ALICE)
    assert again == (0, 0)
    assert of_bob(await lives.everything(database)) == of_bob(after)


@pytest.mark.parametrize("deletions", [0, 1])
async def test_an_erasure_that_was_cut_off_anywhere_is_ended_by_whoever_finds_it(
    database: Database, broker: Broker, deletions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "PORTION", 1)
    store = Breaking(PosterStore.open("memory://")._store)
    traces = await two_lives(database, store)
    store.left = deletions
    household = Erasing(database, store, cast(Messenger, Withdrawals()), RequestPublisher(broker))
    with pytest.raises(PosterStoreError):
        await household.erase(ALICE)
    assert lives.mentions(await lives.everything(database), [str(ALICE)])
    await household.resume(now(), 10)  # Still out of reach: nothing is raised, and nothing forgotten.
    store.left = 100
    await household.resume(now(), 10)
    await check_no_trace(database, store, traces)
