"""Who is champion, on SQLite and on PostgreSQL."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from bot.versions.promoting import NotPromoted, Operator, champion, promote, roll_back, tell_engines
from broker.champion import mirror_champion, read_champion
from broker.connection import Broker
from models.database import Database
from models.messages import Champion
from models.repositories.promotions import PromotionRepository
from models.versions import STARTER_VERSION

OPERATOR = Operator("mona", 42)


async def promoted(database: Database, *versions: str) -> None:
    for version in versions:
        await promote(database, version, OPERATOR, "better")


async def test_the_starter_version_is_champion_until_another_is_promoted(database: Database) -> None:
    assert await champion(database) == STARTER_VERSION
    await promoted(database, "mine-2", "mine-3")
    assert await champion(database) == "mine-3"
    async with database.reading() as session:
        history = await PromotionRepository(session).history(10)
    assert [(one.version, one.operator, one.user_id, one.reason) for one in history] == [
        ("mine-3", "mona", 42, "better"),
        ("mine-2", "mona", 42, "better"),
    ]


async def test_rollbacks_go_back_one_champion_after_the_other_down_to_the_starter_version(database: Database) -> None:
    await promoted(database, "mine-2", "mine-3")
    await roll_back(database, OPERATOR, "worse")
    assert await champion(database) == "mine-2"
    await promoted(database, "mine-4")
    for expected in ("mine-2", STARTER_VERSION):
        await roll_back(database, OPERATOR, "worse")
        assert await champion(database) == expected
    with pytest.raises(NotPromoted, match="starter-3 is the first champion; there is none before it"):
        await roll_back(database, OPERATOR, "")


async def test_only_a_rollback_reads_all_promotions_while_others_wait_to_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await promoted(database, "mine-2")
    reads = AsyncMock(return_value=["mine-2", "mine-3"])
    monkeypatch.setattr(PromotionRepository, "standing", reads)
    await promoted(database, "mine-3")
    assert reads.await_count == 0
    await roll_back(database, OPERATOR, "")
    assert reads.await_count == 1
    assert await champion(database) == "mine-2"


async def test_the_champion_is_not_promoted_again(database: Database) -> None:
    with pytest.raises(NotPromoted, match="starter-3 is champion already"):
        await promoted(database, STARTER_VERSION)
    await promoted(database, "mine-2")
    with pytest.raises(NotPromoted, match="mine-2 is champion already"):
        await promoted(database, "mine-2")


async def test_of_two_operators_at_once_one_promotes_and_the_other_is_told(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(promote(database, f"mine-{number}", OPERATOR, "") for number in range(4)),
        return_exceptions=True,
    )
    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, NotPromoted)]
    made = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert len(made) + len(refused) == 4
    assert all(sentence.startswith("Somebody else has just made mine-") for sentence in refused)
    async with database.reading() as session:
        history = await PromotionRepository(session).history(10)
    # Each follows another: none was lost, and no two took the place of the same one.
    assert len(history) == len(made)
    assert len({one.previous_id for one in history}) == len(made) >= 1


async def test_engines_are_told_of_the_latest_promotion(database: Database, broker: Broker) -> None:
    await tell_engines(database, broker)
    assert await read_champion(broker) is None
    await promoted(database, "mine-2")
    await tell_engines(database, broker)
    told = await read_champion(broker)
    assert told is not None
    assert told.version == "mine-2"
    await roll_back(database, OPERATOR, "")
    await tell_engines(database, broker)
    again = await read_champion(broker)
    assert again is not None
    assert (again.version, again.serial > told.serial) == (STARTER_VERSION, True)


async def test_after_an_old_backup_was_restored_a_promotion_is_heard_all_the_same(
    database: Database, broker: Broker
) -> None:
    await mirror_champion(broker, Champion(version="of-the-lost-future", serial=10_000))
    await promoted(database, "mine-2")
    await tell_engines(database, broker)
    told = await read_champion(broker)
    assert told is not None
    assert told.version == "of-the-lost-future"
    await tell_engines(database, broker, at_once=True)
    told = await read_champion(broker)
    assert told is not None
    assert told.version == "mine-2"
