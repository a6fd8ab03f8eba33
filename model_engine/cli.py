"""The command `predict`, as a function that the launcher mounts."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.command_errors import log_to_stderr, one_line_errors, quiet_when_reader_leaves
from model_engine.settings import EngineSettings, RuntimeKind
from models.settings import load

if TYPE_CHECKING:
    from model_engine.known_films import KnownFilms
    from model_engine.predicting import FileAnswer


def predict(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Posters; a folder stands for the pictures in it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, in the order given.")] = False,
    top: Annotated[int, typer.Option(min=0, help="One line a file with the N likeliest genres.")] = 0,
    version: Annotated[
        str | None, typer.Option(help="Version that judges: its name, or the path of its folder.")
    ] = None,
    runtime: Annotated[RuntimeKind | None, typer.Option(help="What computes.")] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="A data set's folder: tells beside each genre whether the film has it, and how often it was so."
        ),
    ] = None,
) -> None:
    """Judge posters on disk; needs no queue, no database and no Discord."""
    with one_line_errors(), quiet_when_reader_leaves():
        log_to_stderr()
        given = {"model_version": version, "runtime": runtime}
        settings = load(EngineSettings).model_copy(update={key: value for key, value in given.items() if value})
        all_judged = _predict(settings, files, labels, as_json=as_json, top=top)
    raise typer.Exit(0 if all_judged else 1)


def _predict(settings: EngineSettings, files: list[str], labels: Path | None, *, as_json: bool, top: int) -> bool:
    """Writes an answer per file as it comes; whether all were judged."""
    from model_engine.judging import Judge
    from model_engine.predicting import expand, judge_files
    from model_engine.runtimes import open_runtime
    from model_engine.version_store import open_version
    from posters.settings import PosterSettings

    limits = load(PosterSettings).limits
    films = _known_films(labels)
    version = open_version(settings)
    runtime = open_runtime(
        settings.runtime, version, max_batch_size=settings.max_batch_size, threads=settings.engine_threads
    )
    judge = Judge(version, runtime)
    names = list(expand(files))
    write = _writer(as_json=as_json, top=top, named=len(names) > 1)
    all_judged = True
    try:
        for answer in judge_files(names, judge, limits, threads=os.cpu_count() or 1):
            known = films.of(answer.file) if films else None
            write(replace(answer, known=known))
            all_judged = all_judged and answer.error is None
            if films and known and answer.judgement:
                films.count(answer.judgement, known)
    finally:
        judge.close()
    if films and len(names) > 1:
        typer.echo(films.summary(), err=True)
    return all_judged


def _known_films(labels: Path | None) -> "KnownFilms | None":
    if labels is None:
        return None
    # Reading a table needs pandas, without which judging starts in half the time.
    from model_engine.known_films import KnownFilms

    return KnownFilms.open(labels)


def _writer(*, as_json: bool, top: int, named: bool) -> "Callable[[FileAnswer], None]":
    """What writes one answer: as JSON, as a line (which names its file where there are several), or as a table."""
    if as_json:
        # json, not msgspec: it writes a file name that is not valid UTF-8 instead of refusing it.
        return lambda answer: typer.echo(json.dumps(answer.as_dict()))
    if top:
        return lambda answer: _write_line(answer, top, named=named)

    from rich.console import Console

    from model_engine.presenting import answer_table

    console = Console(highlight=False)
    return lambda answer: console.print(answer_table(answer))


def _write_line(answer: "FileAnswer", top: int, *, named: bool) -> None:
    from model_engine.presenting import printable, top_line

    name = printable(answer.file)
    if answer.error is not None:
        typer.echo(f"{name}: {answer.error.message}", err=True)
    elif answer.judgement is not None:
        line = top_line(answer.judgement, top, answer.known)
        typer.echo(f"{name}: {line}" if named else line)
