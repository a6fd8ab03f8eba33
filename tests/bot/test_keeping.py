"""What two bot processes make of one interaction at the same moment."""

import asyncio
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import URL

from bot.judging.judging import Judging
from bot.judging.rate_limits import RateLimits
from bot.judging.submissions import Picture, Submission
from models.database import Database

NOBODY: Any = cast(Any, None)
"""Keeping needs neither downloads nor a queue."""

SUBMISSION = Submission(
    interaction_id=1,
    application_id=2,
    token="secret",
    guild_id=3,
    channel_id=4,
    user_id=5,
    private=False,
    pictures=(Picture(url="https://cdn/1", size=1, content_type=None),),
)


async def test_an_interaction_that_two_processes_hear_at_once_is_in_one_hand_and_counts_once(database_url: URL) -> None:
    databases = [Database(database_url) for _ in range(2)]

    def process(database: Database) -> Judging:
        return Judging(
            database=database,
            downloader=NOBODY,
            intake=NOBODY,
            store=NOBODY,
            requests=NOBODY,
            delivery=NOBODY,
            rate_limits=RateLimits(per_member=2, per_guild=0),
            timeout=timedelta(seconds=60),
            max_pending=1,
        )

    try:
        kept = await asyncio.gather(*(process(database).keep(SUBMISSION) for database in databases for _ in range(4)))
        async with databases[0].writing() as session:
            excess = await RateLimits(per_member=2, per_guild=0).take(
                session, SUBMISSION, next(reply for reply in kept if reply is not None).created_at
            )
    finally:
        for database in databases:
            await database.close()
    assert len([reply for reply in kept if reply is not None]) == 1
    assert excess is None
