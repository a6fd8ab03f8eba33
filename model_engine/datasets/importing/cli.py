"""The commands `poster-judge dataset import …`, one a source."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.command_errors import one_line_errors

if TYPE_CHECKING:
    from model_engine.datasets.importing.gathering import Gathering

app = typer.Typer(help="Bring labelled posters in; broken and missing rows are counted.", no_args_is_help=True)

Out = Annotated[Path, typer.Option("--out", help="The data set's folder, with the pictures in it or still empty.")]
Encoding = Annotated[str, typer.Option("--encoding", help="How the file's letters are written.")]


@app.command()
def kaggle(
    file: Annotated[Path, typer.Argument(help="Kaggle's MovieGenre.csv.")],
    out: Out,
    encoding: Encoding = "latin-1",
) -> None:
    """Kaggle's MovieGenre.csv; `dataset download` then fetches the posters."""
    with one_line_errors():
        from model_engine.datasets.importing.kaggle import gather

        _import(out, lambda: gather(file, encoding))


@app.command()
def imdb(
    basics: Annotated[Path, typer.Argument(help="IMDb's title.basics.tsv, or the same as .gz.")],
    images: Annotated[Path, typer.Option(help="Folder of pictures named by IMDb's ids: tt0114709.jpg.")],
    out: Out,
    ratings: Annotated[
        Path | None, typer.Option(help="IMDb's title.ratings.tsv, likewise; without it scores are missing.")
    ] = None,
) -> None:
    """IMDb's files beside a folder of pictures named by ids."""
    with one_line_errors():
        from model_engine.datasets.importing.imdb import gather
        from model_engine.datasets.progress_bar import progress_bar

        with progress_bar("bytes of IMDb's files") as told:
            _import(out, lambda: gather(basics, ratings, images, out, told))


@app.command()
def records(
    out: Out,
    files: Annotated[list[Path] | None, typer.Argument(help="JSON files: a list of objects, or one a line.")] = None,
    url: Annotated[str | None, typer.Option(help="Of an API that gives records page by page.")] = None,
    key_from: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the API's key.")
    ] = None,
    key_header: Annotated[str | None, typer.Option(help="Header that carries the key, instead of a parameter.")] = None,
    key_parameter: Annotated[str, typer.Option(help="Parameter of the address that carries it.")] = "apikey",
    page_parameter: Annotated[str, typer.Option(help="Parameter that says which page.")] = "page",
    first_page: Annotated[int, typer.Option(min=0, help="The first page's number.")] = 1,
    pages: Annotated[int, typer.Option(min=1, help="At most so many pages.")] = 1_000,
    per_second: Annotated[float, typer.Option(min=0.001, help="Pages asked for in a second, at most.")] = 2.0,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also an API on this machine or its network, and without https.")
    ] = False,
    certificates: Annotated[
        str, typer.Option(metavar="NAMES", help="Films with one of these alone: G,PG.", show_default=False)
    ] = "",
) -> None:
    """JSON records with `image` and `genre`, from files or paged over HTTP."""
    if bool(files) == (url is not None):
        raise typer.BadParameter("name either files or an address", param_hint="'FILES' / '--url'")
    with one_line_errors():
        from model_engine.datasets.importing.paging import Api, fetch_pages
        from model_engine.datasets.importing.records import gather, in_files

        wanted = [name for name in certificates.split(",") if name.strip()]
        if url is None:
            return _import(out, lambda: gather(in_files(files or []), "JSON records", wanted))

        from model_engine.datasets.progress_bar import progress_bar

        api = Api(
            url=url,
            key=_key(key_from),
            key_header=key_header,
            key_parameter=key_parameter,
            page_parameter=page_parameter,
            first_page=first_page,
            most_pages=pages,
            per_second=per_second,
            allow_private=allow_private,
        )
        with progress_bar("pages") as told:
            return _import(out, lambda: gather(fetch_pages(api, out, lambda done: told(done, pages)), "API", wanted))


@app.command()
def folders(
    folder: Annotated[Path, typer.Argument(help="Holds a folder per class: Good and Bad, fresh and rotten, genres.")],
    out: Out,
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", metavar="NAME=CLASS", help="What another folder stands for: liked=good, scary=Horror."),
    ] = None,
) -> None:
    """A folder per class; a score in the middle of the class stands for it, and the column `source` says so."""
    more = dict(_halves(words) for words in classes or [])
    with one_line_errors():
        from model_engine.datasets.importing.class_folders import gather

        _import(out, lambda: gather(folder, out, more))


@app.command()
def table(
    file: Annotated[Path, typer.Argument(help="A CSV with the names of its columns in the first row.")],
    out: Out,
    poster_id: Annotated[str | None, typer.Option("--id", help="Column, or a text with {columns}.")] = None,
    image: Annotated[str | None, typer.Option(help="Likewise: a picture's path, or {zip}#{member}.")] = None,
    title: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    year: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    genres: Annotated[str | None, typer.Option(help="Likewise; names with | , ; or / between.")] = None,
    score: Annotated[str | None, typer.Option(help="Likewise; 0 to 10.")] = None,
    votes: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    source: Annotated[str | None, typer.Option(help="Likewise.")] = None,
    split: Annotated[str | None, typer.Option(help="Likewise; train, validation or test.")] = None,
    url: Annotated[str | None, typer.Option(help="Likewise; where the picture can be fetched.")] = None,
    images: Annotated[Path | None, typer.Option(help="Folder of the pictures; default: the file's.")] = None,
    encoding: Encoding = "utf-8-sig",
    delimiter: Annotated[str, typer.Option(help="Between cells; `tab` for a tab.")] = ",",
) -> None:
    """Any CSV; a column that is not named is taken from one of the same name."""
    between = "\t" if delimiter == "tab" else delimiter
    if len(between) != 1:
        raise typer.BadParameter("one letter, or `tab`", param_hint="'--delimiter'")
    named = {"id": poster_id, "image": image, "title": title, "year": year, "genres": genres, "score": score,
             "votes": votes, "source": source, "split": split, "url": url}  # fmt: skip
    with one_line_errors():
        from model_engine.datasets.importing.table import gather

        columns = {name: column for name, column in named.items() if column is not None}
        _import(out, lambda: gather(file, out, columns, images=images, encoding=encoding, delimiter=between))


@app.command()
def zips(
    folder: Annotated[Path, typer.Argument(help="Holds labels.csv and the zips that it names.")],
    out: Out,
) -> None:
    """Zips of posters beside a labels.csv; such a folder is a data set as it is, and this copies it."""
    with one_line_errors():
        from model_engine.datasets.importing.poster_zips import gather

        _import(out, lambda: gather(folder, out))


def _import(out: Path, gather: "Callable[[], Gathering]") -> None:
    """Gathers, writes the manifest, and says what came of it."""
    from model_engine.datasets.copying import require_new
    from model_engine.datasets.importing.tables import import_report
    from model_engine.datasets.tables import show

    require_new(out)
    gathering = gather()
    written = gathering.write(out)
    for part in import_report(gathering, written):
        show(part)
    typer.echo(f"The data set is in {out}.")


def _key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise typer.BadParameter(f"the environment variable {variable} is not set", param_hint="'--key-from'")
    return key


def _halves(words: str) -> tuple[str, str]:
    name, between, stands_for = words.partition("=")
    if not (between and name.strip() and stands_for.strip()):
        raise typer.BadParameter("NAME=CLASS, such as liked=good", param_hint="'--class'")
    return name.strip(), stands_for.strip()
