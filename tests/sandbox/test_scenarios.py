"""A session is written down as a scenario, and done again as a test."""

import contextlib
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox, Scenario, ScenarioError, Upload
from sandbox.scenarios.wording import changed, opened, says
from tests.sandbox.showcase_bot import ShowcaseBot
from tests.sandbox.tiny_bot import TinyBot


async def _session(sandbox: Sandbox, poster: Upload) -> None:
    """What two members do with the showcase bot: commands, buttons, selects, a form, messages."""
    alice, bob, mona = (sandbox.member(name) for name in ("alice", "bob", "mona"))
    shown = await (await alice.slash("show")).reply()
    await (await bob.click(shown, "genres", values=["Comedy", "Drama"])).reply()
    await (await bob.click(shown, "person", values=[mona])).reply()
    opened = await alice.click(shown, "correct")
    filled = {"film": "Heat", "genres": ["Drama"], "who": [bob], "why": ""}
    noted = await (await alice.submit(opened, filled)).reply()
    await alice.dismiss(noted)
    given: dict[str, Any] = {"film": 1, "status": "open", "member": bob, "place": sandbox.channel, "proof": poster}
    await (await alice.slash("feedback review", **given)).reply()
    said = await bob.send(content=f"<@{sandbox.bot_user.id}> what is it?", files=[poster])
    await sandbox.until(lambda: any("thought" in m.content for m in sandbox.messages_visible_to(bob)))
    await bob.edit(said, "never mind")
    await bob.send(reply_to=said, content="really", mention=False)
    await mona.delete(shown)
    thread = await bob.start_thread("About it", on=said)
    await alice.send(thread, f"<@{sandbox.bot_user.id}> and this?")
    await sandbox.until(lambda: any("thought" in m.content for m in thread.messages_visible_to(alice)))
    await alice.send(alice.dm, "hello")
    await sandbox.until(lambda: any("thought" in m.content for m in alice.dm.messages_visible_to(alice)))


async def test_faults_and_time_are_written_down_and_happen_again(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, tmp_path: Path
) -> None:
    alice = sandbox.member("alice")
    recorder = sandbox.record("Discord has a bad day")
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        await session.post("/control/faults", json={"kind": "refuse_gateway", "member": "alice"})
        await session.post("/control/faults", json={"kind": "drop_gateway"})
        await sandbox.bot_disconnected()
        unheard = await alice.slash("judge", poster=poster)
        await session.post("/control/clock", json={"advance": 3.5})
        assert unheard.failed
        await session.delete("/control/faults", params={"kind": "refuse_gateway"})
        await sandbox.bot_connected(timeout=20)
    recorder.finish().save(tmp_path / "bad-day.json")
    scenario = Scenario.load(tmp_path / "bad-day.json")
    assert [{key: step[key] for key in step if key not in ("command", "options")} for step in scenario.steps] == [
        {"does": "fault", "fault": {"kind": "refuse_gateway"}},
        {"does": "fault", "fault": {"kind": "drop_gateway"}},
        {"who": "alice", "does": "slash", "answers": [{"unanswered": True}]},
        {"does": "wait", "seconds": 3.5, "answers": [{"no_response": True}]},
        {"does": "well_again", "kind": "refuse_gateway"},
    ]
    before, seen = sandbox.clock.now(), len(sandbox.world.interactions.newest(9))
    await sandbox.replay(scenario)
    assert sandbox.clock.now() == before + 3.5
    assert [one.failed for one in sandbox.world.interactions.newest(9)] == [True] * (seen + 1)
    assert not sandbox.world.faults.refuses_gateway
    for step, told in (
        ({"does": "wait", "seconds": -1}, "a number of seconds between 0"),
        ({"does": "wait"}, "'seconds' is missing"),
        ({"does": "fault", "fault": {"kind": "rain"}}, "kind is one of"),
    ):
        with pytest.raises(ScenarioError, match=told):
            await sandbox.replay(Scenario(title="odd", steps=[step]), timeout=20)
    with pytest.raises(ScenarioError, match='"who" names a member'):
        Scenario.of({"scenario": 1, "steps": [{"does": "send"}]})


async def test_a_session_is_written_down_and_goes_again(
    sandbox: Sandbox, showcase: ShowcaseBot, poster: Upload, tmp_path: Path
) -> None:
    recorder = sandbox.record("All that members do")
    await _session(sandbox, poster)
    recorder.finish().save(tmp_path / "session.json")
    scenario = Scenario.load(tmp_path / "session.json")
    assert [(step["who"], step["does"]) for step in scenario.steps] == [
        ("alice", "slash"),
        ("bob", "choose"),
        ("bob", "choose"),
        ("alice", "click"),
        ("alice", "submit"),
        ("alice", "dismiss"),
        ("alice", "slash"),
        ("bob", "send"),
        ("bob", "edit"),
        ("bob", "send"),
        ("mona", "delete"),
        ("bob", "start_thread"),
        ("alice", "send"),
        ("alice", "send"),
    ]
    assert scenario.steps[1]["values"] == ["Comedy", "Drama"]
    assert scenario.steps[1]["answers"] == [
        {"message": "message 2", "only_for": "bob", "says": ["Genres: Comedy, Drama"]}
    ]
    assert scenario.steps[3]["answers"][0]["form"] == "Correct this judgement"
    assert scenario.steps[4]["values"] == {
        "Film": "Heat",
        "Genres": ["Drama"],
        "Who told you?": [{"member": "bob"}],
        "Why?": "",
    }
    assert scenario.files == {"poster.png": poster.data}
    identities = {sandbox.bot_user.id, sandbox.channel.id, *sandbox.guild.members, *sandbox.channel.messages}
    assert not [one for one in identities if one in (tmp_path / "session.json").read_text()]
    before = len(sandbox.requests)
    await sandbox.replay(tmp_path / "session.json")
    assert len(sandbox.requests) > before
    assert sandbox.breaches == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"answers": [{"message": "m", "says": ["Good day"]}]}, "step 1, alice slash export: expected"),
        ({"answers": []}, "at the end: the bot also said"),
        ({"answers": [{"message": "m", "says": ["Your…"]}]}, "step 1"),
        ({"who": "nobody"}, "nobody called 'nobody'"),
        ({"in": "#elsewhere"}, "'alice' in #elsewhere"),
        ({"command": "exports"}, "commands"),
        ({"options": {"film": 1}}, "no option 'film'"),
        ({"options": {"proof": {"file": "a.png"}}}, "no file 'a.png'"),
        ({"does": "click", "on": "message 9", "button": "Right"}, "no step before this one has 'message 9'"),
        ({"does": "click"}, "'button' is missing"),
        ({"does": "submit", "form_of": 3}, "step 3 is no interaction"),
    ],
)
async def test_what_goes_otherwise_is_said_with_its_step(
    sandbox: Sandbox, showcase: ShowcaseBot, change: dict[str, Any], problem: str
) -> None:
    right = [{"message": "m", "only_for": "alice", "says": ["Your…"]}]
    step: dict[str, Any] = {"who": "alice", "does": "slash", "command": "export", "answers": right}
    await sandbox.replay(Scenario(title="", steps=[step]))
    with pytest.raises(ScenarioError, match="(?s)" + problem.replace("(", r"\(")):
        await sandbox.replay(Scenario(title="", steps=[step | change]), timeout=0.2)


async def test_steps_that_make_no_sense_are_refused_in_words(sandbox: Sandbox, showcase: ShowcaseBot) -> None:
    shown: dict[str, Any] = {"who": "alice", "does": "slash", "command": "show", "answers": [{"message": "m"}]}
    opened = {"who": "alice", "does": "click", "on": "m", "button": "Correct"}
    given = {"film": 1, "status": "open", "member": {"member": "bob"}}
    last: list[dict[str, Any]] = [
        {"does": "slash", "command": "feedback review", "options": given},
        {"does": "choose", "on": "m", "menu": "Which genres?", "values": ["Comedy"]},
        {"does": "choose", "on": "m", "menu": "Whose poster is it?", "values": [{"member": "bob"}]},
        {"does": "submit", "form_of": 2, "values": {"Film": "Heat", "Genres": ["Drama"]}},
        {"does": "send", "text": "Hello", "files": ["a.png"], "reply_to": "m", "mention": False, "message": "n"},
        {"does": "start_thread", "name": "Films", "on": "m"},
        {"does": "delete", "on": "m"},
    ]
    odd: tuple[Any, ...] = (None, 1, "x", [[]], {"a": {}}, {"member": []})
    for step in last:
        for key in (*step, "in", "answers"):
            for value in odd:
                steps = [shown, opened, {"who": "alice", **step, key: value}]
                document = {"scenario": 1, "steps": steps, "files": {"a.png": ""}}
                with contextlib.suppress(ScenarioError):  # any other exception would fail the test
                    await sandbox.replay(Scenario.of(document), timeout=0.5)


async def test_a_bot_that_stays_silent_fails_a_scenario_that_does_not_say_so(
    sandbox: Sandbox, showcase: ShowcaseBot
) -> None:
    shown = [{"message": "m", "says": ["…"]}]
    steps: list[dict[str, Any]] = [
        {"who": "alice", "does": "slash", "command": "show", "answers": shown},
        {"who": "alice", "does": "click", "on": "m", "button": "Slow", "answers": [{"no_response": True}]},
    ]

    def let_it_be_late(kind: str, subject: Any) -> None:
        if kind == "interaction_created" and subject.source_message is not None:
            sandbox.clock.advance(3.1)

    sandbox.world.listen(let_it_be_late)
    await sandbox.replay(Scenario(title="", steps=steps))
    del steps[1]["answers"]
    with pytest.raises(ScenarioError, match="did not respond within three seconds"):
        await sandbox.replay(Scenario(title="", steps=steps))


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"scenario": 2, "steps": []}',
        '{"scenario": 1, "steps": {}}',
        '{"scenario": 1, "steps": [{"does": "send"}]}',
        '{"scenario": 1, "steps": [{"who": "alice", "does": "fly"}]}',
        '{"scenario": 1, "steps": [{"who": "alice", "does": "send", "answers": [1]}]}',
        '{"scenario": 1, "steps": [{"who": "alice", "does": "send", "answers": [{"says": ["a"]}]}]}',
        '{"scenario": 1, "steps": [{"who": "alice", "does": "send", "answers": [{"message": "m", "says": "a"}]}]}',
        '{"scenario": 1, "steps": [], "files": {"a.png": "?"}}',
    ],
)
def test_a_file_that_is_no_scenario_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(text)
    with pytest.raises(ScenarioError):
        Scenario.load(path)
    with pytest.raises(ScenarioError, match="cannot be read"):
        Scenario.load(tmp_path / "missing.json")


async def test_the_page_records_and_replays_over_http(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    await sandbox.commands_registered("judge")
    async with (
        aiohttp.ClientSession(sandbox.base_url) as session,
        session.ws_connect("/control/events") as watching,
    ):
        assert (await session.delete("/control/recording")).status == 400
        assert (await session.get("/control/recording/scenario")).status == 404
        started = await (await session.post("/control/recording", json={"title": "Judge: a poster"})).json()
        assert started == {"recording": True, "title": "Judge: a poster", "steps": 0}
        assert await watching.receive_json() == {"kind": "recording", "recording": started}
        assert (await session.post("/control/recording", json={})).status == 400
        await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
        assert (await (await session.delete("/control/recording")).json())["steps"] == 1
        answer = await session.get("/control/recording/scenario")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="judge-a-poster.json"'
        scenario = await answer.json(content_type=None)
        assert scenario["steps"][0]["options"] == {"poster": {"file": "poster.png"}}
        assert scenario["steps"][0]["answers"][0]["says"][:2] == ["## Alien", "**Horror** …%"]
        result = await (await session.post("/control/replay", json=scenario)).json()
        assert result == {"passed": True, "problem": None, "steps": 1}
        scenario["steps"][0]["options"] = {}
        result = await (await session.post("/control/replay", json=scenario)).json()
        assert result["problem"] == "step 1, alice slash judge: the option 'poster' is required"
        assert (await session.post("/control/replay", json={"steps": []})).status == 400


def test_a_change_is_told_between_the_lines_next_to_it() -> None:
    before = ["title", "a", "b", "c", "d", "model", "e", "f", "g"]
    more = ["title", "a", "b", "c", "d", "crowd", "model", "e", "f", "g"]
    assert changed(before, more) == ["…", "d", "crowd", "model", "…"]
    back = changed(more, before)
    assert says("\n".join(before), back)
    assert not says("\n".join(more), back)
    assert changed(before, before) == ["…"]
    assert changed(["a"], ["b"]) == ["b"]


@pytest.mark.parametrize(
    ("text", "wanted", "fits"),
    [
        ("Horror 91%\nby 12.5 votes", ["Horror …%", "by … votes"], True),
        ("a\nb\nc", ["…", "c"], True),
        ("c", ["…", "c"], True),
        ("a\nc\nd", ["…", "c"], False),
        ("a\nb\nc\nd\ne", ["a", "…", "c", "…"], True),
        ("a\nb\nd\ne", ["a", "…", "c", "…"], False),
        ("a\nb", ["a", "…", "b", "…", "b"], False),
        ("a.c", ["a…"], True),
        ("aXb", ["a…a…b"], False),
        ("1" * 5000, ["…1" * 30 + "…2"], False),
        ("abc", ["a.c"], False),
        ("", [], True),
        ("a", [], False),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(text: str, wanted: list[str], fits: bool) -> None:
    assert says(text, wanted) is fits
    assert opened("Horror 91%, 12.5 of 1,000") == ["Horror …%, … of …"]


async def _command(*arguments: str) -> tuple[int, str]:
    process = await create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "replay", *arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_scenario_is_done_again_by_command(sandbox: Sandbox, showcase: ShowcaseBot, tmp_path: Path) -> None:
    step: dict[str, Any] = {"who": "alice", "does": "slash", "command": "export"}
    step["answers"] = [{"message": "m", "only_for": "alice", "says": ["Your corrections"]}]
    path = tmp_path / "export.json"
    Scenario(title="Export", steps=[step]).save(path)
    assert await _command(str(path), "--at", sandbox.base_url) == (0, "export.json: all 1 steps went as it says.\n")
    step["command"] = "exports"
    Scenario(title="Export", steps=[step]).save(path)
    code, output = await _command(str(path), "--at", sandbox.base_url)
    assert code == 1
    assert output.startswith("export.json: step 1, alice slash exports: no command 'exports'")
    code, output = await _command(str(path), "--at", "http://127.0.0.1:9")
    assert code == 1
    assert "no sandbox answers" in output
