import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset, Film
from model_engine.datasets.importing.records import NoRecords, gather, in_files, records_of
from model_engine.datasets.manifest import DatasetError
from models.exit_codes import UNAVAILABLE
from tests.model_engine.datasets.loopback import serving

KEY = "kept-to-ourselves-4711"

RECORDS = [
    {"imdbid": "tt1", "title": "One", "year": 1994, "genre": ["Drama", "War"], "rating": "7.5", "certificate": "G",
     "image": "https://images.example/1.jpg"},
    {"imdb_id": "tt2", "Title": "Two", "Year": "1995–", "Genre": "Comedy, Talk-Show", "imdbRating": "N/A",
     "imdbVotes": "1,234", "Rated": "pg", "Poster": "N/A"},
    {"id": "tt3", "title": {"text": "Three"}, "genres": [{"name": "Horror"}], "image": {"url": "https://i.example/3"},
     "ratings": 5, "rating": {"value": 6.1}, "certificate": "R"},
    {"id": "tt4", "title": "Four", "image": None, "genre": []},
    "no record",
]  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "image", "genre", "rating", "url", "value", "x"]), inside, max_size=4)
    ),
    max_leaves=10,
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["import", "records", *map(str, arguments)], catch_exceptions=False)


@pytest.mark.parametrize("shape", ["list", "object", "lines"])
def test_records_of_several_apis_come_in_from_files(tmp_path: Path, shape: str) -> None:
    contents = {
        "list": json.dumps(RECORDS),
        "object": json.dumps({"count": 5, "results": RECORDS}),
        "lines": "\n".join(map(json.dumps, RECORDS)) + "\n{cut off",
    }
    (tmp_path / "a.json").write_text(contents[shape])

    result = run(tmp_path / "a.json", "--out", tmp_path / "ds")

    assert result.exit_code == 0
    dataset = Dataset.open(tmp_path / "ds")
    assert list(dataset.films()) == [
        Film("tt1", "One", 1994, ("Drama", "War"), 7.5, None),
        Film("tt2", "Two", 1995, ("Comedy",), None, 1234),
        Film("tt3", "Three", None, ("Horror",), 6.1, None),
        Film("tt4", "Four", None, (), None, None),
    ]
    assert dataset.table["url"].dropna().to_list() == ["https://images.example/1.jpg", "https://i.example/3"]
    words = " ".join(result.output.split())
    assert f"line or record that is no JSON object {2 if shape == 'lines' else 1}" in words
    assert "Talk-Show (1)" in words


def test_films_for_families_are_chosen_by_certificate_and_the_others_counted(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(RECORDS))

    result = run(tmp_path / "a.json", "--out", tmp_path / "ds", "--certificates", "G, PG")

    assert Dataset.open(tmp_path / "ds").ids == ("tt1", "tt2")
    words = " ".join(result.output.split())
    assert "record without a certificate 1" in words
    assert "record with another certificate 1" in words


@pytest.mark.parametrize("content", [b"", b"not json", b"\xff\xfe", b'{"message": "no"}', b"[" * 100_000, b"3"])
def test_a_file_without_records_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)

    result = run(tmp_path / "a.json", "--out", tmp_path / "ds")

    assert result.exit_code == UNAVAILABLE
    assert len(result.output.splitlines()) == 1
    assert not (tmp_path / "ds").exists()


@settings(deadline=None)
@given(value=json_values)
def test_whatever_json_says_becomes_rows_or_is_counted(value: Any) -> None:
    try:
        records = records_of(json.dumps(value).encode())
    except NoRecords:
        return
    gathering = gather(records, "an API")

    assert gathering.read == len(records)


def test_a_file_that_is_not_there_and_no_source_at_all_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        list(in_files([tmp_path / "gone.json"]))
    assert run("--out", tmp_path / "ds").exit_code == 2
    assert run(tmp_path / "a.json", "--url", "https://api.example", "--out", tmp_path / "ds").exit_code == 2


@contextmanager
def an_api(pages: list[Any], asked: list[web.Request], first: int = 1) -> Iterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        number = int(request.query.get("page", first)) - first
        page = pages[number] if number < len(pages) else []
        return page if isinstance(page, web.Response) else web.json_response(page)

    with serving(answer) as address:
        yield address


def test_records_come_page_by_page_with_the_key_from_the_environment_which_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", KEY)
    asked: list[web.Request] = []
    pages = [RECORDS[:2], {"results": RECORDS[2:], "asked": f"/titles?apikey={KEY}"}]

    with an_api(pages, asked) as address:
        result = run(
            "--url", f"{address}/titles?kind=movie", "--key-from", "API_KEY", "--allow-private", "--per-second", 1000,
            "--out", tmp_path / "ds",
        )  # fmt: skip

    assert result.exit_code == 0
    assert Dataset.open(tmp_path / "ds").ids == ("tt1", "tt2", "tt3", "tt4")
    assert [dict(request.query) for request in asked] == [
        {"kind": "movie", "page": str(number), "apikey": KEY} for number in (1, 2, 3)
    ]
    assert KEY not in result.output
    written = [path.read_text() for path in (tmp_path / "ds").rglob("*") if path.is_file()]
    assert len(written) == 4
    assert not any(KEY in content for content in written)


def test_a_key_may_go_in_a_header_and_pages_may_name_the_next_one_on_the_same_host_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", KEY)
    asked: list[web.Request] = []
    pages = [
        {"results": RECORDS[:1], "next": "/titles?page=3"},
        {"results": [{"id": "never asked for", "image": "x"}]},
        {"results": RECORDS[1:2], "next": "https://elsewhere.example/steal"},
        [],
    ]

    with an_api(pages, asked) as address:
        result = run(
            "--url", f"{address}/titles", "--key-from", "API_KEY", "--key-header", "X-Key", "--allow-private",
            "--per-second", 1000, "--pages", 2, "--out", tmp_path / "ds",
        )  # fmt: skip

    assert result.exit_code == 0
    assert Dataset.open(tmp_path / "ds").ids == ("tt1", "tt2")
    assert [(request.query["page"], request.headers["X-Key"]) for request in asked] == [("1", KEY), ("3", KEY)]


def test_after_a_failure_only_the_pages_that_are_missing_are_asked_for(tmp_path: Path) -> None:
    asked: list[web.Request] = []
    arguments = ("--allow-private", "--per-second", 1000, "--out", tmp_path / "ds")
    pages: list[Any] = [RECORDS[:2], web.Response(status=403)]

    with an_api(pages, asked) as address:
        failed = run("--url", address, *arguments)
        pages[1] = RECORDS[2:4]
        mended = run("--url", address, *arguments)

    assert failed.exit_code == UNAVAILABLE
    assert "Page 2 of 127.0.0.1 cannot be fetched: answer 403 Forbidden." in failed.output
    assert mended.exit_code == 0
    assert Dataset.open(tmp_path / "ds").ids == ("tt1", "tt2", "tt3", "tt4")
    assert [request.query["page"] for request in asked] == ["1", "2", "2", "3"]


def test_an_api_that_gives_the_same_page_for_ever_comes_to_an_end(tmp_path: Path) -> None:
    asked: list[web.Request] = []
    with an_api([RECORDS[:2]] * 50, asked) as address:
        result = run("--url", address, "--allow-private", "--per-second", 1000, "--out", tmp_path / "ds")

    assert result.exit_code == 0
    assert len(asked) == 2
    assert len(Dataset.open(tmp_path / "ds")) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (web.json_response({"message": "wrong key"}, status=401), "answer 401 Unauthorized"),
        (web.json_response({"message": "no list"}), "Page 1 of 127.0.0.1 is no list of JSON records"),
        (web.Response(status=302, headers={"Location": "http://elsewhere.example"}), "redirect to elsewhere"),
    ],
)
def test_an_api_that_gives_no_records_is_said_to_in_a_sentence(
    tmp_path: Path, answer: web.Response, words: str
) -> None:
    with an_api([answer], []) as address:
        result = run("--url", address, "--allow-private", "--out", tmp_path / "ds")

    assert result.exit_code == UNAVAILABLE
    assert words in result.output
    assert len(result.output.splitlines()) == 1


def test_a_key_goes_neither_over_http_nor_to_this_machine_unless_allowed_and_must_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", KEY)
    asked: list[web.Request] = []
    with an_api([RECORDS], asked) as address:
        plain = run("--url", address, "--key-from", "API_KEY", "--out", tmp_path / "ds")
        private = run("--url", address, "--out", tmp_path / "ds")
        unset = run("--url", address, "--key-from", "NO_KEY", "--out", tmp_path / "ds")

    assert "A key is sent by https only" in plain.output
    assert "private or loopback address" in private.output
    assert "NO_KEY is not set" in " ".join(unset.output.replace("│", "").split())
    assert asked == []
