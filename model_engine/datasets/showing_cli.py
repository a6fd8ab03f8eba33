"""The commands that show what a data set is like: `inspect`, `describe`."""

from pathlib import Path
from typing import Annotated

import typer

from model_engine.command_errors import one_line_errors


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
