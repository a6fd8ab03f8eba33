"""The commands `poster-judge dataset …`: bring labelled posters in, fetch, clean, split and describe them."""

import typer

app = typer.Typer(help="Folders of labelled posters.", no_args_is_help=True)


@app.callback()
def _dataset() -> None:
    """Folders of labelled posters."""
