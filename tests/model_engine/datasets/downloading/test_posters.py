import asyncio
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.downloading.whole_files import PART, write_whole
from model_engine.datasets.manifest import write_manifest
from models.exit_codes import UNAVAILABLE
from tests.model_engine.datasets.drawn import drawn_poster
from tests.model_engine.datasets.loopback import serving


def encoded(seed: int, kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    drawn_poster(seed).save(target, kind)
    return target.getvalue()


def manifest(folder: Path, urls: dict[str, str | None], **columns: object) -> Path:
    write_manifest(pd.DataFrame({"id": list(urls), "url": list(urls.values()), **columns}), folder)
    return folder


def arguments(folder: Path, *more: object) -> list[str]:
    quick = ("--per-second", 1000, "--attempts", 1, "--allow-private")
    return ["download", str(folder), *map(str, (*quick, *more))]


def run(folder: Path, *more: object) -> Result:
    return CliRunner().invoke(app, arguments(folder, *more), catch_exceptions=False)


def failures(folder: Path) -> dict[str, str]:
    listed = pd.read_csv(folder / "failures.csv", dtype="str")
    assert list(listed.columns) == ["id", "url", "cause", "detail"]
    return dict(zip(listed["id"], listed["cause"], strict=True))


def test_posters_are_fetched_and_each_that_cannot_be_had_is_listed_with_its_cause(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        answers = {
            "/1.jpg": web.Response(body=encoded(1)),
            "/2": web.Response(body=encoded(2, "WEBP"), content_type="text/plain"),
            "/page": web.Response(text="<html>not here</html>", content_type="image/jpeg"),
            "/film": web.Response(body=b"\x1aE\xdf\xa3 and so on"),
            "/large": web.Response(body=bytes(50_000)),
        }
        return answers.get(request.path, web.Response(status=404))

    with serving(answer) as address:
        urls = {name: f"{address}/{name}" for name in ("1.jpg", "2", "page", "film", "large", "gone")}
        folder = manifest(tmp_path, urls | {"../odd id": f"{address}/2", "none": None, "ftp": "ftp://host/x"})
        result = run(folder, "--most-bytes", 20_000)
        again = run(folder, "--most-bytes", 20_000)

    dataset = Dataset.open(folder)
    images = dict(zip(dataset.ids, dataset.table["image"], strict=True))
    assert {name: image for name, image in images.items() if not pd.isna(image)} == {
        "1.jpg": "images/1.jpg.png",  # What it is, not what its address says.
        "2": "images/2.webp",
        "../odd id": "images/..%2Fodd%20id.webp",
    }
    assert np.array_equal(np.asarray(dataset.read(0)), np.asarray(drawn_poster(1)))
    causes = {
        "page": "no picture",
        "film": "no picture",
        "large": "too large",
        "gone": "answer 404 Not Found",
        "none": "row without an address",
        "ftp": "no http address",
    }
    assert failures(folder) == causes
    assert result.exit_code == again.exit_code == 1
    assert "3 posters fetched; 0 were there already." in result.output
    assert "0 posters fetched; 3 were there already." in again.output
    words = " ".join(result.output.split())
    assert all(f"{cause} {list(causes.values()).count(cause)} " in words for cause in causes.values())


def test_what_failed_is_tried_again_and_no_longer_listed_when_it_comes(tmp_path: Path) -> None:
    status = 503

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=encoded(1), status=status)

    with serving(answer) as address:
        folder = manifest(tmp_path, {"a": f"{address}/a"})
        first = run(folder)
        status = 200
        second = run(folder)

    assert (first.exit_code, second.exit_code) == (1, 0)
    assert not (folder / "failures.csv").exists()
    assert Dataset.open(folder).table["image"].to_list() == ["images/a.png"]


def test_filters_choose_what_is_fetched_and_the_other_rows_stay_as_they_are(tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(body=encoded(1))

    with serving(answer) as address:
        urls = {name: f"{address}/{name}" for name in "abc"}
        folder = manifest(tmp_path, urls, year=[1980, 1995, None], score=[1.0, 2.0, 3.0])
        result = run(folder, "--min-year", 1990)

    assert result.exit_code == 0
    assert asked == ["/b"]
    table = Dataset.open(folder).table
    assert table["image"].isna().to_list() == [True, False, True]
    assert table["score"].to_list() == [1.0, 2.0, 3.0]


def test_this_machine_is_not_asked_unless_it_is_allowed(tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(body=encoded(1))

    with serving(answer) as address:
        folder = manifest(tmp_path, {"a": f"{address}/a", "b": address.replace("127.0.0.1", "localhost")})
        result = CliRunner().invoke(app, ["download", str(folder)], catch_exceptions=False)

    assert result.exit_code == 1
    assert asked == []
    assert set(failures(folder).values()) == {"private or loopback address"}


def test_no_more_connections_are_open_than_allowed(tmp_path: Path) -> None:
    open_now, most = 0, 0
    full = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        if most == 3:
            full.set()
        # Nobody is answered before as many as may be are here.
        await full.wait()
        open_now -= 1
        return web.Response(body=encoded(1))

    with serving(answer) as address:
        folder = manifest(tmp_path, {f"p{number}": f"{address}/{number}" for number in range(20)})
        result = run(folder, "--concurrency", 3)

    assert result.exit_code == 0
    assert most == 3


def test_killed_in_the_middle_it_leaves_no_half_picture_and_goes_on_with_the_rest(tmp_path: Path) -> None:
    content = encoded(1)
    asked: list[str] = []
    halfway = threading.Event()
    killed = False

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        response = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await response.prepare(request)
        await response.write(content[:100])
        if len(asked) > 6 and not killed:
            halfway.set()
            await asyncio.Event().wait()
        await response.write(content[100:])
        return response

    with serving(answer) as address:
        folder = manifest(tmp_path, {f"p{number:02}": f"{address}/{number}" for number in range(12)})
        command = [sys.executable, "-c", "from model_engine.datasets.cli import app; app()", *arguments(folder)]
        with subprocess.Popen([*command, "--concurrency", "2"], stderr=subprocess.PIPE) as process:
            assert halfway.wait(60)
            process.send_signal(signal.SIGKILL)
        (folder / "images" / f"{PART}left").write_bytes(content[:100])
        there = sorted(path.name for path in (folder / "images").glob("*.png"))
        assert all((folder / "images" / name).read_bytes() == content for name in there)
        killed = True
        asked.clear()
        result = run(folder)

    assert result.exit_code == 0
    assert f"{12 - len(there)} posters fetched; {len(there)} were there already." in result.output
    assert 0 < len(there) <= 6
    assert len(asked) == 12 - len(there)
    dataset = Dataset.open(folder)
    assert [dataset.pictures.read_bytes(image) for image in dataset.table["image"]] == [content] * 12
    assert sorted(path.name for path in (folder / "images").iterdir()) == [f"p{number:02}.png" for number in range(12)]


def test_interrupted_it_notes_what_came(tmp_path: Path) -> None:
    second = threading.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/b":
            second.set()
            await asyncio.Event().wait()
        return web.Response(body=encoded(1))

    with serving(answer) as address:
        folder = manifest(tmp_path, {"a": f"{address}/a", "b": f"{address}/b"})
        command = [sys.executable, "-c", "from model_engine.datasets.cli import app; app()", *arguments(folder)]
        with subprocess.Popen([*command, "--concurrency", "1"], stderr=subprocess.PIPE) as process:
            assert second.wait(60)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)

    assert b"Traceback" not in said
    assert Dataset.open(folder).table["image"].isna().to_list() == [False, True]


def test_a_second_download_of_the_same_folder_is_refused_while_one_is_at_work(tmp_path: Path) -> None:
    begun, finish = threading.Event(), threading.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        begun.set()
        await asyncio.to_thread(finish.wait, 60)
        return web.Response(body=encoded(1))

    with serving(answer) as address:
        folder = manifest(tmp_path, {"a": f"{address}/a"})
        first: list[Result] = []
        thread = threading.Thread(target=lambda: first.append(run(folder)))
        thread.start()
        assert begun.wait(60)
        command = [sys.executable, "-c", "from model_engine.datasets.cli import app; app()", *arguments(folder)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        finish.set()
        thread.join(60)

    assert second.returncode == UNAVAILABLE
    assert "Another download is at work" in second.stderr
    assert first[0].exit_code == 0


def test_a_disk_that_is_full_is_said_in_a_sentence_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=encoded(1))

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    with serving(answer) as address:
        folder = manifest(tmp_path, {name: f"{address}/{name}" for name in "abcdef"})
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            result = run(folder)

    assert result.exit_code == UNAVAILABLE
    assert "No space left on device" in result.output
    assert list((folder / "images").iterdir()) == []


def test_a_file_that_is_written_anew_is_the_old_one_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "deep" / "a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_whole(tmp_path / "deep" / "a", b"new")

    assert (tmp_path / "deep" / "a").read_bytes() == b"old"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a"]
