"""The CDN: signed links that run out, and files that are not what they claim."""

import aiohttp
import pytest

from sandbox import CdnFault, Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, png


async def _attached_url(sandbox: Sandbox, upload: Upload) -> str:
    message = await sandbox.member("alice").send(None, "look", files=[upload])
    return message.wire()["attachments"][0]["url"]


async def _get(url: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.read()


async def test_a_link_works_for_a_day(sandbox: Sandbox, poster: Upload) -> None:
    url = await _attached_url(sandbox, poster)
    assert url.partition("://")[2].partition("/")[0] in sandbox.cdn_hosts
    assert await _get(url) == (200, png())
    sandbox.clock.advance(24 * 60 * 60 + 1)
    assert (await _get(url))[0] == 404


@pytest.mark.parametrize(("old", "new"), [("hm=", "hm=0"), ("ex=", "ex=f"), ("poster.png", "other.png")])
async def test_a_forged_link_does_not_work(sandbox: Sandbox, poster: Upload, old: str, new: str) -> None:
    url = await _attached_url(sandbox, poster)
    assert (await _get(url.replace(old, new)))[0] == 404


async def test_what_an_attachment_declares_may_be_a_lie(sandbox: Sandbox, bot: TinyBot) -> None:
    lie = Upload("poster.png", png(), size=5, content_type="text/plain", width=1, height=2)
    await sandbox.member("alice").send(None, "look", files=[lie])
    await bot.until(lambda: bot.seen)
    attachment = bot.seen[0].attachments[0]
    assert (attachment.size, attachment.content_type) == (5, "text/plain")
    assert (attachment.width, attachment.height) == (1, 2)
    assert await attachment.read() == png()


async def test_a_file_may_be_longer_than_it_says(sandbox: Sandbox) -> None:
    url = await _attached_url(sandbox, Upload("poster.png", png(), fault=CdnFault(padding=100_000)))
    assert await _get(url) == (200, png() + bytes(100_000))


async def test_a_file_may_be_missing_or_somewhere_else(sandbox: Sandbox) -> None:
    missing = await _attached_url(sandbox, Upload("poster.png", png(), fault=CdnFault(status=404)))
    elsewhere = await _attached_url(sandbox, Upload("poster.png", png(), fault=CdnFault(redirect="http://localhost/")))
    assert (await _get(missing))[0] == 404
    assert (await _get(elsewhere))[0] == 302


async def test_a_file_may_stop_on_its_way(sandbox: Sandbox) -> None:
    fault = CdnFault(stall_after=10)
    url = await _attached_url(sandbox, Upload("poster.png", png(), fault=fault))
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.content.readexactly(10) == png()[:10]
        fault.release()
        assert await answer.read() == png()[10:]


async def test_a_page_is_never_served_as_one(sandbox: Sandbox) -> None:
    url = await _attached_url(sandbox, Upload("page.html", b"<script>alert(1)</script>"))
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
