"""Far more posters at once than may wait: who is acknowledged, refused, answered, and what it costs the bot.

Run it as `python -m bench.overload`; `bench/README.md` says what the figures mean.
"""

import asyncio
import json
import os
import signal
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import psutil
import typer

from bench.figures import spread
from bench.judgements import final_row
from bench.load import Load, Watch, draw_posters, send
from bench.meter import metered
from bench.stage import Stage, staged

WARM_UP: Final = 20
MEGABYTE: Final = 1e6


def main(
    count: Annotated[int, typer.Option(min=1, max=5000, help="Interactions at once.")] = 1000,
    queue_limit: Annotated[int, typer.Option(min=1, help="Posters that may wait for the engine.")] = 100,
    waves: Annotated[int, typer.Option(min=1, help="How often, one after the other, without a restart.")] = 3,
) -> None:
    """Measure an overload, several times without a restart, so that what is not given back shows."""
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as folder:
        asyncio.run(_measure(Path(folder), count, {"POSTER_JUDGE_QUEUE_LIMIT": str(queue_limit)}, waves))


async def _measure(folder: Path, count: int, settings: dict[str, str], waves: int) -> None:
    print(f"{count} interactions at once, {settings}, {os.cpu_count()} cores")
    posters = draw_posters(min(count, 200))
    async with staged(folder, settings) as stage:
        watch = Watch(stage.sandbox)
        seen = folder / "loop.json"
        async with stage.our_bot(loop_watch=seen) as pid:
            await send(stage.sandbox, watch, posters, count=WARM_UP, concurrency=4, timeout=30)
            os.kill(pid, signal.SIGUSR1)
            for wave in range(1, waves + 1):
                async with metered({"bot": pid, "engine": stage.engine_pid}) as usage:
                    load = await send(stage.sandbox, watch, posters, count=count, concurrency=count, timeout=120)
                ends = await _ends(stage, load)
                resident = psutil.Process(pid).memory_info().rss / MEGABYTE
                late = sum(fate.late for fate in load.fates)
                print(f"\nwave {wave}: " + ", ".join(f"{end}: {number}" for end, number in ends.most_common()))
                print(f"  acknowledged (ms: p50, p95, p99, max)  {spread(load.acknowledgements)}   too late: {late}")
                print(f"  bot: at most {usage.peak_rss['bot']:.0f} MB, {resident:.0f} MB afterwards")
        loop = json.loads(seen.read_text())
        print(f"\nevent loop: longest callback {loop['callback_ms']:.0f} ms ({loop['callback']})")
        print(f"  longest turn {loop['turn_ms']:.0f} ms, longest garbage collection {loop['collection_ms']:.0f} ms")
        print(f"breaches of Discord's rules: {len(stage.sandbox.breaches)}")


async def _ends(stage: Stage, load: Load) -> Counter[str]:
    """How the interactions ended, by the state and cause in their rows."""
    ends: Counter[str] = Counter()
    for fate in load.fates:
        row = await final_row(stage, fate)
        if row is None:
            ends["refused at once" if fate.refused else "never acknowledged"] += 1
        else:
            ends[f"{row.state} {row.cause}".strip()] += 1
    return ends


if __name__ == "__main__":
    typer.run(main)
