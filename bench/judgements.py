"""How fast posters are judged, from the member's command to the answer, beside a bare discord.py bot.

Run it as `python -m bench.judgements`; `bench/README.md` says what the figures mean.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from bench.figures import median, spread
from bench.load import Fate, Load, Watch, draw_posters, send
from bench.meter import Usage, metered
from bench.stage import Stage, staged
from models.repositories import ReplyRepository
from models.tables import Prediction

IDLE_JUDGEMENTS: Final = 50
"""Judgements one after the other, from which the split is taken."""

WARM_UP: Final = 20
"""Judgements before each load that do not count: connections are opened and code is loaded."""

ROW_TIMEOUT: Final = 10.0
"""Seconds after its answer in which a row has to reach its final state."""

BOT_STEPS: Final = ("download", "intake", "store")
"""Steps before the row says `queued`."""

ENGINE_STEPS: Final = ("queue", "fetch", "decode", "infer")
"""Steps after the row says `queued`, of `models.messages.Timings`."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is sent."""

    count: int
    concurrency: int
    timeout: float
    """Seconds until an interaction without an answer is given up."""
    profile: Path | None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One bot under one load."""

    load: Load
    usage: Usage


def main(
    count: Annotated[int, typer.Option(min=1, max=5000, help="Interactions of each load.")] = 400,
    concurrency: Annotated[int, typer.Option(min=1, max=5000, help="Interactions open at a time.")] = 100,
    timeout: Annotated[float, typer.Option(max=600, help="Seconds until an interaction is given up.")] = 60.0,
    setting: Annotated[list[str] | None, typer.Option(help="NAME=VALUE for bot and engine; may be repeated.")] = None,
    profile: Annotated[Path | None, typer.Option(help="File for cProfile's view of the bot; halves its speed.")] = None,
    quick: Annotated[bool, typer.Option(help="Only our bot under load: no idle split, no bare bot.")] = False,
) -> None:
    """Measure judgements a second, latencies, their split and memory, beside a bare discord.py bot."""
    plan = Plan(
        count=count,
        concurrency=min(concurrency, count),
        timeout=timeout,
        profile=profile.resolve() if profile else None,
    )
    settings = dict(pair.split("=", 1) for pair in setting or [])
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as folder:
        asyncio.run(_measure(Path(folder), plan, settings, quick=quick))


async def _measure(folder: Path, plan: Plan, settings: dict[str, str], *, quick: bool) -> None:
    posters = draw_posters(min(plan.count, 200))
    size = sum(map(len, posters)) / len(posters) / 1000
    print(f"{plan.count} interactions, {plan.concurrency} at once, posters of {size:.0f} kB, {os.cpu_count()} cores")
    async with staged(folder, settings) as stage:
        watch = Watch(stage.sandbox)
        # The bare bot comes before and after ours, so that a machine that became busier meanwhile shows.
        bare = [] if quick else [await _bare(stage, watch, posters, plan)]
        async with stage.our_bot(plan.profile) as pid:
            if not quick:
                await _idle(stage, watch, posters)
            pids = {"bot": pid, "engine": stage.engine_pid, "nats-server": stage.server.pid}
            ours = await _under_load(stage, watch, posters, plan, pids)
            rows = [await final_row(stage, fate) for fate in ours.load.fates]
        if not quick:
            bare.append(await _bare(stage, watch, posters, plan))
        _report("ours", ours)
        _report_refusals(ours.load, rows)
        _report_steps(rows)
        for number, measured in enumerate(bare, 1):
            _report(f"bare discord.py bot, {number}. time", measured)
        if bare:
            _report_ratio(ours.load, [measured.load for measured in bare])
        if stage.sandbox.breaches:
            print(f"BREACHES of Discord's rules: {len(stage.sandbox.breaches)}, first {stage.sandbox.breaches[0]}")


async def _bare(stage: Stage, watch: Watch, posters: Sequence[bytes], plan: Plan) -> Measured:
    async with stage.bare_bot() as pid:
        return await _under_load(stage, watch, posters, plan, {"bot": pid})


async def _under_load(
    stage: Stage, watch: Watch, posters: Sequence[bytes], plan: Plan, pids: dict[str, int]
) -> Measured:
    await send(stage.sandbox, watch, posters, count=WARM_UP, concurrency=4, timeout=plan.timeout)
    async with metered({**pids, "sandbox": os.getpid()}) as usage:
        load = await send(
            stage.sandbox, watch, posters, count=plan.count, concurrency=plan.concurrency, timeout=plan.timeout
        )
    return Measured(load=load, usage=usage)


async def _idle(stage: Stage, watch: Watch, posters: Sequence[bytes]) -> None:
    """Prints where the time of one judgement goes when there is no other."""
    await send(stage.sandbox, watch, posters, count=WARM_UP, concurrency=1, timeout=30)
    load = await send(stage.sandbox, watch, posters[::-1], count=IDLE_JUDGEMENTS, concurrency=1, timeout=30)
    rows = [row for fate in load.answered if (row := await final_row(stage, fate)) is not None and row.timings]
    by_id = {fate.interaction_id: fate for fate in load.answered}
    splits = [_split(by_id[row.reply_id], row) for row in rows]
    print(f"\nOne judgement when idle, median of {len(splits)} in ms:")
    for step in splits[0]:
        print(f"  {step:<34}{median(split[step] for split in splits):7.1f}")


def _split(fate: Fate, row: Prediction) -> dict[str, float]:
    """Milliseconds of each step; all processes are on one machine and so have one clock."""
    timings = row.timings or {}
    queued, decided, finished = (moment.timestamp() for moment in (row.queued_at, row.decided_at, row.finished_at))
    in_engine = sum(timings[step] for step in ENGINE_STEPS)
    return {
        "acknowledged (from the command on)": 1000 * ((fate.acknowledged or fate.sent) - fate.sent),
        "row written, download begins": 1000 * (queued - fate.sent) - sum(timings[step] for step in BOT_STEPS),
        "download": timings["download"],
        "intake": timings["intake"],
        "store": timings["store"],
        "queue (publish to pull)": timings["queue"],
        "fetch": timings["fetch"],
        "decode": timings["decode"],
        "infer": timings["infer"],
        "row queued; result and its row": 1000 * (decided - queued) - in_engine,
        "tell (decided to the edit)": 1000 * ((fate.answered or decided) - decided),
        "ANSWERED (from the command on)": 1000 * ((fate.answered or fate.sent) - fate.sent),
        "row final (after the edit)": 1000 * (finished - (fate.answered or finished)),
    }


async def final_row(stage: Stage, fate: Fate) -> Prediction | None:
    """The only prediction of an interaction, as it is once it is final; None if there is none (refused at once)."""
    wait = _patience(ROW_TIMEOUT if fate.answered or fate.refused else 0.0)
    while True:
        async with stage.database.reading() as session:
            reply = await ReplyRepository(session).get(fate.interaction_id)
        if reply is None:
            return None
        (row,) = reply.predictions
        if row.finished_at is not None or not await wait():
            return row


def _patience(seconds: float) -> Callable[[], Awaitable[bool]]:
    """Gives a function that waits a moment, and says False once `seconds` are over."""
    ends = asyncio.get_running_loop().time() + seconds

    async def wait() -> bool:
        await asyncio.sleep(0.02)
        return asyncio.get_running_loop().time() < ends

    return wait


def _report(name: str, measured: Measured) -> None:
    load, usage = measured.load, measured.usage
    count = len(load.fates)
    late = sum(fate.late for fate in load.fates)
    print(f"\n{name}: {len(load.answered)} of {count} answered in {load.seconds:.2f} s: {load.rate:.0f} a second")
    print("  in ms             p50     p95     p99     max")
    print(f"  acknowledged  {spread(load.acknowledgements)}   later than 3 s: {late}")
    print(f"  answered      {spread(load.answers)}")
    for process, seconds in usage.cpu.items():
        memory = usage.peak_rss.get(process, float("nan"))
        each = 1000 * seconds / max(len(load.answered), 1)
        print(f"  {process:<20} CPU {seconds:6.2f} s ({each:5.2f} ms each), peak RSS {memory:4.0f} MB")
    print(f"  {'everybody else':<20} CPU {usage.cpu_of_others:6.2f} s (noise)")


def _report_refusals(load: Load, rows: Sequence[Prediction | None]) -> None:
    causes = Counter(row.cause for row in rows if row is not None and row.cause)
    causes["busy, refused at once"] = sum(fate.refused for fate, row in zip(load.fates, rows, strict=True) if not row)
    told = ", ".join(f"{cause}: {number}" for cause, number in causes.items() if number)
    unanswered = sum(not (fate.refused or fate.late or fate.answered) for fate in load.fates)
    print(f"  refusals: {told or 'none'}; without any answer: {unanswered}")


def _report_steps(rows: Sequence[Prediction | None]) -> None:
    judged = [row.timings for row in rows if row is not None and row.timings and "batch_size" in row.timings]
    steps = (*BOT_STEPS, *ENGINE_STEPS, "batch_size")
    told = ", ".join(f"{step} {median(timings[step] for timings in judged):.1f}" for step in steps)
    print(f"  steps under load, median in ms: {told}")


def _report_ratio(ours: Load, bare: Sequence[Load]) -> None:
    rate = sum(load.rate for load in bare) / len(bare)
    acknowledged = median(median(load.acknowledgements) for load in bare)
    slowest = median(max(load.acknowledgements) for load in bare)
    print("\nOurs as a ratio of the bare bot:")
    print(f"  answers a second         {ours.rate / rate:5.2f}")
    print(f"  acknowledgement, median  {median(ours.acknowledgements) / acknowledged:5.2f}")
    print(f"  acknowledgement, slowest {max(ours.acknowledgements) / slowest:5.2f}")


if __name__ == "__main__":
    typer.run(main)
