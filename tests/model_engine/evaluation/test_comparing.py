import csv
import io
from pathlib import Path

import pytest
from rich.console import Console

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.comparing import COLUMNS, comma_separated, markdown, rows, screen_table
from model_engine.evaluation.evaluating import evaluate
from model_engine.evaluation.results import Evaluation
from model_engine.versions import Version
from tests.model_engine.evaluation.measured import judging, made_up_films, outputs_that_know


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return made_up_films(tmp_path)


@pytest.fixture
def evaluations(starter: Version, dataset: Dataset) -> list[Evaluation]:
    """A version that knows much, and one that was trained on genres alone."""
    both = judging(starter, "Comedy", "Drama", "Horror", name="both-1")
    genres = judging(starter, "Comedy", "Drama", task="genres", name="genres-1")
    return [
        evaluate(version, dataset, outputs_that_know(dataset, noise=noise), "test", draws=2)
        for version, noise in ((both, 1.0), (genres, 6.0))
    ]


def test_the_table_has_a_line_per_version_and_what_knows_little_below(evaluations: list[Evaluation]) -> None:
    read = list(csv.DictReader(io.StringIO(comma_separated(rows(evaluations)))))
    assert [line["version"] for line in read] == ["both-1", "genres-1", "(constant)", "(decade)", "(true genres)"]
    both, genres, constant, _, true_genres = read
    assert float(both["ROC-AUC genres"]) == pytest.approx(evaluations[0].parts["genres"]["macro_roc_auc"].value, 1e-5)
    assert float(both["verdict accuracy, train"]) == pytest.approx(evaluations[0].accuracy["train"]["verdict"], 1e-5)
    assert float(both["genre accuracy, validation"]) > float(genres["genre accuracy, validation"])
    assert constant["ROC-AUC verdict"] == "0.5"
    assert true_genres["ROC-AUC genres"] == ""
    assert float(true_genres["Spearman"]) > 0


def test_what_a_version_did_not_learn_is_left_out(evaluations: list[Evaluation]) -> None:
    genres = next(csv.DictReader(io.StringIO(comma_separated(rows(evaluations[1:])))))
    assert genres["hit@1"] != ""
    assert [genres[name] for name in ("ROC-AUC verdict", "RMSE", "verdict accuracy, train")] == ["", "", ""]


def test_on_screen_and_in_markdown_stands_the_same(evaluations: list[Evaluation]) -> None:
    lines = rows(evaluations)
    text = markdown(lines).splitlines()
    assert len(text) == 2 + len(lines)
    assert all(line.count("|") == len(COLUMNS) + 1 for line in text)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(screen_table(lines, 120))
    shown = console.export_text()
    cells = [cell.strip() for cell in text[2].strip("|").split("|")]
    assert all(cell in shown for cell in cells)


def test_many_versions_stay_readable_on_a_narrow_screen(evaluations: list[Evaluation]) -> None:
    both, *others = rows(evaluations)
    lines = [(f"version-number-{i}", both[1], both[2]) for i in range(9)] + others
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(screen_table(lines, 80))
    shown = console.export_text()
    assert "…" not in shown
    assert all(name in shown for name, _, _ in lines)
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("Spearman") > 1


def test_versions_that_saw_other_posters_are_not_compared(evaluations: list[Evaluation], starter: Version) -> None:
    import msgspec

    other = msgspec.structs.replace(evaluations[1], dataset="another")
    with pytest.raises(DatasetError, match="same posters"):
        rows([evaluations[0], other])
