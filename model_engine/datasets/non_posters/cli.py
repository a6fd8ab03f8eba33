"""The command `poster-judge dataset non-posters`."""

from pathlib import Path
from typing import Annotated

import typer

from model_engine.command_errors import one_line_errors


def non_posters(
    out: Annotated[Path, typer.Option(help="New folder for the data set.")],
    pictures: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=FOLDER", help="Pictures that are no posters, as many folders as you like."),
    ] = None,
    drawn: Annotated[int, typer.Option(min=1, help="Pictures of each kind that is drawn.")] = 40,
    most: Annotated[int, typer.Option(min=1, help="Pictures of each folder, at most.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same.")] = 0,
) -> None:
    """Make a set of pictures that are no posters, from which `train --non-posters` learns to tell posters."""
    folders = dict(_folder(words) for words in pictures or [])
    with one_line_errors():
        from model_engine.datasets import tables
        from model_engine.datasets.copying import require_new
        from model_engine.datasets.non_posters.gathering import gather
        from model_engine.datasets.progress_bar import progress_bar

        require_new(out)
        with progress_bar("pictures made") as progress:
            table = gather(out, folders, drawn=drawn, most=most, seed=seed, progress=progress)
        tables.show(tables.counted("kind", table["source"].value_counts(sort=False).to_dict(), len(table)))


def _folder(words: str) -> tuple[str, Path]:
    kind, equals, folder = words.partition("=")
    if not equals or not kind.replace("-", "").isalnum() or not Path(folder).is_dir():
        raise typer.BadParameter(f"--pictures wants KIND=FOLDER, such as photos=pictures/photos. Received: {words}")
    return kind, Path(folder)
