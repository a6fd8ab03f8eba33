"""The commands `poster-judge dataset …`: bring labelled posters in, fetch, clean, split and describe them."""

import typer

from model_engine.datasets.care_cli import clean, resize, split
from model_engine.datasets.downloading.cli import download
from model_engine.datasets.importing.cli import app as import_commands
from model_engine.datasets.non_posters.cli import non_posters
from model_engine.datasets.showing_cli import describe, inspect

app = typer.Typer(help="Folders of labelled posters.", no_args_is_help=True)


@app.callback()
def _dataset() -> None:
    """Folders of labelled posters."""


app.add_typer(import_commands, name="import")
app.command()(download)
app.command()(clean)
app.command()(split)
app.command()(resize)
app.command()(inspect)
app.command()(describe)
app.command()(non_posters)
