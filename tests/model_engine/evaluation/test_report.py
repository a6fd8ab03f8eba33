import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.evaluating import evaluate, plots_of, strips_of
from model_engine.evaluation.plots import risk_by_coverage
from model_engine.evaluation.report import write_report
from model_engine.evaluation.results import Evaluation
from model_engine.reports.figures import INK
from model_engine.versions import Version
from tests.model_engine.evaluation.measured import judging, made_up_films, outputs_that_know
from tests.sandbox.browsing import running_browser

PLOTS = {
    "roc-genres",
    "precision-recall-genres",
    "reliability-genres",
    "risk-coverage-genres",
    "roc-verdict",
    "precision-recall-verdict",
    "reliability-verdict",
    "risk-coverage-verdict",
}


@pytest.fixture(scope="module")
def version(starter: Version) -> Version:
    return judging(starter, "Comedy", "Drama", "Horror", name="toy-1")


def reported(version: Version, dataset: Dataset, out: Path) -> Path:
    outputs = outputs_that_know(dataset)
    found = evaluate(version, dataset, outputs, "test", draws=20)
    seen = (version, dataset, outputs, "test")
    return write_report(found, plots_of(*seen), strips_of(*seen), out)


@pytest.fixture(scope="module")
def report(version: Version, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return reported(version, made_up_films(folder / "films"), folder / "out")


def test_a_report_is_one_file_that_needs_nothing_from_elsewhere(report: Path) -> None:
    page = report.read_text()
    assert page.startswith("<!doctype html>")
    assert len(re.findall(r"<svg ", page)) == len(PLOTS)
    assert not re.search(r"(src|href)=[\"'](?!#|data:)", page)
    assert "url(http" not in page
    assert "@import" not in page
    # What a plot draws in ink is in the colour of the page's text, be that dark or light.
    drawn = "".join(re.findall(r"<svg .*?</svg>", page, re.DOTALL))
    assert "currentColor" in drawn
    assert INK not in drawn
    assert "#000000" not in drawn
    for words in ("toy-1", "Rank correlation (Spearman)", "95 % interval", "true genres", "Horror", "20 samples"):
        assert words in page


def test_plots_and_figures_lie_beside_it_as_files(report: Path) -> None:
    assert {path.stem for path in (report.parent / "plots").iterdir()} == PLOTS
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (report.parent / "plots").iterdir())
    read = msgspec.json.decode((report.parent / "evaluation.json").read_bytes(), type=Evaluation)
    assert read.version == "toy-1"
    assert read.parts["verdict"]["roc_auc"].leads["constant"][0] > 0


@pytest.mark.parametrize("missing", ["score", "genres"])
def test_a_report_leaves_out_what_is_not_known(version: Version, tmp_path: Path, missing: str) -> None:
    page = reported(version, made_up_films(tmp_path / "films", **{missing: None}), tmp_path / "out").read_text()
    assert ('<h2 id="genres">' in page) == (missing == "score")
    assert ('<h2 id="verdict">' in page) == (missing == "genres")
    assert "there are no figures of" in page


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(version: Version, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DatasetError, match="cannot be written"):
        reported(version, made_up_films(tmp_path / "films"), tmp_path / "out")


async def test_a_browser_shows_it_whole_and_in_the_dark(report: Path) -> None:
    async with running_browser() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        await page.goto(report.as_uri())
        assert asked == [report.as_uri()]
        # On a telephone tables are scrolled, not the page.
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        colour = "getComputedStyle(document.querySelector('svg text')).fill"
        light = [int(part) for part in re.findall(r"\d+", await page.evaluate(colour))[:3]]
        assert min(light) > 150


def test_the_surest_answers_come_first_in_risk_and_coverage() -> None:
    coverage, risk = risk_by_coverage(np.array([0.1, 0.4, 0.2, 0.3]), np.array([True, False, True, False]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk == pytest.approx([0.0, 0.0, 1 / 3, 0.5])
