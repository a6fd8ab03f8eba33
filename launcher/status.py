"""`poster-judge status`: what is alive, in one table or one JSON object."""

import asyncio
import time
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from broker.connection import Broker, connected
from broker.errors import BrokerError
from broker.heartbeats import all_heartbeats, is_fresh, is_of_this_machine, is_well
from broker.judging import RequestPublisher
from broker.settings import BrokerSettings
from launcher.configuration import Unavailable, nats_url
from migrations.upgrade import DatabaseNotReady, current_revision, head_revision, require_current
from models.database_settings import DatabaseSettings
from models.messages import Heartbeat


async def is_alive_here(broker: BrokerSettings, kind: str) -> bool:
    """Whether a `bot`, an `engine` or a `trainer` of this very machine (or container) is well; for health checks."""
    try:
        async with connected(nats_url(broker), broker, name="status") as connection:
            beats = await all_heartbeats(connection)
    except (BrokerError, Unavailable):
        return False
    return any(beat.kind == kind and is_of_this_machine(beat) and is_well(beat) for beat in beats)


async def print_status(broker: BrokerSettings, database: DatabaseSettings, *, as_json: bool) -> bool:
    """Prints the state of the whole; gives whether all of it is well."""
    state = await collect(broker, database)
    if as_json:
        typer.echo(msgspec.json.encode(state).decode())
    else:
        _print_table(state)
    return not state["problems"]


async def collect(broker: BrokerSettings, database: DatabaseSettings) -> dict[str, Any]:
    """The state of the whole.

    Returns:
        `queue` (`connected`, `depth`, `limit`), `engines` (a list with `id`, `model_version`, `runtime`, `state`,
        `last_heartbeat` as Unix time, `age` in seconds, `problems` and `notices`), `bot` (`connected`, `processes`),
        `trainers` (as engines, with `detail`: what each is at), `database` (`revision`, `expected`), `problems` (a
        sentence each; empty when all is well).
    """
    problems: list[str] = []
    beats: list[Heartbeat] = []
    depth = None
    try:
        async with connected(nats_url(broker), broker, name="status") as connection:
            beats, depth = await _ask(connection)
    except (BrokerError, Unavailable) as error:
        problems.append(str(error))
    else:
        problems += _problems_of(beats) + _problems_of_queue(depth, broker.queue_limit)
    revision, expected = await asyncio.to_thread(_revisions, database, problems)
    return {
        "queue": {"connected": depth is not None, "depth": depth, "limit": broker.queue_limit},
        "engines": [_describe(beat) for beat in beats if beat.kind == "engine"],
        "bot": {
            "connected": any(beat.kind == "bot" and is_well(beat) for beat in beats),
            "processes": [_describe(beat) for beat in beats if beat.kind == "bot"],
        },
        "trainers": [_describe(beat) | {"detail": beat.detail} for beat in beats if beat.kind == "trainer"],
        "database": {"revision": revision, "expected": expected},
        "problems": problems,
    }


async def _ask(connection: Broker) -> tuple[list[Heartbeat], int]:
    return await all_heartbeats(connection), await RequestPublisher(connection).depth()


def _problems_of(beats: list[Heartbeat]) -> list[str]:
    engines = [beat for beat in beats if beat.kind == "engine"]
    bots = [beat for beat in beats if beat.kind == "bot"]
    problems = []
    if not engines:
        problems.append("No engine is alive: start one with `poster-judge engine serve`.")
    # A silent engine beside others was replaced; silence of all of them is what matters.
    problems += _problems_of_each("engine", [beat for beat in engines if is_fresh(beat)] or engines)
    if not bots:
        problems.append("No bot is alive: start one with `poster-judge bot`.")
    # No trainer need be there while no run is asked for.
    trainers = [beat for beat in beats if beat.kind == "trainer"]
    return problems + _problems_of_each("bot", bots) + _problems_of_each("trainer", trainers)


def _problems_of_each(kind: str, beats: list[Heartbeat]) -> list[str]:
    problems = []
    for beat in beats:
        who = f"The {kind} {beat.id}" if len(beats) > 1 else f"The {kind}"
        if not is_fresh(beat):
            problems.append(
                f"{who} has not been heard of for {_age(beat):.0f} s: it is stopped, or cut off from the queue."
            )
        elif beat.problems:
            # Each is a sentence about the only process, unless there are several.
            problems += [f"{beat.id}: {problem}" if len(beats) > 1 else problem for problem in beat.problems]
        elif beat.state != "ready":
            problems.append(f"{who} is {beat.state}.")
    return problems


def _problems_of_queue(depth: int, limit: int) -> list[str]:
    return [f"The queue is full: {depth} posters wait, and more are refused."] if depth >= limit else []


def _age(beat: Heartbeat) -> float:
    return max(time.time() - beat.at, 0.0)


def _describe(beat: Heartbeat) -> dict[str, Any]:
    return {
        "id": beat.id,
        "model_version": beat.model_version,
        "runtime": beat.runtime,
        "state": beat.state,
        "last_heartbeat": beat.at,
        "age": round(_age(beat), 3),
        "problems": list(beat.problems),
        "notices": list(beat.notices),
    }


def _revisions(settings: DatabaseSettings, problems: list[str]) -> tuple[str | None, str]:
    expected = head_revision()
    revision = None
    try:
        revision = current_revision(settings.url())
        require_current(settings.url())
    except DatabaseNotReady as error:
        problems.append(str(error))
    return revision, expected


def _print_table(state: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    queue, database = state["queue"], state["database"]
    waiting = f"{queue['depth']} of at most {queue['limit']} waiting"
    table.add_row("Queue", waiting if queue["connected"] else "[red]out of reach")
    for engine in state["engines"]:
        seen = f"{engine['state']}, seen {engine['age']:.0f} s ago"
        table.add_row("Engine", f"{engine['model_version']} on {engine['runtime']}: {seen}")
        for notice in engine["notices"]:
            table.add_row("", f"[yellow]{notice}")
    for process in state["bot"]["processes"]:
        table.add_row("Bot", f"{process['state']}, seen {process['age']:.0f} s ago")
    for trainer in state["trainers"]:
        table.add_row("Trainer", f"{trainer['state']}, {trainer['detail']}, seen {trainer['age']:.0f} s ago")
    table.add_row("Database", f"revision {database['revision']} (expected {database['expected']})")
    console = Console()
    console.print(table)
    for problem in state["problems"]:
        console.print(f"[red]{problem}")
    if not state["problems"]:
        console.print("[green]All is well.")
