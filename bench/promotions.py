"""Ten thousand judgements across three promotions and a rollback: none lost, none by a half-loaded version.

Run it as `python -m bench.promotions`. Every version that is promoted is a copy of the starter version whose genres are
a little more or less likely, so that each answer shows whether all of it came from the version that it names.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from sqlalchemy import select

from bench.figures import percentile, spread
from bench.load import Load, Watch, draw_posters, send
from bench.stage import Stage, staged
from bot.versions.promoting import Operator, promote, roll_back, tell_engines
from broker.connection import Broker, connected
from broker.heartbeats import all_heartbeats
from broker.settings import BrokerSettings
from model_engine.judging import Judge
from model_engine.runtimes import open_runtime
from model_engine.version_store import SHIPPED_FOLDER, VersionStore
from model_engine.versions import CALIBRATION_FILE, MANIFEST_FILE, Version, load_version, seal
from models.judgements import Judgement
from models.tables import Prediction, PredictionState
from models.versions import STARTER_VERSION
from posters.intake import decode
from posters.store import PosterStore

COPIES: Final = ("copy-1", "copy-2", "copy-3")

POSTERS: Final = 100
"""Different ones, sent in turn."""

STEADY_SHARE: Final = 0.2
"""Of all requests, before the first promotion: what p99 is compared with."""

SAME: Final = 1e-4
"""Two probabilities of one version on one poster differ by less, whatever batch they were in."""

SETTLE: Final = 30.0
"""Seconds until the engine has to serve a new champion."""

OPERATOR: Final = Operator("bench", None)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of the champion."""

    version: str
    seconds: float
    """From the promotion until the engine said that it serves it."""


def main(
    count: Annotated[int, typer.Option(min=200, max=100_000, help="Judgements in all.")] = 10_000,
    concurrency: Annotated[int, typer.Option(min=1, max=500, help="Judgements under way at a time.")] = 32,
) -> None:
    """Count what is lost and what is judged by two versions at once, and compare p99 with the steady one."""
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as folder:
        asyncio.run(_measure(Path(folder), count, concurrency))


async def _measure(folder: Path, count: int, concurrency: int) -> None:
    posters = draw_posters(POSTERS)
    versions = VersionStore(f"file://{folder / 'data' / 'versions'}", folder / "data" / "version-cache")
    for number, name in enumerate(COPIES, 1):
        versions.publish(_copy(folder, name, 0.2 * number))
    async with staged(folder, {}) as stage, stage.our_bot():
        watch = Watch(stage.sandbox)
        await send(stage.sandbox, watch, posters, count=POSTERS, concurrency=concurrency, timeout=60)
        steady_count = int(STEADY_SHARE * count)
        steady = await send(stage.sandbox, watch, posters, count=steady_count, concurrency=concurrency, timeout=60)
        load, changes = await _change_under_load(stage, watch, posters, count - steady_count, concurrency)
        rows = await _rows(stage)
        names = (STARTER_VERSION, *COPIES)
        truth = {name: await _said(versions.load(name), folder, rows) for name in names}
    _report(steady, load, changes, rows, truth)


def _copy(folder: Path, name: str, shift: float) -> Path:
    """The starter version under another name, each genre's logit moved by `shift`."""
    target = folder / "copies" / name
    shutil.copytree(SHIPPED_FOLDER / STARTER_VERSION, target, ignore=shutil.ignore_patterns(MANIFEST_FILE))
    starter = load_version(SHIPPED_FOLDER / STARTER_VERSION)
    genres = starter.calibration.genres
    moved = msgspec.structs.replace(genres, bias=tuple(bias + shift for bias in genres.bias))
    changed = msgspec.structs.replace(starter.calibration, genres=moved)
    (target / CALIBRATION_FILE).write_bytes(msgspec.json.encode(changed))
    seal(target, name, starter.manifest.backbone)
    return target


async def _change_under_load(
    stage: Stage, watch: Watch, posters: Sequence[bytes], count: int, concurrency: int
) -> tuple[Load, list[Change]]:
    """All the rest of the requests, and meanwhile three promotions and a rollback, evenly spread."""
    before = watch.seen
    sending = asyncio.create_task(send(stage.sandbox, watch, posters, count=count, concurrency=concurrency, timeout=60))
    changes = []
    async with connected(stage.server.url, BrokerSettings(), name="bench-operator") as broker:
        for number, version in enumerate((*COPIES, None), 1):
            while watch.seen - before < number * count // 5:  # noqa: ASYNC110  # A bench may look now and then.
                await asyncio.sleep(0.05)
            changes.append(await _change(stage, broker, version))
    return await sending, changes


async def _change(stage: Stage, broker: Broker, version: str | None) -> Change:
    started = asyncio.get_running_loop().time()
    if version is None:
        made = await roll_back(stage.database, OPERATOR, "bench")
    else:
        made = await promote(stage.database, version, OPERATOR, "bench")
    await tell_engines(stage.database, broker, at_once=True)
    async with asyncio.timeout(SETTLE):
        while made.version not in {beat.model_version for beat in await all_heartbeats(broker)}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return Change(version=made.version, seconds=asyncio.get_running_loop().time() - started)


async def _rows(stage: Stage) -> list[Prediction]:
    """All predictions, once each has ended or `SETTLE` is over."""
    ends = asyncio.get_running_loop().time() + SETTLE
    while True:
        async with stage.database.reading() as session:
            rows = list(await session.scalars(select(Prediction)))
        if all(row.finished_at for row in rows) or asyncio.get_running_loop().time() > ends:
            return rows
        await asyncio.sleep(0.1)


async def _said(version: Version, folder: Path, rows: Sequence[Prediction]) -> dict[str, Judgement]:
    """What a version alone says of every poster, by the poster's id."""
    store = PosterStore.open(folder / "data" / "posters")
    ids = sorted({row.poster_id for row in rows if row.poster_id})
    judge = Judge(version, open_runtime("onnx", version))
    said = dict(zip(ids, judge.judge([decode(await store.get(poster_id)) for poster_id in ids]), strict=True))
    judge.close()
    return said


def _report(
    steady: Load,
    load: Load,
    changes: Sequence[Change],
    rows: Sequence[Prediction],
    truth: dict[str, dict[str, Judgement]],
) -> None:
    sent = len(steady.fates) + len(load.fates)
    print(f"{sent:,} judgements asked for, {len(steady.answered) + len(load.answered):,} answered; besides the warm-up")
    print(f"  rows not answered: {Counter(row.state for row in rows if row.state is not PredictionState.ANSWERED)}")
    print(f"  answered by: {dict(Counter(row.model_version for row in rows))}")
    print(f"  answers that are not wholly of the version that they name: {sum(not _whole(row, truth) for row in rows)}")
    print("  in ms             p50     p95     p99     max")
    print(f"  steady        {spread(steady.answers)}")
    print(f"  with changes  {spread(load.answers)}")
    ratio = percentile(load.answers, 0.99) / percentile(steady.answers, 0.99)
    print(f"  p99 with changes as a ratio of the steady one: {ratio:.2f}")
    for change in changes:
        print(f"  {change.version} served {change.seconds:.1f} s after it was made champion")


def _whole(row: Prediction, truth: dict[str, dict[str, Judgement]]) -> bool:
    """Whether every probability is the one that the version named says of this poster."""
    if row.judgement is None or row.model_version not in truth or row.poster_id is None:
        return False
    expected = truth[row.model_version][row.poster_id].genres
    return all(abs(said - expected[genre]) < SAME for genre, said in row.judgement["genres"].items())


if __name__ == "__main__":
    typer.run(main)
