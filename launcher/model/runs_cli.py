"""The commands below `model` that are about retraining."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from broker.errors import BrokerError
from broker.settings import BrokerSettings
from launcher.configuration import Unavailable, nats_url, one_line_errors
from launcher.model.operator import expected_errors, operator
from launcher.opened_database import opened_database
from models.learning_recipes import LearningRecipe
from models.settings import load

if TYPE_CHECKING:
    from models.tables import TrainingRun

MOST_RUNS: Final = 20

RECIPE_HELP: Final = "How it learns. heads: the champion's heads, all else stays; deeper: its network's last stage too."

NO_QUEUE: Final = "No queue is running, so the trainers are told when the bot starts."


def retrain(
    recipe: Annotated[LearningRecipe, typer.Option(help=RECIPE_HELP)] = LearningRecipe.HEADS,
    epochs: Annotated[int | None, typer.Option(min=1, max=1000, help="Passes over the posters.")] = None,
    note: Annotated[str, typer.Option(help="What for, in your own words.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Stand in line if another run is under way.")] = False,
    follow: Annotated[bool, typer.Option(help="Show how it goes until its end; Ctrl-C ends only the showing.")] = True,
) -> None:
    """Have a version trained on the corrections; a trainer does it (`poster-judge trainer`, or `up`)."""
    from bot.versions.retraining import Wish, ask

    wish = Wish(operator(), recipe, epochs, note)

    async def run() -> bool:
        async with opened_database() as database:
            asked = await ask(database, wish, wait=wait)
            typer.echo(f"Run {asked.id} is {asked.state}.")
            await _request(asked)
            if not follow:
                return True
            from launcher.model.following import follow_run

            return await follow_run(database, asked.id)

    with one_line_errors(), expected_errors():
        try:
            well = asyncio.run(run())
        except KeyboardInterrupt:
            typer.echo("It goes on; `poster-judge model runs` says how far it is.")
            raise typer.Exit(0) from None
    raise typer.Exit(0 if well else 1)


def runs() -> None:
    """List the latest runs, and how far each is."""
    from launcher.model.tables import runs_table

    async def run() -> "list[TrainingRun]":
        from models.repositories import TrainingRunRepository

        async with opened_database() as database, database.reading() as session:
            return list(await TrainingRunRepository(session).latest(MOST_RUNS))

    with one_line_errors():
        found = asyncio.run(run())
    if not found:
        typer.echo("No run was ever asked for: `poster-judge model retrain` does.")
        return
    Console().print(runs_table(found))


def compare(
    version: Annotated[str, typer.Argument(help="Its name.")],
    other: Annotated[str | None, typer.Argument(help="Another one; as it comes, the champion before it.")] = None,
) -> None:
    """Print what runs measured of two versions, figure by figure and genre by genre."""
    from bot.versions.comparing import NotCompared, UnknownVersion, compared
    from launcher.model.tables import print_beside, print_report
    from models.run_reports import RunReport

    async def run() -> RunReport | tuple[RunReport, RunReport]:
        async with opened_database() as database:
            return await compared(database, version, other)

    with one_line_errors():
        try:
            found = asyncio.run(run())
        except UnknownVersion as error:
            raise Unavailable(f"{error} `poster-judge model runs` lists what each run made.") from None
        except NotCompared as error:
            raise Unavailable(str(error)) from None
        if isinstance(found, tuple):
            print_beside(*found)
        else:
            print_report(found)


def cancel(run_id: Annotated[int | None, typer.Argument(help="As it comes, the one under way.")] = None) -> None:
    """End a run; the champion stays."""
    from bot.versions.retraining import cancel as end

    async def run() -> int:
        async with opened_database() as database:
            return (await end(database, operator(), run_id)).id

    with one_line_errors(), expected_errors():
        typer.echo(f"Run {asyncio.run(run())} is cancelled.")


async def _request(run: "TrainingRun") -> None:
    """Tells the trainers at once; where no queue runs, the bot does it when it starts."""
    from bot.versions.retraining import request
    from broker.connection import connected

    settings = load(BrokerSettings)
    try:
        async with connected(nats_url(settings), settings, name="model") as broker:
            await request(broker, run)
    except (BrokerError, Unavailable):
        typer.echo(NO_QUEUE, err=True)
