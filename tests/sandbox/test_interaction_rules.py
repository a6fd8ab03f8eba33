"""Each rule of interactions, broken."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox import Interaction, Message, Sandbox, SandboxConfig

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5


class Answering:
    """Answers interactions by bare requests, which no library keeps from being wrong."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._session = session

    def asked(self, kind: int = COMMAND, source: Message | None = None) -> Interaction:
        """An interaction of alice's."""
        options = [{"name": "film", "type": 3, "value": "a", "focused": True}]
        data = {"id": "1", "name": "judge", "type": 1, "options": options}
        alice, interactions = self.sandbox.member("alice").member, self.sandbox.world.interactions
        return interactions.create(type=kind, data=data, member=alice, channel=self.sandbox.channel, source=source)

    async def _ask(
        self, method: str, path: str, body: Any = None, form: aiohttp.FormData | None = None
    ) -> tuple[int, Any]:
        sent = {"data": form} if form is not None else {"json": body}
        async with self._session.request(method, f"{self.sandbox.api_url}{path}", **sent) as answer:
            said = await answer.json() if answer.status != 204 else {}
            return answer.status, said.get("code", 0) if answer.status >= 400 else said

    async def respond(self, interaction: Interaction, kind: int, *, token: str = "", **data: Any) -> tuple[int, Any]:
        """The first response; status, and Discord's error code if it is one."""
        path = f"/interactions/{interaction.id}/{token or interaction.token}/callback"
        return await self._ask("POST", path, {"type": kind, "data": data} if data else {"type": kind})

    async def webhook(
        self, interaction: Interaction, method: str, path: str = "", *, application: str = "", **body: Any
    ) -> tuple[int, Any]:
        """A request to the interaction's webhook; as for `respond`."""
        webhook = f"/webhooks/{application or self.sandbox.application_id}/{interaction.token}"
        return await self._ask(method, webhook + path, body or None)

    async def upload(self, interaction: Interaction, *sizes: int) -> tuple[int, Any]:
        """A follow-up with files."""
        form = aiohttp.FormData()
        for index, size in enumerate(sizes):
            form.add_field(f"files[{index}]", b"x" * size, filename="a.txt")
        return await self._ask("POST", f"/webhooks/{self.sandbox.application_id}/{interaction.token}", form=form)


@pytest_asyncio.fixture(loop_scope="session")
async def answering(sandbox: Sandbox) -> AsyncIterator[Answering]:
    async with aiohttp.ClientSession() as session:
        yield Answering(sandbox, session)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        *((COMMAND, response) for response in (1, 6, 7, 8, 99)),
        *((COMPONENT, response) for response in (1, 8)),
        *((AUTOCOMPLETE, response) for response in (4, 5, 9)),
        *((MODAL_SUBMIT, response) for response in (6, 7, 8, 9)),
    ],
)
async def test_each_type_of_interaction_takes_its_own_responses(answering: Answering, kind: int, wrong: int) -> None:
    modal = {"custom_id": "m", "title": "t", "components": []}
    data = {4: {"content": "a"}, 7: {"content": "a"}, 8: {"choices": []}, 9: modal}.get(wrong, {})
    interaction = answering.asked(kind)
    status, code = await answering.respond(interaction, wrong, **data)
    assert (status, code) == (400, 50035)
    assert interaction.response is None
    assert len(answering.sandbox.breaches) == 1
    right: dict[str, Any] = {"choices": []} if kind == AUTOCOMPLETE else {"content": "right"}
    assert (await answering.respond(interaction, 8 if kind == AUTOCOMPLETE else 4, **right))[0] == 204


async def test_a_response_comes_within_three_seconds(answering: Answering) -> None:
    for late, answered in ((2.9, (204, {})), (0.2, (404, 10062))):
        interaction = answering.asked()
        answering.sandbox.clock.advance(late)
        if answered[0] == 404:
            answering.sandbox.clock.advance(3)
        assert await answering.respond(interaction, 5) == answered
    assert interaction.failed
    assert await answering.webhook(interaction, "POST", content="late") == (404, 10015)
    assert answering.sandbox.refusals[0].rule == "the first response comes within three seconds"
    assert answering.sandbox.breaches == []


@pytest.mark.parametrize("second", [4, 5, 9])
async def test_an_interaction_takes_one_response(answering: Answering, second: int) -> None:
    interaction = answering.asked()
    assert await answering.respond(interaction, 5) == (204, {})
    title = {"type": 18, "label": "Title", "component": {"type": 4, "custom_id": "title", "style": 1}}
    modal = {"custom_id": "m", "title": "t", "components": [title]}
    data: dict[str, Any] = {4: {"content": "a"}, 9: modal}.get(second, {})
    assert await answering.respond(interaction, second, **data) == (400, 40060)
    assert interaction.response == 5


async def test_a_token_answers_for_its_own_interaction_and_for_fifteen_minutes(answering: Answering) -> None:
    mine, other = answering.asked(), answering.asked()
    assert await answering.respond(mine, 4, token=other.token, content="a") == (404, 10062)
    assert await answering.respond(mine, 4, content="a") == (204, {})
    assert await answering.webhook(other, "POST", content="too early") == (404, 10015)
    assert await answering.webhook(mine, "POST", application="1", content="a") == (404, 10015)
    answering.sandbox.clock.advance(15 * 60 - 1)
    status, followed = await answering.webhook(mine, "POST", content="in time")
    assert status == 200
    answering.sandbox.clock.advance(1)
    for method, path in (
        ("POST", ""),
        ("PATCH", "/messages/@original"),
        ("GET", "/messages/@original"),
        ("DELETE", f"/messages/{followed['id']}"),
    ):
        body = {} if method in ("GET", "DELETE") else {"content": "late"}
        assert await answering.webhook(mine, method, path, **body) == (401, 50027)


async def test_only_what_the_interaction_said_is_changed_by_its_token(answering: Answering) -> None:
    mine, other = answering.asked(), answering.asked()
    for interaction in (mine, other):
        assert await answering.respond(interaction, 4, content="a") == (204, {})
    theirs = other.messages[0]
    hers = await answering.sandbox.member("alice").send(content="hers")
    for message in (theirs, hers):
        for method, body in (("PATCH", {"content": "b"}), ("DELETE", {}), ("GET", {})):
            assert await answering.webhook(mine, method, f"/messages/{message.id}", **body) == (404, 10008)
    assert (await answering.webhook(mine, "DELETE", "/messages/@original"))[0] == 204
    assert await answering.webhook(mine, "PATCH", "/messages/@original", content="b") == (404, 10008)
    assert [theirs.content, hers.content] == ["a", "hers"]


async def test_nothing_makes_a_private_reply_public_or_a_public_one_private(answering: Answering) -> None:
    bob = answering.sandbox.member("bob")
    for flags, seen in ((64, False), (0, True)):
        interaction = answering.asked()
        await answering.respond(interaction, 4, content="a", flags=flags)
        status, _ = await answering.webhook(interaction, "PATCH", "/messages/@original", content="b", flags=64 - flags)
        assert status == 200
        assert [m.content for m in interaction.messages_visible_to(bob)] == (["b"] if seen else [])
        deferred = answering.asked()
        await answering.respond(deferred, 5, flags=flags)
        await answering.webhook(deferred, "POST", content="c", flags=64 - flags)
        assert [m.content for m in deferred.messages_visible_to(bob)] == (["c"] if seen else [])


async def test_limits_of_texts_embeds_and_files_hold_in_follow_ups() -> None:
    async with (
        Sandbox.start(SandboxConfig(frozen_clock=True, rate_limits=False, attachment_size_limit=1000)) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        answering = Answering(sandbox, session)
        interaction = answering.asked()
        await answering.respond(interaction, 5)
        for body in _TOO_MUCH:
            assert await answering.webhook(interaction, "POST", **body) == (400, 50035), body
        assert len(sandbox.breaches) == len(_TOO_MUCH)
        assert await answering.webhook(interaction, "POST", content="") == (400, 50006)
        assert await answering.upload(interaction, 1001) == (413, 40005)
        assert await answering.upload(interaction, *[1] * 11) == (400, 50035)
        assert all(message.thinking for message in interaction.messages)
        status, _ = await answering.webhook(interaction, "POST", **_JUST_ENOUGH)
        assert status == 200
        assert (await answering.upload(interaction, *[1000] * 10))[0] == 200


def _embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [parts]}


_TOO_MUCH: list[dict[str, Any]] = [
    {"content": "x" * 2001},
    {"embeds": [{"title": "x"}] * 11},
    _embed(title="x" * 257),
    _embed(description="x" * 4097),
    _embed(footer={"text": "x" * 2049}),
    _embed(author={"name": "x" * 257}),
    _embed(fields=[{"name": "x", "value": "x"}] * 26),
    _embed(fields=[{"name": "x" * 257, "value": "x"}]),
    _embed(fields=[{"name": "x", "value": "x" * 1025}]),
    _embed(fields=[{"name": "", "value": "x"}]),
    _embed(title="x", url="ftp://example.org"),
    _embed(image={"url": "poster.png"}),
    {"embeds": [{"description": "x" * 3001}] * 2},
]
_JUST_ENOUGH: dict[str, Any] = {
    "content": "x" * 2000,
    "embeds": [{"title": "x" * 256, "description": "x" * 4096}, {"footer": {"text": "x" * 1648}}],
}
