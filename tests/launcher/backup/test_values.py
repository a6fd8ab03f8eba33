"""Any value that a row may hold comes back as it was, from either database into either."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.dialects import postgresql

from migrations.upgrade import upgrade
from models.database import Database, create_sync_engine
from models.repositories.snapshot_values import to_json
from models.repositories.snapshots import SnapshotRepository
from models.tables import Base, Prediction, PredictionState, Reply
from tests.launcher.backup.stock import PAIRS, MakeUrl, backed_up, places_in, restored, rows_in

SNOWFLAKE = st.integers(0, 2**63 - 1)
MOMENT = st.datetimes(
    datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9.5))])
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=64)
"""PostgreSQL has no NUL in its texts, and neither database has half a surrogate pair."""
JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)

ROWS = st.fixed_dictionaries(
    {
        "replies": st.fixed_dictionaries(
            {
                "application_id": SNOWFLAKE,
                "token": st.none() | TEXT,
                "token_expires_at": MOMENT,
                "guild_id": st.none() | SNOWFLAKE,
                "channel_id": st.none() | SNOWFLAKE,
                "user_id": SNOWFLAKE,
                "private": st.booleans(),
                "message_id": st.none() | SNOWFLAKE,
                "created_at": MOMENT,
                "telling_at": st.none() | MOMENT,
            }
        ),
        "predictions": st.fixed_dictionaries(
            {
                "position": st.integers(-(2**31), 2**31 - 1),
                "state": st.sampled_from(PredictionState),
                "outcome": st.none() | st.sampled_from(PredictionState),
                "cause": TEXT,
                "explanation": TEXT,
                "title": st.none() | TEXT,
                "received_at": MOMENT,
                "deadline_at": MOMENT,
                "queued_at": st.none() | MOMENT,
                "judgement": st.none() | st.dictionaries(TEXT, JSON_VALUE, max_size=4),
                "features": st.none() | st.binary(max_size=300),
                "timings": st.none() | st.dictionaries(TEXT, JSON_VALUE, max_size=4),
            }
        ),
    }
)


@pytest.mark.parametrize(
    ("source", "target"), [pytest.param(*pair, marks=pytest.mark.long if pair[0] == pair[1] else ()) for pair in PAIRS]
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=20))
def test_any_row_comes_back_as_it_was(make_url_of: MakeUrl, source: str, target: str, rows: list[Any]) -> None:
    old, new = make_url_of(source), make_url_of(target)
    upgrade(old)
    engine = create_sync_engine(old)
    with engine.begin() as connection:
        for index, row in enumerate(rows):
            connection.execute(insert(Reply).values(id=index, **row["replies"]))
            connection.execute(insert(Prediction).values(id=str(index), reply_id=index, **row["predictions"]))
    engine.dispose()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        async def there_and_back() -> None:
            file = await backed_up(places_in(folder / "old", old), folder / "backup.tar")
            await restored(file, places_in(folder / "new", new))

        asyncio.run(there_and_back())
    assert rows_in(new) == rows_in(old)
    assert len(rows_in(new)["predictions"]) == len(rows)


async def test_no_value_is_null_in_the_database_and_not_json_s_null(make_url_of: MakeUrl, tmp_path: Path) -> None:
    """Else `IS NULL` would not find it any more."""
    old, new = make_url_of("sqlite"), make_url_of("postgresql")
    upgrade(old)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    engine = create_sync_engine(old)
    with engine.begin() as connection:
        connection.execute(
            insert(Reply).values(
                id=1, application_id=1, token_expires_at=moment, user_id=1, private=False, created_at=moment
            )
        )
        connection.execute(
            insert(Prediction).values(
                id="1", reply_id=1, position=0, state=PredictionState.RECEIVED, received_at=moment, deadline_at=moment
            )
        )
    engine.dispose()
    await restored(await backed_up(places_in(tmp_path / "old", old), tmp_path / "b.tar"), places_in(tmp_path, new))
    engine = create_sync_engine(new)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM predictions WHERE judgement IS NULL")) == 1
    engine.dispose()


def test_a_column_that_would_be_left_out_stops_the_backup() -> None:
    table = Table("ranges", MetaData(), Column("range", postgresql.INT4RANGE))
    with pytest.raises(TypeError, match="does not know how to write"):
        to_json(table.c.range, "[1,2)")


def test_no_table_refers_to_itself() -> None:
    """Rows are restored in no particular order within a table; the first such table needs one."""
    for table in Base.metadata.sorted_tables:
        assert table not in {key.column.table for key in table.foreign_keys}


async def test_ids_that_the_database_gives_go_on_behind_those_restored(make_url_of: MakeUrl) -> None:
    """No table counts its rows as yet; the first one that does must not meet its own ids again."""
    url = make_url_of("postgresql")
    counted = Table("counted", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(10)))
    empty = Table("counted_too", counted.metadata, Column("id", Integer, primary_key=True))
    engine = create_sync_engine(url)
    counted.metadata.create_all(engine)
    engine.dispose()
    database = Database(url)
    async with database.writing() as session:
        snapshot = await SnapshotRepository.open(session)
        await snapshot.insert("counted", [{"id": 7, "name": "seven"}, {"id": 3, "name": "three"}])
        await snapshot.count_on()
    async with database.writing() as session:
        assert (await session.execute(insert(counted).values(name="next").returning(counted.c.id))).scalar() == 8
        assert (await session.execute(insert(empty).returning(empty.c.id))).scalar() == 1
        assert (await session.execute(select(counted.c.name).where(counted.c.id == 7))).scalar() == "seven"
    await database.close()
