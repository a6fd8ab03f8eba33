"""One retraining at a time, whoever asks, and each decided once; on SQLite and on PostgreSQL."""

import asyncio

import pytest

from bot.versions.deciding import Doubtful, promote_run, promote_version, reject_run
from bot.versions.promoting import NotPromoted, champion, promote, roll_back
from bot.versions.retraining import MOST_WAITING, NotDone, Wish, ask, cancel
from models.database import Database
from models.repositories import TrainingRunRepository
from models.repositories.promotions import PromotionRepository
from models.repositories.training_runs import TOLD_ALL
from models.tables import Decision, RunState
from tests.bot.versions.runs import MONA, OLGA, asked_for, beat, done, finished, found, taken


async def test_a_second_run_is_told_who_asked_for_what_since_when_or_waits_by_choice(database: Database) -> None:
    first = await asked_for(database, note="after the film week")
    since = f"{first.created_at:%Y-%m-%d at %H:%M} UTC"
    with pytest.raises(NotDone, match=rf"Run {first.id} is under way: mona asked for heads on {since}\."):
        await ask(database, Wish(OLGA))
    second = await ask(database, Wish(OLGA), wait=True)
    assert (first.state, second.state) == (RunState.REQUESTED, RunState.WAITING)
    for _ in range(MOST_WAITING - 1):
        await asked_for(database, wait=True)
    with pytest.raises(NotDone, match="5 runs wait already"):
        await asked_for(database, wait=True)


async def test_of_operators_who_ask_at_once_one_gets_the_run_and_the_others_are_told(database: Database) -> None:
    outcomes = await asyncio.gather(*(asked_for(database) for _ in range(4)), return_exceptions=True)
    (run,) = [one for one in outcomes if not isinstance(one, BaseException)]
    assert all(f"Run {run.id} is under way" in str(one) for one in outcomes if isinstance(one, NotDone))
    assert sum(isinstance(one, NotDone) for one in outcomes) == 3


async def test_a_cancelled_run_frees_the_slot_and_stops_its_trainer(database: Database) -> None:
    run = await asked_for(database)
    await taken(database, run.id)
    await cancel(database, OLGA)
    assert not await beat(database, run.id, "features", 1, 2)
    ended = await found(database, run.id)
    assert (ended.state, ended.explanation) == (RunState.CANCELLED, "Cancelled by olga.")
    with pytest.raises(NotDone, match=f"Run {run.id} has ended already"):
        await cancel(database, OLGA, run.id)
    with pytest.raises(NotDone, match="No run is under way"):
        await cancel(database, OLGA)
    await asked_for(database)


async def test_a_trainer_that_was_taken_over_from_lets_go_of_nothing_that_is_another_ones(database: Database) -> None:
    run = await asked_for(database)
    for expected in (1, 2):
        await taken(database, run.id)
        assert (await found(database, run.id)).deliveries == expected
    for deliveries, left in ((1, 2), (2, 1)):
        async with database.writing() as session:
            await TrainingRunRepository(session).let_go(run.id, deliveries)
        assert (await found(database, run.id)).deliveries == left


async def test_of_two_operators_who_press_at_once_one_promotes_and_the_other_is_told(database: Database) -> None:
    run = await done(database)
    outcomes = await asyncio.gather(
        *(promote_run(database, run.id, who, "better") for who in (MONA, OLGA) * 2),
        reject_run(database, run.id, OLGA),
        return_exceptions=True,
    )
    assert all(isinstance(one, NotDone | NotPromoted | Doubtful) for one in outcomes if isinstance(one, BaseException))
    assert sum(isinstance(one, BaseException) for one in outcomes) == 4
    decided = await found(database, run.id)
    async with database.reading() as session:
        history = await PromotionRepository(session).history(10)
    assert len(history) == (decided.decision is Decision.PROMOTED)
    with pytest.raises(
        NotDone, match=f"{decided.decided_by} has decided about run {run.id} already: {decided.decision}"
    ):
        await reject_run(database, run.id, MONA)


async def test_what_the_gate_refused_is_promoted_only_by_somebody_who_was_told_why(database: Database) -> None:
    run = await done(database, refused=("enough", "genres"))
    with pytest.raises(Doubtful) as told:
        await promote_run(database, run.id, MONA, "")
    assert [sentence.split(" ")[0] for sentence in told.value.objections] == ["Held-out", "No"]
    assert await champion(database) == "starter-3"
    await promote_run(database, run.id, MONA, "I looked at it", anyway=True)
    assert await champion(database) == run.version


async def test_who_puts_up_with_the_doubts_is_told_of_a_rejection_since_and_then_overrules_it_in_the_message_too(
    database: Database,
) -> None:
    run = await done(database, channel_id=7, refused=("enough",))
    with pytest.raises(Doubtful) as shown:
        await promote_run(database, run.id, MONA, "")
    await reject_run(database, run.id, OLGA)
    await told_all(database, run.id)
    with pytest.raises(Doubtful, match="olga rejected it") as again:
        await promote_run(database, run.id, MONA, "", seen=shown.value.digest)
    assert await champion(database) == "starter-3"
    promotion = await promote_run(database, run.id, MONA, "By a button.", seen=again.value.digest)
    assert promotion.reason.startswith("By a button. In spite of: olga rejected it. Held-out posters")
    decided = await found(database, run.id)
    assert (decided.decision, decided.decided_by, decided.decided_by_id) == (Decision.PROMOTED, "mona", 42)
    assert decided.told == ""


async def test_a_rejected_version_that_is_promoted_by_its_name_is_not_called_rejected_any_more(
    database: Database,
) -> None:
    run = await done(database)
    assert run.version is not None
    await reject_run(database, run.id, OLGA)
    await promote_version(database, run.version, MONA, "", anyway=True)
    decided = await found(database, run.id)
    assert (decided.decision, decided.decided_by) == (Decision.PROMOTED, "mona")


async def test_a_version_that_was_taken_back_is_promoted_again_only_by_somebody_who_was_told_what_speaks_against_it(
    database: Database,
) -> None:
    run = await done(database, refused=("enough",))
    assert run.version is not None
    await promote_version(database, run.version, OLGA, "", anyway=True)
    with pytest.raises(NotPromoted, match="run-1 is champion already"):
        await promote_version(database, run.version, MONA, "")
    await roll_back(database, OLGA, "worse")
    with pytest.raises(Doubtful, match="olga promoted it before, and it is not champion any more") as shown:
        await promote_version(database, run.version, MONA, "")
    await promote_run(database, run.id, MONA, "", seen=shown.value.digest)
    assert (await champion(database), (await found(database, run.id)).decided_by) == ("run-1", "mona")


async def test_a_champion_of_the_meantime_speaks_against_a_run_that_was_compared_with_another(
    database: Database,
) -> None:
    run = await done(database)
    await promote(database, "mine-2", OLGA, "")
    with pytest.raises(Doubtful, match="It was compared with starter-3, but mine-2 is champion now"):
        await promote_run(database, run.id, MONA, "")


async def test_a_version_that_is_promoted_by_its_name_decides_its_run_and_a_rollback_leaves_that(
    database: Database,
) -> None:
    run = await done(database)
    assert run.version is not None
    await promote(database, run.version, OLGA, "by name")
    decided = await found(database, run.id)
    assert (decided.decision, decided.decided_by, decided.decided_by_id) == (Decision.PROMOTED, "olga", 43)
    await roll_back(database, MONA, "worse")
    assert (await found(database, run.id)).decision is Decision.PROMOTED
    assert await champion(database) == "starter-3"


async def test_only_what_was_published_can_be_decided_about(database: Database) -> None:
    run = await asked_for(database)
    for run_id, sentence in ((run.id, "has no version"), (999, "There is no run 999")):
        with pytest.raises(NotDone, match=sentence):
            await promote_run(database, run_id, MONA, "")
        with pytest.raises(NotDone, match=sentence):
            await reject_run(database, run_id, MONA)
    await taken(database, run.id)
    await finished(database, run.id)
    await reject_run(database, run.id, MONA)
    assert (await found(database, run.id)).decision is Decision.REJECTED


async def told_all(database: Database, run_id: int) -> None:
    """Its message has had its last word."""
    async with database.writing() as session:
        await TrainingRunRepository(session).tell(run_id, TOLD_ALL, 99, decision=Decision.REJECTED)
