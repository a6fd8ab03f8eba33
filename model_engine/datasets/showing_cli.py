"""The commands that show what a data set is like: `inspect`, `describe`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.command_errors import one_line_errors
from model_engine.datasets import options
from model_engine.datasets.care_cli import Folder, Processes

if TYPE_CHECKING:
    from model_engine.datasets.filters import Filters


def inspect(
    file: Annotated[Path, typer.Argument(help="A poster.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")],
) -> None:
    """Take one poster apart: denoised, foreground and background, regions; each as PNG, and all on sheet.png."""
    with one_line_errors():
        from model_engine.datasets import inspecting, tables

        taken_apart = inspecting.inspect(file, out)
        tables.show(tables.regions(taken_apart.regions))
        tables.show(f"{taken_apart.foreground.mean():.0%} of it is in front: {out / inspecting.SHEET_FILE}.")


@options.filtered()
def describe(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Folder for report.html and the plots.")],
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Look at every picture: size, damage, near duplicates.")
    ] = True,
    *,
    filters: "Filters",
    processes: Processes = None,
) -> None:
    """Say how often each label is there, which come together, what is missing; tables here, and an HTML report."""
    with one_line_errors():
        from model_engine.datasets import tables
        from model_engine.datasets.dataset import Dataset
        from model_engine.datasets.describing import Description
        from model_engine.datasets.description_report import write_report
        from model_engine.datasets.findings import findings
        from model_engine.datasets.looking import look_at_pictures
        from model_engine.datasets.progress_bar import progress_bar

        whole = Dataset.open(folder)
        chosen = filters.apply(whole)
        with progress_bar("pictures looked at") as progress:
            looks = look_at_pictures(chosen, processes, progress) if pictures else None
        description = Description(chosen, filters.good_at, looks)
        words = "" if len(chosen) == len(whole) else f"chosen from {len(whole):,}"
        report = write_report(description, out, folder.resolve().name, words)
        for table in tables.described(description):
            tables.show(table)
        for finding in findings(description):
            tables.show(f"{finding.words}" + (f" What helps: {finding.remedy}." if finding.remedy else ""))
        tables.show(f"The report is {report}.")
