"""A member who has everything erased while a poster is being fetched leaves nothing behind, on both databases."""

import hashlib
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from bot.judging.judging import Judging
from bot.judging.rate_limits import RateLimits
from bot.judging.submissions import Picture, Submission
from bot.members.erasing import Erasing
from models.database import Database
from models.tables import Poster, Prediction
from posters.poster import NormalisedPoster
from posters.store import PosterStore

ALICE, BOB = 5, 6
NOBODY: Any = cast(Any, None)
"""Neither a queue nor Discord has a part in this."""

PICTURE = b"\xff\xd8\xff poster"
POSTER = NormalisedPoster(
    jpeg=PICTURE,
    sha256=hashlib.sha256(PICTURE).hexdigest(),
    width=200,
    height=300,
    perceptual_hash=1,
    source_format="JPEG",
)


class Unhurried:
    """A download during which its member has everything erased, and the check of what it brought."""

    def __init__(self, erasing: Erasing | None) -> None:
        self._erasing = erasing

    async def fetch(self, _url: str) -> bytes:
        if self._erasing is not None:
            await self._erasing.erase(ALICE)
        return PICTURE

    async def normalise(self, _body: bytes) -> NormalisedPoster:
        return POSTER


class Requests:
    """A queue that takes everything."""

    async def publish(self, _request: object) -> int:
        return 1


def submission(user_id: int) -> Submission:
    return Submission(
        interaction_id=user_id,
        application_id=2,
        token="secret",
        guild_id=3,
        channel_id=4,
        user_id=user_id,
        private=False,
        pictures=(Picture(url="https://cdn/1", size=1, content_type=None),),
    )


async def judge(database: Database, store: PosterStore, user_id: int, erasing: Erasing | None = None) -> int | None:
    unhurried: Any = Unhurried(erasing)
    judging = Judging(
        database=database,
        downloader=unhurried,
        intake=unhurried,
        store=store,
        requests=cast(Any, Requests()),
        delivery=NOBODY,
        rate_limits=RateLimits(per_member=0, per_guild=0),
        timeout=timedelta(seconds=60),
        max_pending=1,
    )
    reply = await judging.keep(submission(user_id))
    assert reply is not None
    return await judging.prepare(reply.predictions[0])


@pytest.mark.parametrize("bob_too", [False, True], ids=["hers alone", "Bob's as well"])
async def test_the_picture_goes_again_unless_somebody_else_needs_it(database: Database, bob_too: bool) -> None:
    store = PosterStore.open("memory://")
    if bob_too:
        assert await judge(database, store, BOB) == 1
    messenger: Any = Withdrawals()
    assert await judge(database, store, ALICE, Erasing(database, store, messenger, NOBODY)) is None
    async with database.reading() as session:
        posters = await session.scalar(select(func.count()).select_from(Poster))
        predictions = await session.scalar(select(func.count()).select_from(Prediction))
    assert (posters, predictions, await store.exists(POSTER.sha256)) == (bob_too, bob_too, bob_too)


class Withdrawals:
    """Discord, as far as an erasure needs it."""

    async def withdraw(self, _reply: object) -> None:
        return
