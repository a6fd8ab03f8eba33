"""Members of whom something is in every table."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from models.database import Database
from models.repositories import TrainingRunRepository
from models.repositories.snapshots import SnapshotRepository
from models.tables import (
    BlockedMember,
    Decision,
    Feedback,
    FeedbackKind,
    FeedbackWay,
    Hint,
    Member,
    Poster,
    Prediction,
    PredictionState,
    Promotion,
    RateLimit,
    Reply,
)
from tests.bot.scene import judgement

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GUILD, CHANNEL = 10**17 + 1, 10**17 + 2
ALICE, BOB, MONA = 10**18 + 11, 10**18 + 12, 10**18 + 13
SECRET = "a-token-of-discords"


async def poster(database: Database, poster_id: str, size: int = 100) -> None:
    """A poster's row."""
    async with database.writing() as session:
        session.add(Poster(id=poster_id, width=2, height=3, size=size, created_at=NOW, group_id=f"g{poster_id[:4]}"))


async def judged(
    database: Database,
    user_id: int,
    reply_id: int,
    poster_id: str | None,
    state: PredictionState = PredictionState.ANSWERED,
    *,
    private: bool = False,
    title: str | None = "Heat",
    at: datetime = NOW,
) -> str:
    """A judgement of "Horror", or one that is still open; gives the prediction's id."""
    answered = state is PredictionState.ANSWERED
    prediction = Prediction(
        id=f"{reply_id:032x}",
        position=0,
        state=state,
        outcome=state if answered else None,
        title=title,
        attachment_url=None if answered else "https://cdn/1",
        poster_id=poster_id,
        received_at=at,
        deadline_at=at,
        judgement=msgspec.to_builtins(judgement()) if answered else None,
        features=b"\x00\x3c" * 8 if answered else None,
    )
    async with database.writing() as session:
        session.add(
            Reply(
                id=reply_id,
                application_id=1,
                token=SECRET,
                token_expires_at=at,
                guild_id=GUILD,
                channel_id=CHANNEL,
                user_id=user_id,
                private=private,
                message_id=reply_id + 1,
                created_at=at,
                predictions=[prediction],
            )
        )
    return prediction.id


async def said(
    database: Database,
    user_id: int,
    source_id: int,
    poster_id: str,
    prediction_id: str | None,
    value: object,
    kind: FeedbackKind = FeedbackKind.GENRES,
    *,
    about: int | None = None,
    private: bool = False,
    guild_id: int | None = GUILD,
) -> int:
    """An event; gives its id."""
    event = Feedback(
        source_id=source_id,
        prediction_id=prediction_id,
        poster_id=poster_id,
        guild_id=guild_id,
        private=private,
        user_id=user_id,
        about_user_id=about,
        kind=kind,
        value=value,
        way=FeedbackWay.BUTTON,
        created_at=NOW,
    )
    async with database.writing() as session:
        session.add(event)
        await session.flush()
        return event.id


async def noted(database: Database, user_id: int) -> None:
    """What is kept of a member beside judgements and corrections."""
    async with database.writing() as session:
        session.add_all(
            [
                Member(user_id=user_id, on_leaderboard=True),
                Hint(user_id=user_id, topic="empty_reply", told_at=NOW),
                BlockedMember(guild_id=GUILD, user_id=user_id, blocked_at=NOW),
                Promotion(
                    version="mine-2",
                    previous_id=user_id % 1000,
                    rollback=False,
                    user_id=user_id,
                    operator=f"name {user_id}",
                    reason="better",
                    created_at=NOW,
                ),
                RateLimit(key=f"member:{user_id}", arrival=1),
                RateLimit(key=f"member:{user_id}:{GUILD}", arrival=1),
                RateLimit(key=f"corrections:{GUILD}:{user_id}", arrival=1),
                RateLimit(key=f"corrections:0:{user_id}", arrival=1),
            ]
        )


async def retrained(database: Database, user_id: int, *, decided_by: int) -> None:
    """A run that a member asked for and another one decided about."""
    async with database.writing() as session:
        runs = TrainingRunRepository(session)
        run = await runs.add(
            waits=True,
            recipe="heads",
            epochs=None,
            note=f"words of {user_id}",
            user_id=user_id,
            operator=f"name {user_id}",
            guild_id=GUILD,
            channel_id=None,
            now=NOW,
        )
        await runs.finish(run.id, version=f"run-{run.id}", report={}, plot=None, now=NOW)
        await runs.decide(run.id, Decision.REJECTED, name=f"name {decided_by}", user_id=decided_by)


async def told(database: Database, user_id: int, topic: str) -> None:
    """What a member was told once."""
    async with database.writing() as session:
        session.add(Hint(user_id=user_id, topic=topic, told_at=NOW))


async def everything(database: Database) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, as a backup would hold them."""
    async with database.reading() as session:
        snapshot = await SnapshotRepository.frozen(session)
        return {table: [row async for rows in snapshot.rows(table) for row in rows] for table in snapshot.tables}


def mentions(rows: object, traces: Sequence[str]) -> list[str]:
    """Which of these texts are anywhere in rows, also inside of other texts."""
    text = msgspec.json.encode(rows).decode()
    return [trace for trace in traces if trace in text]
