"""What members say is checked, stored once and taken back on request, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from bot.feedback.corrections import Corrections, Noted, Saying
from bot.feedback.permission import NotAccepted
from bot.feedback.speakers import Speaker
from bot.judging.submissions import Picture, Submission
from models.consensus import Consensus, Slot
from models.database import Database
from models.repositories import FeedbackRepository, GuildRepository, ReplyRepository
from models.tables import Feedback, FeedbackKind, FeedbackWay, Poster, PredictionState
from tests.bot.scene import judgement

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GUILD, CHANNEL, ALICE, BOB = 10, 20, 1, 2

sources = iter(range(1_000, 1_000_000))


def speaker(user: int = ALICE, **changes: Any) -> Speaker:
    known: dict[str, Any] = {"user_id": user, "guild_id": GUILD, "channel_id": CHANNEL, "source_id": next(sources)}
    return Speaker(**known | changes)


def genres(*names: str) -> Saying:
    return Saying(kind=FeedbackKind.GENRES, value=list(names))


def score(points: float) -> Saying:
    return Saying(kind=FeedbackKind.SCORE, value=points)


RIGHT = Saying(kind=FeedbackKind.AGREE)


async def judged(
    database: Database, number: int = 1, *, private: bool = False, poster: str = "a", group: str | None = None
) -> str:
    """Alice's poster, judged to be Horror."""
    submission = Submission(
        interaction_id=number,
        application_id=9,
        token="secret",
        guild_id=GUILD,
        channel_id=CHANNEL,
        user_id=ALICE,
        private=private,
        pictures=(Picture(url="https://cdn/1", size=1, content_type=None),),
    )
    reply = submission.to_reply(NOW, timedelta(minutes=10))
    (prediction,) = reply.predictions
    prediction.state = prediction.outcome = PredictionState.ANSWERED
    prediction.judgement = msgspec.to_builtins(judgement())
    prediction.poster_id = poster * 64
    async with database.writing() as session:
        await session.merge(
            Poster(id=poster * 64, width=2, height=3, size=100, created_at=NOW, group_id=group or poster)
        )
        await session.flush()
        ReplyRepository(session).add(reply)
    return prediction.id


@pytest.fixture
def corrections(database: Database) -> Corrections:
    return Corrections(database, per_minute=0)


@pytest.fixture
async def prediction(database: Database) -> str:
    return await judged(database)


async def crowd(database: Database, viewer: int | None = None, poster: str = "a") -> Consensus:
    async with database.reading() as session:
        return await FeedbackRepository(session).consensus_of(poster * 64, viewer=viewer)


async def events(database: Database) -> Sequence[Feedback]:
    async with database.reading() as session:
        return await FeedbackRepository(session).of_group("a" * 64)


async def say(corrections: Corrections, prediction: str, who: Speaker, *sayings: Saying) -> Noted:
    return await corrections.say(prediction, who, sayings, FeedbackWay.TEXT)


async def test_what_is_noted_is_said_and_counts(corrections: Corrections, prediction: str, database: Database) -> None:
    noted = await say(corrections, prediction, speaker(), genres("Horror", "Comedy"), score(6.4))
    assert noted.sentence == "Noted: the film is **Horror and Comedy**, IMDb score **6.4**."
    assert len(noted.event_ids) == 2
    assert (await crowd(database)).genres == ("Comedy", "Horror")
    assert (await crowd(database)).score == 6.4


async def test_right_agrees_with_the_genres_that_the_reply_named(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    noted = await say(corrections, prediction, speaker(), RIGHT)
    assert noted.sentence == "Noted: **Horror** is right."
    assert (await crowd(database)).genres == ("Horror",)


async def test_the_same_words_twice_are_stored_once(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    first = await say(corrections, prediction, speaker(), genres("Horror", "Comedy"))
    again = await say(corrections, prediction, speaker(), genres("Comedy", "Horror"))
    assert again.sentence == "That is how I have it from you already: the film is **Horror and Comedy**."
    assert again.event_ids == first.event_ids
    assert len(await events(database)) == 1


async def test_an_event_that_discord_repeats_is_stored_once_and_answered_alike(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    who = speaker()
    first = await say(corrections, prediction, who, genres("Comedy"), score(7.0))
    assert await say(corrections, prediction, who, genres("Comedy"), score(7.0)) == first
    assert len(await events(database)) == 2


async def test_an_undo_brings_back_what_was_said_before(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    await say(corrections, prediction, speaker(), genres("Drama"))
    second = await say(corrections, prediction, speaker(), genres("Horror"), score(3.0))
    undone = await corrections.undo(second.event_ids, speaker())
    assert undone.sentence == "Taken back. What counts of yours now: the film is **Drama**."
    assert (await crowd(database)).genres == ("Drama",)
    assert (await corrections.undo(second.event_ids, speaker())).sentence == "That was taken back already."
    undone = await corrections.undo(await corrections.last_said(prediction, speaker()), speaker())
    assert undone.sentence == "Taken back. Nothing of yours counts for this poster now."
    assert await corrections.last_said(prediction, speaker()) == []


async def test_nobody_takes_back_anothers_words(corrections: Corrections, prediction: str) -> None:
    noted = await say(corrections, prediction, speaker(ALICE), score(3.0))
    with pytest.raises(NotAccepted, match="somebody else"):
        await corrections.undo(noted.event_ids, speaker(BOB))
    with pytest.raises(NotAccepted, match="gone"):
        await corrections.undo([987_654], speaker(BOB))


async def test_two_members_at_once_are_both_heard(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    await asyncio.gather(
        *(say(corrections, prediction, speaker(user), score(6.0), genres("Horror")) for user in range(1, 9)),
        *(say(corrections, prediction, speaker(1), genres("Comedy")) for _ in range(4)),
    )
    both = await crowd(database)
    assert (both.members, both.score_members) == (8, 8)
    # Member 1 said two things several times: each as often as it changed that member's word, and no more.
    mine = [event.value for event in await events(database) if event.user_id == 1 and event.kind is FeedbackKind.GENRES]
    assert all(before != after for before, after in pairwise(mine))


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (speaker(guild_id=11), "not made here"),
        (speaker(channel_id=21), "not made here"),
        (speaker(guild_id=None), "not made here"),
    ],
)
async def test_a_judgement_of_another_place_is_not_corrected_from_here(
    corrections: Corrections, prediction: str, who: Speaker, sentence: str
) -> None:
    with pytest.raises(NotAccepted, match=sentence):
        await say(corrections, prediction, who, RIGHT)


async def test_a_judgement_that_is_not_there_is_told_as_gone(corrections: Corrections) -> None:
    with pytest.raises(NotAccepted, match="gone"):
        await say(corrections, "f" * 32, speaker(), RIGHT)


async def test_a_private_judgement_is_corrected_by_its_member_and_seen_by_nobody_else(
    corrections: Corrections, database: Database
) -> None:
    prediction = await judged(database, private=True)
    with pytest.raises(NotAccepted, match="not made here"):
        await say(corrections, prediction, speaker(BOB), RIGHT)
    await say(corrections, prediction, speaker(ALICE), genres("War"))
    assert (await crowd(database)).members == 0
    assert (await crowd(database, viewer=BOB)).members == 0
    assert (await crowd(database, viewer=ALICE)).genres == ("War",)


async def test_what_was_said_in_private_can_be_said_in_public_too(corrections: Corrections, database: Database) -> None:
    await say(corrections, await judged(database, 1, private=True), speaker(), genres("War"))
    public = await judged(database, 2)
    noted = await say(corrections, public, speaker(), genres("War"))
    assert noted.sentence == "Noted: the film is **War**."
    assert (await crowd(database)).genres == ("War",)
    again = await say(corrections, public, speaker(), genres("War"))
    assert again.sentence == "That is how I have it from you already: the film is **War**."


async def test_words_that_two_processes_take_of_two_pictures_at_once_are_stored_once(database: Database) -> None:
    first, second = await judged(database, 1, poster="a"), await judged(database, 2, poster="b")
    who = speaker()
    processes = [Corrections(database, per_minute=0) for _ in range(2)]
    noted = await asyncio.gather(
        *(say(one, picture, who, genres("War")) for one, picture in zip(processes, (first, second), strict=True))
    )
    assert noted[0].event_ids == noted[1].event_ids != (0,)


async def test_posters_that_look_the_same_share_their_corrections(corrections: Corrections, database: Database) -> None:
    await say(corrections, await judged(database, 1, poster="a", group="g"), speaker(ALICE), genres("War"))
    other = await judged(database, 2, poster="b", group="g")
    await say(corrections, other, speaker(BOB), genres("War"))
    assert (await crowd(database, poster="a")).members == (await crowd(database, poster="b")).members == 2
    assert (await corrections.look_at(other, speaker(ALICE))).said == {Slot.GENRES: ["War"]}


async def test_who_is_blocked_says_nothing_that_counts(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    await say(corrections, prediction, speaker(BOB), genres("News"))
    async with database.writing() as session:
        await GuildRepository(session).block(GUILD, BOB, NOW)
    assert (await crowd(database)).members == 0
    with pytest.raises(NotAccepted, match="not taken in this server"):
        await say(corrections, prediction, speaker(BOB), RIGHT)


async def test_a_server_may_ask_for_a_role(corrections: Corrections, prediction: str, database: Database) -> None:
    async with database.writing() as session:
        await GuildRepository(session).change(GUILD, NOW, corrector_role_id=77)
    with pytest.raises(NotAccepted, match="<@&77>"):
        await say(corrections, prediction, speaker(), RIGHT)
    await say(corrections, prediction, speaker(role_ids=frozenset({77})), RIGHT)


async def test_a_flood_is_told_how_long_to_wait_and_a_servers_own_limit_counts(
    database: Database, prediction: str
) -> None:
    corrections = Corrections(database, per_minute=2)
    for points in (1.0, 2.0):
        await say(corrections, prediction, speaker(), score(points))
    with pytest.raises(NotAccepted, match=r"please wait (a second|\d+ seconds)"):
        await say(corrections, prediction, speaker(), score(3.0))
    assert (await crowd(database)).score == 2.0
    await say(corrections, prediction, speaker(BOB), score(2.0))
    async with database.writing() as session:
        await GuildRepository(session).change(GUILD, NOW, corrections_per_minute=1)
    with pytest.raises(NotAccepted, match="please wait"):
        await say(corrections, prediction, speaker(BOB), score(3.0))


async def test_a_moderators_removal_weighs_a_member_down(
    corrections: Corrections, prediction: str, database: Database
) -> None:
    await say(corrections, prediction, speaker(BOB), genres("News"))
    async with database.writing() as session:
        repository = FeedbackRepository(session)
        assert (await repository.records([BOB]))[BOB] == (1, 0)
        (event,) = await repository.of_group("a" * 64)
        await repository.add(
            Feedback(
                source_id=1,
                poster_id=event.poster_id,
                private=False,
                user_id=99,
                about_user_id=BOB,
                kind=FeedbackKind.RETRACT,
                value=[event.id],
                way=FeedbackWay.COMMAND,
                created_at=NOW,
            )
        )
        assert (await repository.records([BOB, ALICE])) == {BOB: (0, 1), ALICE: (0, 0)}
    assert (await crowd(database)).members == 0
