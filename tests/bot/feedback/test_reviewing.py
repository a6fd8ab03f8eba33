"""Managers look after the corrections of their own server and no other, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.feedback.corrections import Corrections
from bot.feedback.permission import NotAccepted
from bot.feedback.reviewing import PAGE, Reviewing
from bot.feedback.suspicion import Reason
from models.database import Database
from models.repositories import FeedbackRepository
from models.tables import FeedbackKind, FeedbackWay
from tests.bot.feedback.test_corrections import ALICE, BOB, CHANNEL, GUILD, genres, judged, score, speaker

MONA, OTHER_GUILD = 7, 11
OLD = 3  # Made in Discord's first second, so older than any event here.


async def crowd_score(database: Database, poster: str = "a" * 64) -> float | None:
    async with database.reading() as session:
        return (await FeedbackRepository(session).consensus_of(poster)).score


async def records(database: Database) -> Mapping[int, tuple[int, int]]:
    async with database.reading() as session:
        return await FeedbackRepository(session).records([BOB, MONA])


async def test_a_correction_is_shown_with_its_judgement_removed_and_brought_back(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    noted = await corrections.say(prediction, speaker(BOB), [score(2.0)], FeedbackWay.BUTTON)
    page = await reviewing.page(GUILD, 0, suspicious=False)
    (line,) = page.lines
    assert (line.number, line.user_id, line.said, line.channel_id) == (
        noted.event_ids[0],
        BOB,
        (FeedbackKind.SCORE, 2.0),
        CHANNEL,
    )
    assert not line.taken_back
    outcome = await reviewing.remove(line.number, speaker(MONA))
    assert (outcome.reply_id, await crowd_score(database)) == (noted.reply_id, None)
    assert await records(database) == {BOB: (0, 1), MONA: (0, 0)}
    (line,) = (await reviewing.page(GUILD, 0, suspicious=False)).lines
    assert line.taken_back
    with pytest.raises(NotAccepted, match="taken back already"):
        await reviewing.remove(line.number, speaker(MONA))
    assert outcome.removal_id is not None
    await reviewing.restore(outcome.removal_id, speaker(MONA + 1))
    assert await crowd_score(database) == 2.0
    assert await records(database) == {BOB: (1, 0), MONA: (0, 0)}
    again = await reviewing.restore(outcome.removal_id, speaker(MONA))
    assert "counts already" in again.sentence
    (line,) = (await reviewing.page(GUILD, 0, suspicious=False)).lines
    assert not line.taken_back


async def test_two_managers_who_remove_at_once_remove_once(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    (number,) = (await corrections.say(prediction, speaker(BOB), [score(2.0)], FeedbackWay.BUTTON)).event_ids
    outcomes = await asyncio.gather(
        *(reviewing.remove(number, speaker(manager)) for manager in (MONA, MONA + 1)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotAccepted", "Outcome"]


async def test_another_servers_corrections_are_out_of_reach(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    (number,) = (await corrections.say(prediction, speaker(BOB), [score(2.0)], FeedbackWay.BUTTON)).event_ids
    stranger = speaker(MONA, guild_id=OTHER_GUILD)
    assert (await reviewing.page(OTHER_GUILD, 0, suspicious=False)).looked_at == 0
    with pytest.raises(NotAccepted, match="no correction with that number in this server"):
        await reviewing.remove(number, stranger)
    removal = (await reviewing.remove(number, speaker(MONA))).removal_id
    assert removal is not None
    with pytest.raises(NotAccepted, match="no correction"):
        await reviewing.restore(removal, stranger)
    with pytest.raises(NotAccepted, match="no correction"):
        await reviewing.remove(removal, speaker(MONA))
    # Blocking elsewhere changes nothing here.
    await reviewing.restore(removal, speaker(MONA))
    await reviewing.block(OTHER_GUILD, BOB)
    assert await crowd_score(database) == 2.0


async def test_of_a_private_judgement_nothing_is_shown_but_that_there_was_one(database: Database) -> None:
    private = await judged(database, private=True)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    await corrections.say(private, speaker(ALICE), [genres("Comedy")], FeedbackWay.BUTTON)
    (line,) = (await reviewing.page(GUILD, 0, suspicious=False)).lines
    assert (line.user_id, line.said, line.channel_id, line.message_id) == (ALICE, None, None, None)
    await reviewing.remove(line.number, speaker(MONA))
    # Removed is removed, in its own member's eyes too.
    async with database.reading() as session:
        assert (await FeedbackRepository(session).consensus_of("a" * 64, viewer=ALICE)).members == 0


async def test_a_members_own_undo_is_no_removal_for_managers_to_undo(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    (number,) = (await corrections.say(prediction, speaker(BOB), [score(2.0)], FeedbackWay.BUTTON)).event_ids
    await corrections.undo([number], speaker(BOB))
    with pytest.raises(NotAccepted, match="no correction"):
        await reviewing.restore(number + 1, speaker(MONA))


async def test_who_is_far_from_the_crowd_stands_out_and_blocked_counts_no_more(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    for user in (30, 31, 32):
        await corrections.say(prediction, speaker(user), [score(7.0)], FeedbackWay.BUTTON)
    await corrections.say(prediction, speaker(OLD), [score(1.0)], FeedbackWay.BUTTON)
    page = await reviewing.page(GUILD, 0, suspicious=True)
    (line,) = page.lines
    assert (line.user_id, line.reasons, page.looked_at) == (OLD, (Reason.FAR_SCORE,), 4)
    assert "no longer counts" in await reviewing.block(GUILD, OLD)
    assert "already" in await reviewing.block(GUILD, OLD)
    (line,) = (await reviewing.page(GUILD, 0, suspicious=True)).lines
    assert line.blocked
    with pytest.raises(NotAccepted, match="not taken in this server"):
        await corrections.say(prediction, speaker(OLD), [score(2.0)], FeedbackWay.BUTTON)
    assert "counts again" in await reviewing.unblock(GUILD, OLD)
    assert "not blocked" in await reviewing.unblock(GUILD, OLD)


async def test_pages_go_from_the_newest_to_the_oldest(database: Database) -> None:
    prediction = await judged(database)
    corrections, reviewing = Corrections(database, per_minute=0), Reviewing(database)
    for user in range(30, 30 + PAGE + 2):
        await corrections.say(prediction, speaker(user), [score(7.0)], FeedbackWay.BUTTON)
    first = await reviewing.page(GUILD, 0, suspicious=False)
    last = await reviewing.page(GUILD, 99, suspicious=False)
    assert (first.count, len(first.lines), last.number, len(last.lines)) == (2, PAGE, 1, 2)
    numbers = [line.number for line in (*first.lines, *last.lines)]
    assert numbers == sorted(numbers, reverse=True)
    assert len((await reviewing.page(GUILD, 0, suspicious=False, user_id=30)).lines) == 1
