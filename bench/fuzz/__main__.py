"""Hostile files: mutated posters through the real intake. Run it as `python -m bench.fuzz`."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.fuzz.sending import Fuzz
from bench.fuzz.tally import Tally
from model_engine.judging import Judge
from model_engine.runtimes.opening import open_runtime
from model_engine.version_store import SHIPPED_FOLDER
from model_engine.versions import load_version
from models.versions import STARTER_VERSION
from posters.settings import PosterSettings


def main(
    count: Annotated[int, typer.Option(min=1, help="Files to send.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Chooses the files; the same number gives the same ones.")] = 1,
    start: Annotated[int, typer.Option(min=0, help="Number of the first file, to send one of a former run.")] = 0,
    keep: Annotated[Path | None, typer.Option(help="Folder for files that did what none may do.")] = None,
) -> None:
    """Sends spoilt posters through the intake; exit 1 if any does what none may do."""
    settings = PosterSettings()
    version = load_version(SHIPPED_FOLDER / STARTER_VERSION)
    judge = Judge(version, open_runtime("onnx", version, max_batch_size=1))
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    try:
        tally = asyncio.run(Fuzz(seed, settings, judge, keep).run(range(start, start + count)))
    finally:
        judge.close()
    _report(tally, settings, time.perf_counter() - began)
    sys.exit(1 if tally.problems or tally.address_space > settings.intake_memory_bytes else 0)


def _report(tally: Tally, settings: PosterSettings, seconds: float) -> None:
    formats = sorted({format_ for format_, _ in tally.outcomes})
    table = Table("outcome", *formats, "all")
    for outcome in sorted({outcome for _, outcome in tally.outcomes}):
        counts = [tally.outcomes[format_, outcome] for format_ in formats]
        table.add_row(outcome, *map(str, counts), str(sum(counts)))
    console = Console(width=100)
    console.print(table)
    count = tally.outcomes.total()
    print(f"{count} files in {seconds:.0f} s, {count / seconds:.0f} a second; {tally.judged} accepted ones judged.")
    print(f"Workers' ends: {', '.join(f'{name}: {number}' for name, number in tally.ends.items()) or 'none'}")
    print(
        f"A worker's memory: at most {tally.address_space / 1e6:.0f} MB of address space "
        f"(limit {settings.intake_memory_bytes / 1e6:.0f}), {tally.resident / 1e6:.0f} MB resident"
    )
    print(f"Slowest: {tally.slowest}")
    for case in tally.noted:
        print(f"{'PROBLEM' if case.problems else 'ended by its limits'}: {case}")


if __name__ == "__main__":
    typer.run(main)
