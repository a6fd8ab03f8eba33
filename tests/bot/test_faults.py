"""When something dies or Discord says no: every prediction still ends, and nobody is answered twice."""

from pathlib import Path

import psutil
import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.judging import RequestPublisher
from models.messages import ResultKind
from models.tables import PredictionState
from posters.poster import NormalisedPoster
from posters.store import PosterStore
from sandbox import CdnFault, Overwrite, Permission, Sandbox, SandboxConfig
from tests.another_writer import another_writer
from tests.bot.scene import Scene, judgement, upload


async def test_results_that_waited_for_a_restarted_bot_are_told(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    await scene.stop_bot()
    await scene.answer(delivery)
    await scene.start_bot()
    assert "Horror" in (await interaction.reply()).text
    assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED


async def test_a_bot_that_died_while_fetching_goes_on_after_its_restart(scene: Scene) -> None:
    stalled = CdnFault(stall_after=100)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload(fault=stalled))
    while await scene.reply_row(interaction) is None:
        await interaction.acknowledged()
    await scene.stop_bot()
    stalled.release()
    await scene.start_bot()
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text


async def test_after_a_quarter_of_an_hour_the_answer_comes_as_an_ordinary_message(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    scene.sandbox.expire_tokens()
    await scene.answer(delivery)
    row = await scene.final_row(interaction)
    assert row.state is PredictionState.ANSWERED
    # And the "thinking…" that Discord would show for ever is gone.
    (posted,) = scene.sandbox.channel.messages.values()
    assert "Horror" in posted.text
    assert interaction.messages == []


async def test_an_answer_that_got_through_unconfirmed_is_not_given_again_when_the_token_runs_out(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    scene.sandbox.fail_next("/webhooks/", method="PATCH", applied=True, disconnect=True)
    await scene.answer(delivery)
    await interaction.reply(lambda message: "Horror" in message.text)
    scene.sandbox.expire_tokens()
    assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED
    assert list(scene.sandbox.channel.messages.values()) == interaction.messages


async def test_a_late_private_answer_is_not_made_public(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload(), private=True)
    delivery = await scene.next_request()
    scene.sandbox.expire_tokens()
    await scene.answer(delivery)
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "token_expired")
    assert not any("Horror" in message.text for message in scene.sandbox.channel.messages.values())


async def test_a_late_answer_where_the_bot_may_not_write_ends_undelivered(scene: Scene) -> None:
    scene.sandbox.channel.overwrites.append(
        Overwrite(target_id=scene.sandbox.application_id, type=1, deny=Permission.SEND_MESSAGES)
    )
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    scene.sandbox.expire_tokens()
    await scene.answer(delivery)
    assert (await scene.final_row(interaction)).state is PredictionState.UNDELIVERED


async def test_a_reply_that_was_deleted_meanwhile_ends_undelivered(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    await scene.sandbox.member("mona").delete(interaction.original)
    await scene.answer(delivery)
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "message_deleted")


async def test_an_answer_that_discord_could_not_take_is_tried_again(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    scene.sandbox.fail_next("/webhooks/", method="PATCH", disconnect=True)
    await scene.answer(delivery)
    assert "Horror" in (await interaction.reply()).text
    assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED


async def test_a_poster_that_no_engine_came_to_is_told_so(scene: Scene) -> None:
    await scene.stop_bot()
    await scene.start_bot(judgement_timeout=0.5)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    reply = await interaction.reply(lambda message: "in time" in message.text, timeout=20)
    assert not reply.thinking
    assert (await scene.final_row(interaction)).state is PredictionState.EXPIRED


async def test_a_picture_that_comes_slowly_delays_nobody_elses_word(scene: Scene) -> None:
    stalled = CdnFault(stall_after=100)
    slow = await scene.sandbox.member("alice").slash("judge", poster=upload(fault=stalled))
    while await scene.reply_row(slow) is None:
        await slow.acknowledged()
    await scene.stop_bot()
    # What the last run left is taken up again, and stalls again.
    await scene.start_bot(judgement_timeout=0.5)
    interaction = await scene.sandbox.member("bob").slash("judge", poster=upload())
    await interaction.reply(lambda message: "in time" in message.text)
    assert (await scene.final_row(interaction)).state is PredictionState.EXPIRED
    stalled.release()


async def test_a_member_whose_engine_is_away_is_told_to_wait_and_then_answered(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.reply(lambda message: "away" in message.text, timeout=20)
    await scene.answer(await scene.next_request())
    reply = await interaction.reply(lambda message: "Horror" in message.text)
    assert "away" not in reply.text


async def test_the_first_of_two_results_stands(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    await scene.answer(delivery)
    await scene.final_row(interaction)
    # Past the queue's own memory, a second result reaches the bot.
    await scene.broker.js.purge_stream("JUDGE_RESULTS")
    await scene.send_result(delivery, judgement=judgement(horror=0.01))
    row = await scene.final_row(interaction)
    assert row.judgement is not None
    assert row.judgement["genres"]["Horror"] == 0.8


async def test_what_the_engine_could_not_judge_is_told_with_what_to_do(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await scene.answer(await scene.next_request(), kind=ResultKind.FAILED, cause="gave_up", judgement=None)
    assert "another copy" in (await interaction.reply()).text
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.FAILED, "gave_up")


async def test_an_interaction_acknowledged_too_late_leaves_a_row_and_no_work(scene: Scene) -> None:
    scene.sandbox.fail_next("/callback", status=404, code=10062, message="Unknown interaction")
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "too_late_to_defer")


async def test_used_tokens_and_addresses_are_erased(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    await scene.final_row(interaction)
    reply = None
    while reply is None or reply.token is not None or reply.predictions[0].attachment_url is not None:
        reply = await scene.reply_row(interaction)


async def test_an_interaction_that_the_gateway_says_twice_is_judged_once(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.acknowledged()
    scene.sandbox.dispatch_again(interaction)
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text
    assert await RequestPublisher(scene.broker).depth() == 0
    assert len(interaction.messages) == 1


async def test_a_deferral_that_discord_took_but_did_not_confirm_is_answered_all_the_same(scene: Scene) -> None:
    scene.sandbox.fail_next("/callback", status=500, applied=True)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text
    assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED


async def test_a_store_that_is_out_of_order_costs_the_picture_and_not_the_answer(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    posters = scene.data_dir / "posters"
    posters.rename(scene.data_dir / "elsewhere")
    posters.write_text("a file where the folder was")
    await scene.answer(delivery)
    reply = await interaction.reply()
    assert "Horror" in reply.text
    assert reply.attachments == []


async def test_a_poster_waits_for_a_store_that_is_out_of_order(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    posters, elsewhere = scene.data_dir / "posters", scene.data_dir / "elsewhere"
    posters.rename(elsewhere)
    posters.write_text("a file where the folder was")
    put = PosterStore.put

    async def put_and_mend(store: PosterStore, poster: NormalisedPoster) -> None:
        try:
            await put(store, poster)
        finally:
            if posters.is_file():
                posters.unlink()
                elsewhere.rename(posters)

    monkeypatch.setattr(PosterStore, "put", put_and_mend)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text
    assert posters.is_dir()


async def test_a_refusal_that_perhaps_got_through_is_not_said_twice(scene: Scene) -> None:
    scene.sandbox.fail_next("/webhooks/", method="POST", applied=True, disconnect=True)
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(b"this is no picture at all " * 20))
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "refusal_perhaps_told")
    assert len(interaction.messages_visible_to(alice)) == 1


async def test_while_the_database_is_locked_members_are_told_privately(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_TIMEOUT", 0.2)
    await scene.stop_bot()
    await scene.start_bot()
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    async with another_writer(scene.data_dir / "poster-judge.db"):
        interaction = await alice.slash("judge", poster=upload())
        reply = await interaction.reply(lambda message: "try again in a minute" in message.text)
    assert reply.ephemeral
    assert interaction.messages_visible_to(bob) == []
    later = await alice.slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    assert "Horror" in (await later.reply()).text


async def test_posters_wait_for_a_queue_that_is_away(scene: Scene, nats_server: EmbeddedServer) -> None:
    held = CdnFault(stall_after=100)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload(fault=held))
    await interaction.acknowledged()
    psutil.Process(nats_server.pid).kill()
    await nats_server.wait()
    held.release()
    await nats_server.start()
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply(timeout=30)).text


async def test_a_process_with_several_shards_answers(
    nats_server: EmbeddedServer, broker: Broker, tmp_path: Path
) -> None:
    async with Sandbox.start(SandboxConfig(shards=2)) as sandbox:
        scene = Scene(sandbox, nats_server.url, broker, tmp_path / "shards")
        await scene.start_bot(shard_ids="0,1", shard_count=2, name=None)
        try:
            await sandbox.bot_connected(shards=2, timeout=30)
            interaction = await sandbox.member("alice").slash("judge", poster=upload())
            await scene.answer(await scene.next_request())
            assert "Horror" in (await interaction.reply()).text
        finally:
            await scene.stop_bot()


async def test_a_repetition_that_discord_no_longer_knows_takes_nothing_from_the_first(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with a database that takes its time: the deferral goes out before the row is known.
    monkeypatch.setattr("bot.commands.judge.ROW_FIRST", 0)
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload())
    delivery = await scene.next_request()
    scene.sandbox.fail_next("/callback", status=404, code=10062, message="Unknown interaction")
    scene.sandbox.dispatch_again(interaction)
    await scene.sandbox.until(lambda: scene.sandbox.refusals)
    await scene.answer(delivery)
    assert "Horror" in (await interaction.reply()).text
    assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED
