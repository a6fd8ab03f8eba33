"""Runs and their reports as tables."""

from collections.abc import Iterable, Sequence
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.versions.deciding import report_of
from bot.versions.steps import in_words
from models.run_reports import Figure, RunReport
from models.tables import RunState, TrainingRun

OTHER_POSTERS: Final = (
    "Each on the held-out posters of its own run; `poster-judge compare {names} --data DIR` measures both on the same."
)


def runs_table(runs: Sequence[TrainingRun]) -> Table:
    """A line a run."""
    table = Table("run", "asked for (UTC)", "by", "recipe", "state", "what became of it", box=None)
    for run in runs:
        asked = f"{run.created_at:%Y-%m-%d %H:%M}"
        words = (str(run.id), asked, run.operator, run.recipe, str(run.state), _outcome(run))
        table.add_row(*map(escape, words))
    return table


def print_report(report: RunReport) -> None:
    """The gate's verdict first, then champion against challenger."""
    console = Console(soft_wrap=True)
    verdict = "[green]passed the gate" if report.passed else "[yellow]did not pass the gate"
    console.print(f"[bold]{escape(report.version)}[/] {verdict}[/]: {escape(report.word)}")
    for check in sorted(report.checks, key=lambda one: one.passed):
        console.print(f"  {'[green]✓[/]' if check.passed else '[red]✗[/]'} {escape(check.words)}")
    if report.figures:
        console.print(_changes(report, report.figures, "on all held-out posters"))
    if report.genres:
        console.print(_changes(report, report.genres, "ROC-AUC by genre"))
    if not report.passed:
        console.print(f"`poster-judge model promote {escape(report.version)}` makes it champion all the same.")


def print_beside(first: RunReport, second: RunReport) -> None:
    """Two versions, figure by figure; measured on the same posters where the corrections were the same."""
    if first.snapshot != second.snapshot:
        typer.echo(OTHER_POSTERS.format(names=f"{first.version} {second.version}"))
    others = {figure.name: figure for figure in (*second.figures, *second.genres)}
    table = Table("", first.version, "posters", second.version, "posters", box=None)
    for one in (*first.figures, *first.genres):
        if (other := others.get(one.name)) is not None:
            values = f"{one.after:.3f}", f"{one.posters:,}", f"{other.after:.3f}", f"{other.posters:,}"
            table.add_row(escape(one.name), *values)
    Console().print(table)


def _changes(report: RunReport, figures: Iterable[Figure], title: str) -> Table:
    table = Table(title, report.champion, report.version, "change, 95 %", "posters", box=None)
    for one in figures:
        change = f"{one.change_low:+.3f} to {one.change_high:+.3f}"
        table.add_row(escape(one.name), f"{one.before:.3f}", f"{one.after:.3f}", change, f"{one.posters:,}")
    return table


def _outcome(run: TrainingRun) -> str:
    if run.state is RunState.DONE:
        verdict = "passed the gate" if report_of(run).passed else "did not pass the gate"
        return f"{run.version} {verdict}" + (f"; {run.decision} by {run.decided_by}" if run.decision else "")
    if run.state is RunState.RUNNING and run.step:
        return f"{in_words(run.step)}, {run.done} of {run.total}" if run.total else in_words(run.step)
    return run.explanation
