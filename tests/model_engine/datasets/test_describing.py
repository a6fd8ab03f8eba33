import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.describing import Description
from model_engine.datasets.description_plots import plots
from model_engine.datasets.description_report import write_report
from model_engine.datasets.findings import findings
from model_engine.datasets.looking import Look
from model_engine.datasets.manifest import typed
from model_engine.reports.figures import inline_svg
from tests.model_engine.datasets.drawn import drawn_dataset
from tests.sandbox.browsing import running_browser


def of(rows: list[dict[str, object]], looks: list[Look] | None = None) -> Description:
    table = pd.DataFrame([{"id": str(number), **row} for number, row in enumerate(rows)])
    return Description(Dataset(Path(), typed(table)), 7.0, looks)


def words(description: Description) -> str:
    return "\n".join(f"{finding.words} {finding.remedy}" for finding in findings(description))


def test_genres_are_counted_with_their_scores_and_how_often_they_come_together() -> None:
    both = {"genres": "Comedy|Romance", "score": 8.0}
    description = of([both] * 20 + [{"genres": "Comedy", "score": 6.0}] * 20 + [{"genres": "Talk-Show|War"}] * 60)

    war, comedy, romance = description.genres
    assert (war.name, war.posters, war.share) == ("War", 60, 0.6)
    assert np.isnan([war.good, *war.quartiles]).all()
    assert (comedy.posters, comedy.good, comedy.quartiles) == (40, 0.5, (6.0, 7.0, 8.0))
    assert romance.posters == 20
    assert description.pairs == [("Comedy", "Romance", 20, pytest.approx(2.5))]
    assert description.unknown_genres == {"Talk-Show": 60}
    assert description.missing["score"] == 60
    assert description.classes(np.arange(100)) == {"terrible": 0, "bad": 0, "decent": 20, "good": 0, "great": 20}


def test_decades_and_votes_leave_out_what_nobody_knows() -> None:
    description = of([{"year": 1969, "votes": 999}, {"year": 1960, "votes": 1000}, {"year": None}, {"year": 2001}])

    assert {decade: rows.tolist() for decade, rows in description.decades.items()} == {1960: [0, 1], 2000: [3]}
    assert description.many_votes == 1
    assert description.voted.tolist() == [999, 1000]


def test_near_duplicates_across_splits_and_spoilt_pictures_are_said() -> None:
    grey = bytes(range(256))
    looks = [Look(2, 3, "a", 0, grey), Look(2, 3, "b", 1, grey), Look(3, 2, "c", 2**40 - 1, grey)]
    looks += [Look(2, 3, "d", None, grey), Look(fault="Torn.")]
    splits = ["train", "test", "train", "train", "test"]

    description = of([{"image": "x.png", "split": split} for split in splits], looks)

    assert description.pictures == (1, 1, 1, [("2 × 3", 3), ("3 × 2", 1)], 2, 1)
    assert "lie in more than one split: 1" in words(description)
    assert "1 unreadable, 1 next to blank, 1 not higher than wide, 2 near duplicates" in words(description)


def test_splits_that_are_not_alike_are_said_and_ones_that_chance_made_are_not() -> None:
    western, drama = {"genres": "Western"}, {"genres": "Drama"}
    apart = [{**western, "split": "train"}] * 60 + [{**drama, "split": "train"}] * 40
    apart += [{**western, "split": "test"}] * 20 + [{**drama, "split": "test"}] * 80
    alike = [{**western, "split": "train"}] * 55 + [{**drama, "split": "train"}] * 45
    alike += [{**western, "split": "test"}] * 50 + [{**drama, "split": "test"}] * 50

    assert "Western (60.0% of train, 20.0% of test)" in words(of(apart))
    assert "not alike" not in words(of(alike))
    assert "No poster is in a split yet" in words(of([western]))


def test_what_a_network_could_learn_instead_is_said() -> None:
    documentary = {"genres": "Documentary", "score": 8.0, "votes": 5000, "year": 1955}
    horror = {"genres": "Horror", "score": 4.0, "votes": 50, "year": 2015}

    said = words(of([documentary] * 150 + [horror] * 350))

    assert "30% score 7 or more: whoever always says “not good” is right on 70%" in said
    assert "The scores of 350 posters" in said
    assert "100% of Documentary are good, 0% of Horror" in said
    assert "100% of the 1950s are good, 0% of the 2010s" in said


def test_a_plot_takes_the_colour_of_the_pages_text_and_loads_nothing() -> None:
    rows = [{"genres": "Comedy|Romance", "score": 7.5, "year": 1990 + n, "votes": 10**n} for n in range(5)]
    drawn, again = plots(of(rows * 8)), plots(of(rows * 8))

    assert list(drawn) == ["genres", "together", "scores", "scores-by-genre", "years", "votes"]
    for name, figure in drawn.items():
        svg = inline_svg(figure, name, "<b>")
        assert svg.startswith('<svg role="img" aria-label="&lt;b&gt;"')
        assert "currentColor" in svg
        assert re.findall(r"#000000|black|#1b1d21|(?:href|src)=\"(?!#)", svg) == []
        assert svg == inline_svg(again[name], name, "<b>")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("described")
    titles = ["<script>alert(1)</script>", "Two & Two", None]
    rows = [
        {"title": titles[n % 3], "year": 1950 + 5 * n, "score": 3.0 + n % 6, "votes": 900 + 20 * n, "genres": genres}
        for n, genres in enumerate(["Drama|War", "Comedy", "Drama", None] * 3)
    ]
    drawn_dataset(place / "posters", rows)
    return place


def test_describe_prints_tables_and_writes_a_report_that_needs_nothing_else(folder: Path, tmp_path: Path) -> None:
    arguments = ["describe", str(folder / "posters"), "--out", str(tmp_path / "out"), "--processes", "1"]

    result = CliRunner().invoke(app, arguments, catch_exceptions=False)

    assert result.exit_code == 0
    for title in ("genres", "drawn to each other", "scores", "spread", "missing"):
        assert re.search(rf"^{title}\s*$", result.output, re.MULTILINE)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h1>posters</h1>" in page
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert page.count("<svg") == 6
    assert {address[:5] for address in re.findall(r'src="([^"]*)"', page)} == {"data:"}
    assert re.findall(r'href="(?!#)[^"]*"|url\((?!#)', page) == []
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len(list((tmp_path / "out" / "plots").glob("*.png"))) == 6


@pytest.mark.parametrize("missing", [("genres",), ("score", "votes"), ("year", "title", "image")])
def test_a_data_set_that_lacks_columns_still_gets_its_report(
    folder: Path, tmp_path: Path, missing: tuple[str, ...]
) -> None:
    whole = Dataset.open(folder / "posters")
    lacking = typed(whole.table.drop(columns=list(missing)))

    report = write_report(Description(Dataset(whole.folder, lacking), 7.0), tmp_path, "some", "chosen from 40")

    assert "chosen from 40" in report.read_text(encoding="utf-8")


async def test_a_browser_shows_the_report_on_a_phone_in_the_dark_and_asks_nobody_for_anything(
    folder: Path, tmp_path: Path
) -> None:
    report = write_report(Description(Dataset.open(folder / "posters"), 7.0), tmp_path, "some")
    heard: list[str] = []
    async with running_browser() as browser:
        page = await browser.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
        page.on("console", lambda message: heard.append(message.text))
        page.on("request", lambda request: heard.append(request.url) if request.url[:5] != "data:" else None)
        await page.goto(report.as_uri())
        width = await page.evaluate("document.documentElement.scrollWidth")
        labels = await page.evaluate("[...document.querySelectorAll('svg text')].map(e => getComputedStyle(e).fill)")
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert heard == [report.as_uri()]
    assert width == 400
    assert len(labels) > 50
    assert min(map(brightness, labels)) > 90
    assert brightness(ground) < 50


def brightness(colour: str) -> float:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
