"""The commands `evaluate` and `compare`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from model_engine.command_errors import log_to_stderr, one_line_errors
from model_engine.datasets import options
from model_engine.quiet import quieten_tensorflow
from model_engine.settings import EngineSettings, RuntimeKind
from models.settings import load

if TYPE_CHECKING:
    from model_engine.datasets.dataset import Dataset
    from model_engine.datasets.filters import Filters
    from model_engine.evaluation.results import Evaluation
    from model_engine.evaluation.walking import Measured

FEW_DRAWS: Final = 2
"""For a table without intervals."""

Versions = Annotated[
    list[str],
    typer.Argument(
        metavar="VERSION...",
        help="Names of versions, paths of their folders or of a folder that holds several, or `all` that are saved.",
    ),
]
Data = Annotated[Path, typer.Option(help="A data set's folder.")]
Split = Annotated[Literal["train", "validation", "test"], typer.Option(help="What is measured.")]
Draws = Annotated[int, typer.Option(min=100, help="Samples from which the intervals come.")]
Runtime = Annotated[RuntimeKind | None, typer.Option(help="What computes.")]


@options.filtered(without=("good_at",))
def evaluate(
    versions: Versions,
    data: Data,
    out: Annotated[Path, typer.Option(help="A folder per version is made in here, with report.html and plots.")],
    split: Split = "test",
    draws: Draws = 1_000,
    runtime: Runtime = None,
    *,
    filters: "Filters",
) -> None:
    """Measure versions on labelled posters: figures with intervals beside baselines, plots, and a report each."""
    with one_line_errors():
        log_to_stderr()
        from model_engine.datasets.dataset import Dataset

        dataset = filters.apply(Dataset.open(data))
        evaluations = []
        for measured in _measured(versions, dataset, split, draws, runtime):
            typer.echo(f"{measured.version.name}: {_report(measured, dataset, split, out)}")
            evaluations.append(measured.evaluation)
        _show(evaluations)


@options.filtered(without=("good_at",))
def compare(
    versions: Versions,
    data: Data,
    out: Annotated[Path | None, typer.Option(help="Folder for comparison.md and comparison.csv.")] = None,
    split: Split = "test",
    runtime: Runtime = None,
    *,
    filters: "Filters",
) -> None:
    """Put versions side by side in one table, on screen and as Markdown and CSV."""
    with one_line_errors():
        log_to_stderr()
        from model_engine.datasets.dataset import Dataset

        measured = _measured(versions, filters.apply(Dataset.open(data)), split, FEW_DRAWS, runtime)
        evaluations = [one.evaluation for one in measured]
        _show(evaluations)
        if out is not None:
            _write(evaluations, out)


def _measured(
    words: Sequence[str], dataset: "Dataset", split: str, draws: int, runtime: RuntimeKind | None
) -> "Iterator[Measured]":
    """Each version's figures, one version after the other."""
    from model_engine.datasets.progress_bar import progress_bar
    from model_engine.evaluation.walking import find_versions, measure

    quieten_tensorflow()
    settings = load(EngineSettings)
    if runtime is not None:
        settings = settings.model_copy(update={"runtime": runtime})
    for version in find_versions(words, settings):
        with progress_bar(f"posters seen by {version.name}") as progress:
            measured = measure(version, dataset, split, settings, draws=draws, progress=progress)
        yield measured


def _report(measured: "Measured", dataset: "Dataset", split: str, out: Path) -> Path:
    from model_engine.evaluation.evaluating import plots_of, strips_of
    from model_engine.evaluation.report import write_report

    version, outputs, evaluation = measured
    seen = (version, dataset, outputs, split)
    return write_report(evaluation, plots_of(*seen), strips_of(*seen), out / version.name)


def _show(evaluations: "Sequence[Evaluation]") -> None:
    from rich.console import Console

    from model_engine.evaluation.comparing import rows, screen_table

    console = Console(highlight=False)
    console.print(screen_table(rows(evaluations), console.width))


def _write(evaluations: "Sequence[Evaluation]", out: Path) -> None:
    from model_engine.datasets.manifest import DatasetError
    from model_engine.evaluation.comparing import comma_separated, markdown, rows

    lines = rows(evaluations)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "comparison.md").write_text(markdown(lines), encoding="utf-8")
        (out / "comparison.csv").write_text(comma_separated(lines), encoding="utf-8")
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
    typer.echo(f"The table is in {out / 'comparison.md'} and {out / 'comparison.csv'}.")
