"""Pictures are fetched from allowed hosts only, and no server can send more, or take longer, than it may."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from posters.download import Downloader, open_session
from posters.limits import Limits
from posters.refusals import Refusal, RefusalCode

LIMIT = 100_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Host:
    """A loopback server with one handler, and a downloader that may fetch from it."""

    def __init__(self) -> None:
        self.handler: Handler = _ok
        self.requests: list[web.Request] = []
        self.gate = asyncio.Event()
        self.bytes_sent = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.handler(request)

    async def fetch(self, path: str = "/poster.png?ex=1&is=2&hm=3") -> bytes:
        return await self.downloader.fetch(f"http://{self.address}{path}")

    async def refused(self, path: str = "/poster.png") -> RefusalCode:
        with pytest.raises(Refusal) as caught:
            await self.fetch(path)
        return caught.value.code


async def _ok(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"picture", content_type="image/png")


@pytest_asyncio.fixture
async def host() -> AsyncIterator[Host]:
    host = Host()
    app = web.Application()
    app.router.add_get("/{name:.*}", host.answer)
    async with TestServer(app) as server, open_session() as session:
        host.address = f"127.0.0.1:{server.port}"
        host.session = session
        host.downloader = Downloader(session, [host.address], Limits(max_bytes=LIMIT))
        yield host
        host.gate.set()


async def test_a_picture_is_fetched_with_its_signature(host: Host) -> None:
    assert await host.fetch() == b"picture"
    assert host.requests[0].query_string == "ex=1&is=2&hm=3"


async def test_a_picture_of_exactly_the_limit_is_taken(host: Host) -> None:
    async def full(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * LIMIT)

    host.handler = full
    assert len(await host.fetch()) == LIMIT


async def test_a_body_whose_declared_length_is_over_the_limit_is_refused(host: Host) -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * (LIMIT + 1))

    host.handler = large
    assert await host.refused() == RefusalCode.TOO_MANY_BYTES


async def test_an_endless_body_of_undeclared_length_is_cut_off_at_the_limit(host: Host) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 10_000)
                host.bytes_sent += 10_000
        except ConnectionError:
            return response

    host.handler = endless
    assert await host.refused() == RefusalCode.TOO_MANY_BYTES


async def test_a_body_shorter_than_declared_is_a_failed_download_after_a_second_try(host: Host) -> None:
    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        request.transport.close()
        return response

    host.handler = short
    assert await host.refused() == RefusalCode.DOWNLOAD_FAILED
    assert len(host.requests) == 2


async def test_an_empty_body_is_refused_as_empty(host: Host) -> None:
    async def nothing(request: web.Request) -> web.StreamResponse:
        return web.Response()

    host.handler = nothing
    assert await host.refused() == RefusalCode.EMPTY


async def test_a_packed_body_is_never_unpacked(host: Host) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < LIMIT

    async def packed(request: web.Request) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    host.handler = packed
    assert await host.refused() == RefusalCode.DOWNLOAD_FAILED
    assert host.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_picture_that_is_gone_is_told_as_missing(host: Host, status: int) -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="This content is no longer available.")

    host.handler = gone
    assert await host.refused() == RefusalCode.DOWNLOAD_MISSING
    assert len(host.requests) == 1


async def test_a_server_in_trouble_gets_one_more_chance(host: Host) -> None:
    async def recovering(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if len(host.requests) == 1 else await _ok(request)

    host.handler = recovering
    assert await host.fetch() == b"picture"


async def test_a_connection_that_breaks_gets_one_more_chance(host: Host) -> None:
    async def breaking(request: web.Request) -> web.StreamResponse:
        if len(host.requests) == 1:
            request.transport.abort()
        return await _ok(request)

    host.handler = breaking
    assert await host.fetch() == b"picture"


@pytest.mark.parametrize("status", [500, 400, 206, 429])
async def test_any_other_answer_is_a_failed_download(host: Host, status: int) -> None:
    async def odd(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="?")

    host.handler = odd
    assert await host.refused() == RefusalCode.DOWNLOAD_FAILED


async def test_a_server_that_never_finishes_is_given_up(host: Host) -> None:
    async def stalling(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        await host.gate.wait()
        return response

    host.handler = stalling
    host.downloader = Downloader(host.session, [host.address], Limits(), timeout=0.05)
    assert await host.refused() == RefusalCode.DOWNLOAD_TOO_SLOW


async def test_a_redirect_within_the_host_is_followed(host: Host) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        if request.path == "/new":
            return await _ok(request)
        return web.Response(status=302, headers={"Location": "/new"})

    host.handler = moved
    assert await host.fetch() == b"picture"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "http://169.254.169.254/latest", "file:///etc/passwd", "//localhost/x", "http://[:1"],
)
async def test_a_redirect_to_elsewhere_is_refused_unvisited(host: Host, target: str) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        return web.Response(status=301, headers={"Location": target})

    host.handler = moved
    assert await host.refused() == RefusalCode.ADDRESS_NOT_ALLOWED
    assert len(host.requests) == 1


async def test_a_redirect_in_circles_ends(host: Host) -> None:
    async def circle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/again"})

    host.handler = circle
    assert await host.refused() == RefusalCode.DOWNLOAD_FAILED
    assert len(host.requests) == 4


async def test_cookies_are_not_sent_back(host: Host) -> None:
    async def baking(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"picture")
        response.set_cookie("who", "you")
        return response

    host.handler = baking
    await host.fetch()
    await host.fetch()
    assert "Cookie" not in host.requests[1].headers


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evil.example/cdn.discordapp.com",
        "https://cdn.discordapp.com@evil.example/a.png",
        "https://who:what@cdn.discordapp.com/a.png",
        "https://evil.example\\@cdn.discordapp.com/a.png",
        "ftp://cdn.discordapp.com/a.png",
        "file:///etc/passwd",
        "//cdn.discordapp.com/a.png",
        "/a.png",
        "https://[",
        "http://127.0.0.1:8138/a.png",
        "http://127.0.0.1/a.png",
        "",
    ],
)
async def test_an_address_of_another_host_is_refused_unvisited(url: str) -> None:
    async with open_session() as session:
        downloader = Downloader(session, ["cdn.discordapp.com", "127.0.0.1:8137"], Limits())
        with pytest.raises(Refusal) as caught:
            await downloader.fetch(url)
    assert caught.value.code == RefusalCode.ADDRESS_NOT_ALLOWED


async def test_a_host_that_does_not_answer_is_a_failed_download(unused_tcp_port: int) -> None:
    async with open_session() as session:
        downloader = Downloader(session, [f"127.0.0.1:{unused_tcp_port}"], Limits())
        with pytest.raises(Refusal) as caught:
            await downloader.fetch(f"http://127.0.0.1:{unused_tcp_port}/")
    assert caught.value.code == RefusalCode.DOWNLOAD_FAILED


@pytest.mark.parametrize("entry", ["", "https://cdn.discordapp.com", "a.example/path", "who@a.example", "a.example:x"])
async def test_an_entry_that_is_no_host_is_told_at_once(entry: str) -> None:
    async with open_session() as session:
        with pytest.raises(ValueError, match="`host` or `host:port`"):
            Downloader(session, [entry], Limits())


async def test_a_session_that_unpacks_or_keeps_cookies_is_not_taken() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ValueError, match="open_session"):
            Downloader(session, [], Limits())
