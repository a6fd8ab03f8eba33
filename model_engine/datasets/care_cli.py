"""The commands that make a data set fit for training: `clean`, `split`, `resize`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.command_errors import one_line_errors
from model_engine.datasets import options

if TYPE_CHECKING:
    from model_engine.datasets.dataset import Dataset
    from model_engine.datasets.filters import Filters
    from model_engine.datasets.looking import Look

Folder = Annotated[Path, typer.Argument(help="The data set.")]
Processes = Annotated[
    int | None, typer.Option(min=1, help="That work at once.", show_default="as many as there are processors")
]
Bits = Annotated[
    int, typer.Option(min=0, max=16, help="Bits of their hashes, of 64, in which near duplicates differ at most.")
]
KeepAlike = Annotated[bool, typer.Option("--keep-alike", help="Look for no near duplicates.")]


@options.filtered()
def clean(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="New folder for what stays.")] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Change the folder's table; no picture goes.")] = False,
    require: Annotated[str, typer.Option(help="Columns that must not be missing.")] = "image,genres,score",
    bits: Bits = 6,
    keep_alike: KeepAlike = False,
    keep_landscape: Annotated[bool, typer.Option("--keep-landscape", help="Keep what is not portrait.")] = False,
    *,
    filters: "Filters",
    processes: Processes = None,
) -> None:
    """Drop what nobody should train on; dropped.csv lists every poster that goes, and why."""
    if (out is None) != in_place:
        raise typer.BadParameter("say where to: --out NEW, or --in-place")
    with one_line_errors():
        from model_engine.datasets import cleaning, tables, writing_cleaned
        from model_engine.datasets.dataset import Dataset
        from model_engine.datasets.progress_bar import progress_bar

        rules = cleaning.Rules(
            required=cleaning.columns_named(require), portrait=not keep_landscape, bits=None if keep_alike else bits
        )
        whole = Dataset.open(folder)
        _require_place(folder, out)
        chosen = filters.apply(whole)
        cleaned = cleaning.clean(chosen, _looks(chosen, processes), rules).beside(whole)
        if out is None:
            listed = writing_cleaned.write_in_place(cleaned)
        else:
            with progress_bar("pictures copied") as progress:
                listed = writing_cleaned.write_new(cleaned, out, progress)
        tables.show(tables.counted("missing", cleaning.missing_values(whole.table), len(whole)))
        tables.show(tables.dropped(cleaned, len(whole)))
        if cleaned.unknown_genres:
            tables.show(tables.unknown(cleaned.unknown_genres))
        tables.show(f"Every poster that was dropped is listed in {listed}.")


@options.filtered()
def split(
    folder: Folder,
    shares: Annotated[
        str, typer.Option(help="Train, validation and test, or train and test: 80/10/10, 5/7,1/7,1/7, 80/20.")
    ] = "80/10/10",
    folds: Annotated[
        int | None, typer.Option(min=2, help="Write folds.csv with so many folds instead; the split test is in none.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="New folder; otherwise the folder's own table changes.")] = None,
    bits: Bits = 6,
    keep_alike: Annotated[bool, typer.Option("--keep-alike", help="Let near duplicates come apart.")] = False,
    *,
    filters: "Filters",
    processes: Processes = None,
) -> None:
    """Deal posters out to train, validation and test, or to folds: alike in labels, near duplicates on one side.

    Posters that the options leave out are in no split.
    """
    with one_line_errors():
        import numpy as np

        from model_engine.datasets import tables
        from model_engine.datasets.alike import groups_of_alike
        from model_engine.datasets.copying import write_table
        from model_engine.datasets.dataset import Dataset
        from model_engine.datasets.shares import parse_shares
        from model_engine.datasets.splitting import fold_numbers, in_splits, write_folds

        parsed = {name: float(share) for name, share in parse_shares(shares).items()}
        whole = Dataset.open(folder)
        _require_place(folder, out)
        chosen = filters.apply(whole)
        alone = np.arange(len(chosen))
        groups = alone if keep_alike else groups_of_alike(_looks(chosen, processes), bits)
        together = len(chosen) - len(np.unique(groups))
        if folds is None:
            dealt = in_splits(whole, chosen, groups, parsed, filters.seed)
            if out is None:
                write_table(dealt)
            else:
                _copy(dealt, out)
            tables.show(tables.by_split(dealt, filters.good_at))
        else:
            numbers = fold_numbers(chosen, groups, folds, filters.seed)
            listed = write_folds(chosen, numbers, folder)
            parts = {f"fold {fold}": np.flatnonzero(numbers == fold) for fold in range(folds)}
            tables.show(tables.genres_by(f"folds, in {listed}", chosen, parts, filters.good_at))
        if not keep_alike:
            tables.show(f"Posters kept beside one that they are near duplicates of: {together:,}.")


@options.filtered()
def resize(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="New folder; an interrupted run goes on in it.")],
    ratio: Annotated[int | None, typer.Option(min=1, max=100, help="Percent of width and height.")] = None,
    box: Annotated[
        str | None, typer.Option(metavar="WxH", help="Pixels that a picture has at most; it keeps its proportions.")
    ] = None,
    *,
    filters: "Filters",
    processes: Processes = None,
) -> None:
    """Make pictures smaller, into a new folder with the same table."""
    if (ratio is None) == (box is None):
        raise typer.BadParameter("say how large: --ratio or --box")
    with one_line_errors():
        from model_engine.datasets import resizing, tables
        from model_engine.datasets.dataset import Dataset
        from model_engine.datasets.progress_bar import progress_bar

        size = resizing.Size(ratio=ratio, box=None if box is None else resizing.parse_box(box))
        chosen = filters.apply(Dataset.open(folder))
        with progress_bar("pictures resized") as progress:
            outcome = resizing.resize(chosen, out, size, processes, progress)
        tables.show(f"{outcome.written:,} pictures written, {outcome.there:,} were there: {out}.")
        if outcome.failed:
            typer.echo("\n".join(outcome.failed.values()), err=True)
            raise typer.Exit(1)


def _require_place(folder: Path, out: Path | None) -> None:
    """Asked before the long work."""
    from model_engine.datasets.copying import require_changeable, require_new

    if out is None:
        require_changeable(folder)
    else:
        require_new(out)


def _looks(dataset: "Dataset", processes: int | None) -> "list[Look]":
    from model_engine.datasets.looking import look_at_pictures
    from model_engine.datasets.progress_bar import progress_bar

    with progress_bar("pictures looked at") as progress:
        return look_at_pictures(dataset, processes, progress)


def _copy(dataset: "Dataset", out: Path) -> None:
    from model_engine.datasets.copying import write_copy
    from model_engine.datasets.progress_bar import progress_bar

    with progress_bar("pictures copied") as progress:
        lost = write_copy(dataset, out, progress)
    for poster_id in lost:
        typer.echo(f"{poster_id} has no picture in the copy: it cannot be read.", err=True)
