"""The command `poster-judge dataset download`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.command_errors import one_line_errors
from model_engine.datasets import options

if TYPE_CHECKING:
    from model_engine.datasets.downloading.posters import Downloaded
    from model_engine.datasets.filters import Filters


@options.filtered()
def download(
    folder: Annotated[Path, typer.Argument(help="The data set; its rows say where their posters are.")],
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Connections at once.")] = 16,
    per_second: Annotated[float, typer.Option(min=0.001, help="Requests to one host in a second, at most.")] = 10.0,
    attempts: Annotated[int, typer.Option(min=1, max=20, help="Tries of one poster.")] = 4,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one try may take.")] = 30.0,
    most_bytes: Annotated[int, typer.Option(min=1_000, help="Of one picture.")] = 10_000_000,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also from this machine and its network.")
    ] = False,
    *,
    filters: "Filters",
) -> None:
    """Fetch the posters that are not there yet; stopped in the middle, run it again. Exits with 1 if any failed."""
    with one_line_errors():
        from model_engine.datasets.dataset import Dataset
        from model_engine.datasets.downloading.fetching import Manner
        from model_engine.datasets.downloading.posters import download_posters
        from model_engine.datasets.progress_bar import progress_bar

        dataset = Dataset.open(folder)
        chosen = filters.apply(dataset)
        manner = Manner(
            concurrency=concurrency,
            per_second=per_second,
            attempts=attempts,
            timeout=timeout,
            most_bytes=most_bytes,
            allow_private=allow_private,
        )
        with progress_bar("posters") as told:
            done = download_posters(dataset, chosen, manner, told)
        _tell(folder, done)
    raise typer.Exit(1 if done.failures else 0)


def _tell(folder: Path, done: "Downloaded") -> None:
    from collections import Counter

    from model_engine.datasets.downloading.posters import FAILURES_FILE
    from model_engine.datasets.tables import counted, show

    typer.echo(f"{done.fetched:,} posters fetched; {done.there:,} were there already.")
    if done.failures:
        causes = Counter(failure.cause for failure in done.failures)
        show(counted("not to be had", dict(causes.most_common()), done.count))
        typer.echo(f"Each is listed in {folder / FAILURES_FILE}.")
