import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from model_engine.datasets.downloading.fetching import (
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    Fetcher,
    FetchError,
    Manner,
    _seconds,
    open_fetcher,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

QUICK = Manner(per_second=1_000, retry_wait=0.001, timeout=10, most_bytes=1_000, allow_private=True)


@asynccontextmanager
async def served(handler: Handler, manner: Manner = QUICK) -> AsyncIterator[tuple[Fetcher, str]]:
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with open_fetcher(manner, {"Accept": "image/*"}) as fetcher:
            yield fetcher, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def cause_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as error:
        await fetcher.fetch(url)
    return error.value.cause


async def test_what_is_there_is_fetched_also_behind_redirects() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/there":
            return web.Response(body=b"poster")
        return web.Response(status=302, headers={"Location": "/there" if request.path == "/b" else "/b"})

    async with served(answer) as (fetcher, address):
        assert await fetcher.fetch(f"{address}/a") == b"poster"


@pytest.mark.parametrize(
    ("status", "tries"), [(404, 1), (403, 1), (410, 1), (204, 1), (429, 4), (500, 4), (503, 4), (408, 4)]
)
async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(status: int, tries: int) -> None:
    asked = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return web.Response(status=status)

    async with served(answer) as (fetcher, address):
        cause = await cause_of(fetcher, f"{address}/a")

    assert asked == tries
    assert cause.startswith(f"answer {status} ")


async def test_a_host_that_recovers_gives_what_it_has() -> None:
    answers = iter([web.Response(status=503), web.Response(status=429, headers={"Retry-After": "0"})])

    async def answer(request: web.Request) -> web.StreamResponse:
        return next(answers, web.Response(body=b"poster"))

    async with served(answer) as (fetcher, address):
        assert await fetcher.fetch(f"{address}/a") == b"poster"


async def test_more_than_is_wanted_is_not_read_whether_it_is_announced_or_not() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/announced":
            return web.Response(body=bytes(1_001))
        response = web.StreamResponse()
        await response.prepare(request)
        while True:  # Endless: whoever reads on never comes back.
            await response.write(bytes(500))

    async with served(answer) as (fetcher, address):
        assert await cause_of(fetcher, f"{address}/announced") == "too large"
        assert await cause_of(fetcher, f"{address}/endless") == "too large"


async def test_answers_that_are_packed_empty_cut_off_or_lead_in_circles_are_said_to_be_so() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/packed":
            return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})
        if request.path == "/circle":
            return web.Response(status=301, headers={"Location": "/circle"})
        if request.path == "/cut":
            response = web.StreamResponse(headers={"Content-Length": "900"})
            await response.prepare(request)
            await response.write(b"half")
            assert request.transport is not None
            request.transport.abort()
            return response
        return web.Response(body=b"")

    async with served(answer) as (fetcher, address):
        causes = [await cause_of(fetcher, f"{address}/{path}") for path in ("packed", "empty", "cut", "circle")]

    assert causes == ["packed answer", "empty answer", "connection broke off", "too many redirects"]


async def test_a_host_that_says_nothing_is_given_up_for_the_other_posters_too() -> None:
    asked = 0
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        await never.wait()
        return web.Response()

    hasty = Manner(per_second=1_000, attempts=1, timeout=0.01, allow_private=True)
    async with served(answer, hasty) as (fetcher, address):
        causes = [await cause_of(fetcher, f"{address}/{number}") for number in range(GIVE_UP_AFTER + 5)]
        never.set()

    assert causes == ["too slow"] * GIVE_UP_AFTER + ["host given up"] * 5
    assert asked <= GIVE_UP_AFTER


async def test_a_host_that_answers_now_and_then_is_not_given_up() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/gone":
            return web.Response(status=404)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with served(answer, Manner(per_second=1_000, attempts=1, allow_private=True)) as (fetcher, address):
        causes = [
            await cause_of(fetcher, f"{address}/{'gone' if number % 10 == 0 else number}")
            for number in range(3 * GIVE_UP_AFTER)
        ]

    assert set(causes) == {"answer 404 Not Found", "connection broke off"}


async def test_a_redirect_to_this_machines_network_is_refused_as_the_address_itself_is() -> None:
    asked = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return web.Response(body=b"secret")

    async with served(answer, Manner(allow_private=False)) as (fetcher, address):
        assert await cause_of(fetcher, f"{address}/a") == "private or loopback address"

    assert asked == 0


@pytest.mark.parametrize(
    "url", ["", "poster.jpg", "ftp://h/a", "file:///etc/passwd", "http://", "http://h:99999/", "http://[::1/", "//h/a"]
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    async with open_fetcher(QUICK, {}) as fetcher:
        assert await cause_of(fetcher, url) == "no http address"


async def test_an_address_that_carries_a_password_is_refused() -> None:
    async with open_fetcher(QUICK, {}) as fetcher:
        assert await cause_of(fetcher, "http://somebody:secret@127.0.0.1/") == "address with a password"


async def test_a_host_is_asked_no_faster_than_allowed() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x")

    clock = asyncio.get_running_loop().time
    async with served(answer, Manner(per_second=50, allow_private=True)) as (fetcher, address):
        begun = clock()
        await asyncio.gather(*(fetcher.fetch(f"{address}/{number}") for number in range(10)))

    # A slow machine makes it longer, and nothing makes it shorter than nine pauses (a clock's grain aside).
    assert clock() - begun >= 8.9 / 50


@given(st.text(max_size=40) | st.floats().map(str) | st.integers().map(str))
def test_however_long_a_host_says_to_wait_it_is_a_number_of_seconds(words: str) -> None:
    assert 0 <= min(_seconds(words), LONGEST_WAIT) <= LONGEST_WAIT
