"""`python -m bench.soak`: `bench/README.md` says what the figures mean."""

import asyncio
import os
import random
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bench.soak.running import Plan, soak


def main(
    count: Annotated[int, typer.Option(min=1, help="Commands of members.")] = 10_000,
    rate: Annotated[float, typer.Option(min=0.1, help="Commands a second.")] = 8.0,
    faults: Annotated[int, typer.Option(min=0, help="Faults made meanwhile.")] = 140,
    seed: Annotated[int, typer.Option(help="Of members and faults.")] = 1,
    only: Annotated[list[str] | None, typer.Option(help="Make only faults of this name; may be repeated.")] = None,
    log: Annotated[
        Path | None, typer.Option(help="Where the log of all processes, and beside it the queue's, is copied to.")
    ] = None,
) -> None:
    """Send posters while faults are made, and account for every one; exit 1 if a promise was broken."""
    plan = Plan(count=count, rate=rate, faults=faults, only=tuple(only or ()))
    openapi = os.environ.get("SANDBOX_OPENAPI")
    with tempfile.TemporaryDirectory(prefix="poster-judge-soak-") as folder:
        text, kept = asyncio.run(soak(Path(folder), plan, random.Random(seed), Path(openapi) if openapi else None))
        if log is not None:
            log.write_bytes((Path(folder) / "up.log").read_bytes())
            log.with_suffix(".nats.log").write_bytes((Path(folder) / "nats.log").read_bytes())
    print(text)
    raise typer.Exit(0 if kept else 1)


if __name__ == "__main__":
    typer.run(main)
