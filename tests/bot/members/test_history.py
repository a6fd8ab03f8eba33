"""A member's own judgements, page by page, on SQLite and on PostgreSQL."""

import pytest

from bot.members.history import HistoryPage, Turn, history_page
from models.consensus import Slot
from models.database import Database
from models.repositories import ReplyRepository
from models.repositories.histories import Place
from models.tables import FeedbackKind, Prediction, PredictionState
from tests.bot.members import lives
from tests.bot.members.lives import ALICE, BOB, MONA

POSTER = "a" * 64


def titles(page: HistoryPage) -> list[str | None]:
    return [entry.past.title for entry in page.entries]


async def test_pages_go_back_and_forth_and_show_nobody_elses(database: Database) -> None:
    await lives.poster(database, POSTER)
    for number in range(12):
        await lives.judged(database, ALICE, 2**62 + 10 * number, POSTER, title=str(number))
        await lives.judged(database, BOB, 2**62 + 10 * number + 5, POSTER, title="Bob's")
    await lives.judged(database, ALICE, 2**62 + 200, POSTER, PredictionState.QUEUED, title="open")
    first = await history_page(database, ALICE)
    assert (titles(first), first.newer) == (["11", "10", "9", "8", "7"], None)
    second = await history_page(database, ALICE, first.older)
    third = await history_page(database, ALICE, second.older)
    assert titles(second) == ["6", "5", "4", "3", "2"]
    assert (titles(third), third.older) == (["1", "0"], None)
    assert titles(await history_page(database, ALICE, third.newer)) == titles(second)
    # Two are new meanwhile: the page before the second one is not the first one any more, and none is left out.
    for number in (12, 13):
        await lives.judged(database, ALICE, 2**62 + 10 * number, POSTER, title=str(number))
    before = await history_page(database, ALICE, second.newer)
    assert titles(before) == ["11", "10", "9", "8", "7"]
    assert titles(await history_page(database, ALICE, before.newer)) == ["13", "12", "11", "10", "9"]


async def test_several_pictures_of_one_reply_may_be_on_two_pages(database: Database) -> None:
    await lives.poster(database, POSTER)
    for number in (1, 2):
        await lives.judged(database, ALICE, number, POSTER, title=f"{number}.0")
        async with database.writing() as session:
            reply = await ReplyRepository(session).get(number)
            assert reply is not None
            (first,) = reply.predictions
            columns = {column.key: getattr(first, column.key) for column in Prediction.__table__.columns}
            for position in (1, 2, 3):
                more = {"id": f"{number}{position}", "position": position, "title": f"{number}.{position}"}
                session.add(Prediction(**columns | more))
    page = await history_page(database, ALICE)
    assert titles(page) == ["2.3", "2.2", "2.1", "2.0", "1.3"]
    older = await history_page(database, ALICE, page.older)
    assert titles(older) == ["1.2", "1.1", "1.0"]
    assert titles(await history_page(database, ALICE, older.newer)) == titles(page)


@pytest.mark.parametrize("turn", [Turn(True, Place(1, 0)), Turn(False, Place(2**63 - 1, 9999))])
async def test_a_button_that_leads_to_nothing_leads_to_the_newest(database: Database, turn: Turn) -> None:
    assert await history_page(database, ALICE, turn) == HistoryPage((), None, None)
    await lives.poster(database, POSTER)
    await lives.judged(database, ALICE, 100, POSTER, title="one")
    assert titles(await history_page(database, ALICE, turn)) == ["one"]


@pytest.mark.parametrize("text", ["", "older", "older:x:0", "older:9999999999999999999:0", "up:1:1", "older:-1:0"])
def test_a_forged_button_is_no_turn(text: str) -> None:
    assert Turn.parse(text) is None


def test_a_button_says_where_it_leads() -> None:
    turn = Turn(True, Place(2**62, 3))
    assert Turn.parse(str(turn)) == turn


async def test_what_stands_of_the_members_own_words_is_shown_and_others_words_are_not(database: Database) -> None:
    await lives.poster(database, POSTER)
    prediction = await lives.judged(database, ALICE, 100, POSTER)
    await lives.said(database, ALICE, 1, POSTER, prediction, ["Crime"])
    removed = await lives.said(database, ALICE, 2, POSTER, prediction, 8.5, FeedbackKind.SCORE)
    await lives.said(database, MONA, 3, POSTER, prediction, [removed], FeedbackKind.RETRACT, about=ALICE)
    await lives.said(database, BOB, 4, POSTER, prediction, ["Comedy"])
    (entry,) = (await history_page(database, ALICE)).entries
    assert entry.said == {Slot.GENRES: ["Crime"]}
