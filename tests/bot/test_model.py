"""What operators do with the model in chat; the trainer is played by the test, by way of the run's row."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.judging.clock import now
from bot.versions.deciding import reject_run
from bot.versions.promoting import champion
from bot.versions.retraining import Wish, ask
from broker.champion import read_champion
from broker.heartbeats import beat as tell_alive
from broker.training import TrainingQueue
from models.database import Database
from models.messages import Heartbeat
from models.repositories import TrainingRunRepository
from models.repositories.training_runs import AT_REST, TOLD_ALL
from models.tables import Decision, RunState
from sandbox import Actor, CommandUnavailableError, Message, Overwrite, Permission
from tests.another_writer import another_writer
from tests.bot.corrections import button
from tests.bot.scene import Scene
from tests.bot.versions.runs import MONA, OLGA, beat, done, finished, found, plot, taken


@pytest.fixture
async def rows(scene: Scene) -> AsyncIterator[Database]:
    """The bot's database, as a trainer sees it."""
    database = Database(scene.database_settings.url())
    yield database
    await database.close()


async def news(scene: Scene, run_id: int) -> Message:
    """The one message of a run in the channel."""

    def look() -> Message | None:
        ours = [one for one in scene.sandbox.channel.messages.values() if f"Run {run_id} · " in one.text]
        assert len(ours) <= 1
        return next(iter(ours), None)

    message: Message = await scene.sandbox.until(look, what=f"news of run {run_id}")
    return message


async def engine(scene: Scene, version: str, *notices: str, refused: str = "") -> None:
    """An engine says with what it judges."""
    beat = Heartbeat(
        id="engine-1",
        kind="engine",
        at=time.time(),
        state="ready",
        model_version=version,
        notices=notices,
        refused=refused,
    )
    await tell_alive(scene.broker, beat)


def labels(message: Message) -> list[str]:
    return [str(part["label"]) for part in message.walk() if part.get("label")]


async def says(scene: Scene, message: Message, words: str) -> None:
    await scene.sandbox.until(lambda: words in message.text, what=f"{words!r} in {message.text!r}")


async def pressed(actor: Actor, message: Message, label: str) -> Message:
    """What a press tells its operator alone, in a new message."""
    press = await actor.click(message, button(message, label))
    told: Message = await press.reply(lambda one: one.ephemeral and one is not message)
    return told


async def answer(actor: Actor, command: str, words: str, **options: Any) -> Message:
    message: Message = await (await actor.slash(command, **options)).reply(lambda one: words in one.text)
    assert message.ephemeral
    return message


async def test_an_operator_retrains_reads_the_report_promotes_and_goes_back(scene: Scene, rows: Database) -> None:
    olga = scene.sandbox.member("olga")
    await engine(scene, "starter-3")
    asked = await answer(olga, "model retrain", "Run 1 is asked for. Its news is in <#", note="after the film week")
    assert asked.ephemeral
    message = await news(scene, 1)
    assert "Retraining is asked for" in message.text
    delivery = await (await TrainingQueue.open(scene.broker)).pull(10)
    assert delivery is not None
    assert delivery.body.run_id == 1
    await taken(rows, 1)
    assert await beat(rows, 1, "features", 30, 120)
    await says(scene, message, "**Looking at the posters** · 30 of 120")
    assert "25 %" in message.text
    assert "“after the film week”" in message.text
    second = await answer(scene.sandbox.member("olga"), "model retrain", "Run 1 is under way: olga asked for heads")
    assert "Cancel it, or ask to wait" in second.text

    version = await finished(rows, 1, plot=plot())
    await says(scene, message, "run-1 passed the gate")
    assert message.text.index("passed the gate") < message.text.index("0.761→0.786 +0.015…+0.035")
    assert "▲ Horror      0.81→0.86    61" in message.text
    assert [file.filename for file in message.attachments] == ["history.png"]
    assert labels(message) == ["Promote", "Reject"]
    mona = scene.sandbox.member("mona")
    refused = await pressed(mona, message, "Promote")
    assert refused.text == "Only those who run this bot can do that."
    await pressed(olga, message, "Promote")
    await says(scene, message, "**Promoted** by olga.\nNo engine judges with run-1 yet; they load it.")
    assert labels(message) == []
    champion_told = await read_champion(scene.broker)
    assert champion_told is not None
    assert champion_told.version == version
    await engine(scene, version)
    await says(scene, message, "The engine judges with run-1.")

    status = await answer(olga, "model status", "run-1 is champion")
    assert "by olga: Promoted by a button; nothing spoke against it." in status.text
    back = await olga.slash("model rollback", reason="worse at the premiere")
    await engine(scene, "starter-3")
    await back.reply(lambda one: "starter-3 is champion again\nThe engine judges with starter-3." in one.text)
    assert await champion(rows) == "starter-3"
    former = await answer(olga, "model show", "**Promoted** by olga.", version="run-1")
    assert "starter-3 is champion now." in former.text
    assert "they load it" not in former.text


async def test_with_a_home_guild_the_commands_and_their_buttons_are_there_alone(scene: Scene, rows: Database) -> None:
    home = scene.sandbox.add_guild("Backstage", members=("mona",))
    await scene.stop_bot()
    await scene.start_bot(home_guild=int(home.id))
    adam = scene.sandbox.add_member("adam", guild=home, permissions=Permission.ADMINISTRATOR)
    await answer(adam, "model status", "starter-3 is champion")
    for stranger in (scene.sandbox.member("olga"), scene.sandbox.member("mona", guild=home)):
        with pytest.raises(CommandUnavailableError):
            await stranger.slash("model status")
    # A run of before the home guild was chosen has its buttons where it was asked for.
    await done(rows, channel_id=int(scene.sandbox.channel.id))
    message = await news(scene, 1)
    await says(scene, message, "passed the gate")
    for label in ("Promote", "Reject"):
        refused = await pressed(scene.sandbox.member("olga"), message, label)
        assert refused.text == "Only those who run this bot can do that."
    assert (await found(rows, 1)).decision is None


async def test_of_two_operators_who_press_at_once_one_decides_and_the_other_is_told_who(
    scene: Scene, rows: Database
) -> None:
    home = scene.sandbox.add_guild("Backstage")
    await scene.stop_bot()
    await scene.start_bot(home_guild=int(home.id))
    adam, eve = (
        scene.sandbox.add_member(name, guild=home, permissions=Permission.ADMINISTRATOR) for name in ("adam", "eve")
    )
    await done(rows)
    by_adam = await answer(adam, "model show", "passed the gate", version="run-1")
    by_eve = await answer(eve, "model show", "passed the gate", version="run-1")
    told = await asyncio.gather(pressed(adam, by_adam, "Promote"), pressed(eve, by_eve, "Reject"))
    run = await found(rows, 1)
    if run.decided_by == "adam":
        won, lost = told
        assert "run-1 is champion now" in won.text
    else:
        lost, won = told
        assert won.text == "Rejected: the champion stays."
    assert any(word in lost.text for word in (f"{run.decided_by} has decided", "eve rejected it", "Somebody else has"))
    assert await champion(rows) == ("run-1" if run.decision is Decision.PROMOTED else "starter-3")
    both = await asyncio.gather(adam.slash("model retrain"), eve.slash("model retrain"))
    replies = [await one.reply(lambda message: "Run 2" in message.text) for one in both]
    assert sorted("is under way" in reply.text for reply in replies) == [False, True]


async def test_while_the_database_refuses_a_press_is_told_so_and_later_it_counts(scene: Scene, rows: Database) -> None:
    olga = scene.sandbox.member("olga")
    await done(rows, channel_id=int(scene.sandbox.channel.id))
    message = await news(scene, 1)
    await says(scene, message, "passed the gate")
    async with another_writer(scene.data_dir / "poster-judge.db"):
        refused = await pressed(olga, message, "Reject")
        assert refused.text == "I cannot note anything down right now. Please try again in a minute."
    assert scene.bot_runs
    await pressed(olga, message, "Reject")
    await says(scene, message, "**Rejected** by olga.")


async def test_what_the_gate_refused_is_promoted_after_a_press_that_says_what_speaks_against_it(
    scene: Scene, rows: Database
) -> None:
    olga = scene.sandbox.member("olga")
    await answer(olga, "model retrain", "Run 1 is asked for")
    await taken(rows, 1)
    await finished(rows, 1, refused=("enough",), word="Too few posters measured it to prove anything.")
    message = await news(scene, 1)
    await says(
        scene,
        message,
        "run-1 did not pass the gate\nToo few posters measured it to prove anything.\n**✗** Held-out posters",
    )
    doubt = await pressed(olga, message, "Promote")
    assert "This speaks against it:\n- Held-out posters with trusted labels: 412" in doubt.text
    assert await champion(rows) == "starter-3"
    await scene.stop_bot()
    await scene.start_bot()  # The buttons work for whoever comes after.
    again = await answer(olga, "model promote", "Promote run-1 all the same?", version="run-1")
    await olga.click(again, button(again, "Promote all the same"))
    await says(scene, again, "run-1 is champion now")
    assert await champion(rows) == "run-1"
    notice = "The champion run-1 cannot be loaded, so starter-3 goes on judging: labels.json is missing."
    await engine(scene, "starter-3", notice, refused="run-1")
    await says(scene, message, f"The engine engine-1 does not take it over. {notice}")


async def test_who_promotes_a_run_that_has_no_message_reads_below_the_button_when_the_engines_judge_with_it(
    scene: Scene, rows: Database
) -> None:
    olga = scene.sandbox.member("olga")
    await engine(scene, "starter-3")
    await done(rows)  # From the command line.
    shown = await answer(olga, "model show", "passed the gate", version="run-1")
    told = await pressed(olga, shown, "Promote")
    assert told.text == "## run-1 is champion now"
    await engine(scene, "run-1")
    await says(scene, told, "The engine judges with run-1.")
    assert "**Promoted** by olga." in shown.text


async def test_a_restarted_bot_goes_on_with_the_same_message_and_tells_nothing_twice(
    scene: Scene, rows: Database
) -> None:
    olga = scene.sandbox.member("olga")
    await answer(olga, "model retrain", "Run 1 is asked for")
    message = await news(scene, 1)
    await scene.sandbox.until(lambda: message.id, what="it")
    await scene.stop_bot()
    await taken(rows, 1)
    async with rows.writing() as session:  # Killed after it wrote, before it noted where.
        await TrainingRunRepository(session).tell(1, "", None)
    await scene.start_bot()
    await beat(rows, 1, "features", 1, 2)
    await says(scene, message, "1 of 2")
    await scene.stop_bot()
    await finished(rows, 1)
    await scene.start_bot()
    await says(scene, message, "run-1 passed the gate")
    assert await news(scene, 1) is message
    told_of = await noted(rows, 1)
    await scene.stop_bot()
    before = len(scene.sandbox.requests)
    await scene.start_bot()
    await answer(olga, "model list", "**run-1** · passed the gate")
    assert (await found(rows, 1)).told == told_of
    assert not [one for one in scene.sandbox.requests[before:] if one.method == "PATCH" and "/channels/" in one.path]


async def test_where_the_bot_may_not_write_the_reply_tells_how_it_goes(scene: Scene, rows: Database) -> None:
    silent = scene.sandbox.add_channel("silent")
    silent.overwrites.append(Overwrite(target_id=scene.sandbox.application_id, type=1, deny=Permission.SEND_MESSAGES))
    olga = scene.sandbox.member("olga")
    interaction = await olga.slash("model retrain", in_channel=silent)
    reply = await interaction.reply(lambda one: "Retraining is asked for" in one.text)
    assert reply.ephemeral
    await taken(rows, 1)
    await beat(rows, 1, "features", 3, 4)
    await says(scene, reply, "75 %")
    await pressed(olga, reply, "Cancel")
    await says(scene, reply, "Retraining cancelled\nCancelled by olga.")
    assert labels(reply) == []
    assert (await found(rows, 1)).state is RunState.CANCELLED


async def test_waiting_runs_start_in_turn_and_are_compared_listed_and_shown(scene: Scene, rows: Database) -> None:
    olga = scene.sandbox.member("olga")
    await done(rows, refused=("enough",))
    await answer(olga, "model retrain", "Run 2 is asked for", recipe="deeper")
    assert "Run 2 · recipe deeper · asked for by olga" in (await news(scene, 2)).text
    await answer(olga, "model retrain", "Run 3 waits until the one under way has ended", wait=True)
    await taken(rows, 2)
    await finished(rows, 2)
    waiting = await news(scene, 3)
    await says(scene, waiting, "Retraining is asked for")
    await answer(olga, "model cancel", "Run 3 is cancelled")
    await says(scene, waiting, "Cancelled by olga.")
    listed = await answer(olga, "model list", "starter-3")
    assert "**run-2** · passed the gate" in listed.text
    assert "**run-1** · did not pass" in listed.text
    choices = await olga.autocomplete("model show", focused="version", value="run")
    assert [one["value"] for one in choices] == ["run-2", "run-1"]
    shown = await answer(olga, "model show", "run-2 passed the gate", version="run-2")
    assert labels(shown) == ["Promote", "Reject"]
    pair = await answer(olga, "model compare", "run-2 and run-1", version="run-2", other="run-1")
    assert "Both were measured on the same posters." in pair.text
    own = await answer(olga, "model compare", "starter-3 → run-2", version="starter-3", other="run-2")
    assert "· Documentary 0.83→0.83" in own.text
    unknown = await answer(olga, "model show", "I know no version nobody", version="nobody")
    assert unknown.ephemeral
    beside = await answer(olga, "model show", "run-2 passed the gate", version="run-2")
    await pressed(olga, shown, "Reject")
    await says(scene, shown, "**Rejected** by olga.")
    late = await pressed(olga, beside, "Reject")
    assert late.text == "olga has decided about run 2 already: rejected."
    told_so = await answer(olga, "model promote", "olga rejected it.", version="run-2")
    assert labels(told_so) == ["Promote all the same"]


async def test_doubts_that_came_up_since_are_shown_before_a_rejected_version_judges_and_its_message_says_who_promoted(
    scene: Scene, rows: Database
) -> None:
    olga = scene.sandbox.member("olga")
    await done(rows, channel_id=int(scene.sandbox.channel.id), refused=("enough",))
    message = await news(scene, 1)
    await says(scene, message, "did not pass the gate")
    doubt = await pressed(olga, message, "Promote")
    await reject_run(rows, 1, MONA)
    await says(scene, message, "**Rejected** by mona.")
    await olga.click(doubt, button(doubt, "Promote all the same"))
    await says(scene, doubt, "- mona rejected it.\n- Held-out posters")
    assert await champion(rows) == "starter-3"
    await olga.click(doubt, button(doubt, "Promote all the same"))
    await says(scene, message, "**Promoted** by olga.")
    assert await champion(rows) == "run-1"


async def test_a_run_of_the_schedule_tells_in_the_channel_of_its_news(scene: Scene, rows: Database) -> None:
    await scene.stop_bot()
    await scene.start_bot(news_channel=int(scene.sandbox.channel.id))
    run = await ask(rows, Wish(OLGA, channel_id=int(scene.sandbox.channel.id)))
    message = await news(scene, run.id)
    await taken(rows, run.id)
    async with rows.writing() as session:
        await TrainingRunRepository(session).fail(run.id, "disk_full", "The disk is full: make room.", now())
    await says(scene, message, "Retraining failed\nThe disk is full: make room.")
    assert await noted(rows, run.id) == "all"


async def noted(rows: Database, run_id: int) -> str:
    """What the row says that its message says, once that is all there is to say now."""
    async with asyncio.timeout(20):
        while (told := (await found(rows, run_id)).told) not in (AT_REST, TOLD_ALL):
            await asyncio.sleep(0.02)
    return told
