"""The commands below `model`: which versions there are, which one judges, and how that changes."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broker.errors import BrokerError
from broker.settings import BrokerSettings
from launcher.configuration import Unavailable, nats_url, one_line_errors
from launcher.model import runs_cli
from launcher.model.operator import expected_errors, operator
from launcher.opened_database import opened_database
from models.settings import load
from models.versions import STARTER_VERSION

if TYPE_CHECKING:
    from models.database import Database
    from models.tables import Promotion

model = typer.Typer(help="Versions of the model: retraining, and which one judges.", no_args_is_help=True)
model.command()(runs_cli.retrain)
model.command()(runs_cli.runs)
model.command()(runs_cli.compare)
model.command()(runs_cli.cancel)

SHOWN: Final = 10
"""Changes of the champion that `status` lists."""

NO_QUEUE: Final = "No queue is running, so nothing is known of the engines; `poster-judge up` runs all of it."

Reason = Annotated[str, typer.Option(help="Why; it stays in the log of promotions.")]


@model.command("list")
def list_versions() -> None:
    """List the versions that can be had; the champion is marked."""
    from model_engine.settings import EngineSettings
    from model_engine.version_store import VersionStore

    async def run() -> str:
        from bot.versions.promoting import champion

        async with opened_database() as database:
            return await champion(database)

    with one_line_errors(), expected_errors():
        serving = asyncio.run(run())
        for name in VersionStore.from_settings(load(EngineSettings)).list():
            typer.echo(f"{name}  champion" if name == serving else name)


@model.command()
def show(version: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Print a version's model card; every file of it is checked before."""
    from model_engine.settings import EngineSettings
    from model_engine.version_store import VersionStore
    from model_engine.versions import CARD_FILE

    with one_line_errors(), expected_errors():
        found = VersionStore.from_settings(load(EngineSettings)).load(version)
        typer.echo((found.folder / CARD_FILE).read_text(encoding="utf-8"))


@model.command()
def status() -> None:
    """Say which version is champion, which engines judge with it, who made it so, and what was champion before."""

    async def run() -> "list[Promotion]":
        from models.repositories.promotions import PromotionRepository

        async with opened_database() as database, database.reading() as session:
            return list(await PromotionRepository(session).history(SHOWN))

    with one_line_errors():
        promotions = asyncio.run(run())
        champion = promotions[0].version if promotions else STARTER_VERSION
        typer.echo(f"Champion: {champion}")
        for sentence in asyncio.run(_engines(champion)):
            typer.echo(sentence)
        for promotion in promotions:
            typer.echo(_line(promotion))


@model.command()
def promote(
    version: Annotated[str, typer.Argument(help="Its name.")],
    reason: Reason = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Also against what its run's report says.")] = False,
) -> None:
    """Make a version champion; engines take over within seconds, and no request is dropped."""
    from model_engine.settings import EngineSettings
    from model_engine.version_store import VersionStore

    async def run() -> None:
        from bot.versions.deciding import promote_version

        async with opened_database() as database:
            promotion = await promote_version(database, version, operator(), reason, anyway=anyway)
            typer.echo(f"{promotion.version} is champion now.")
            await _tell(database, promotion.version)

    with one_line_errors(), expected_errors():
        # What cannot be loaded here would be refused by every engine.
        VersionStore.from_settings(load(EngineSettings)).load(version)
        asyncio.run(run())


@model.command()
def rollback(reason: Reason = "") -> None:
    """Make the champion before the present one champion again."""

    async def run() -> None:
        from bot.versions.promoting import roll_back

        async with opened_database() as database:
            promotion = await roll_back(database, operator(), reason)
            typer.echo(f"{promotion.version} is champion again.")
            await _tell(database, promotion.version)

    with one_line_errors(), expected_errors():
        asyncio.run(run())


async def _engines(version: str) -> tuple[str, ...]:
    """Which engines judge with a version, and why others do not."""
    from bot.versions.serving import serving
    from broker.connection import connected
    from broker.heartbeats import all_heartbeats

    settings = load(BrokerSettings)
    try:
        async with connected(nats_url(settings), settings, name="model") as broker:
            return serving(version, await all_heartbeats(broker)).sentences
    except (BrokerError, Unavailable):
        return (NO_QUEUE,)


async def _tell(database: "Database", version: str) -> None:
    """Tells the engines at once, and what they say to it; where no queue runs, the bot does it when it starts."""
    from bot.versions.promoting import tell_engines
    from bot.versions.serving import when_serving
    from broker.connection import connected

    settings = load(BrokerSettings)
    try:
        async with connected(nats_url(settings), settings, name="model") as broker:
            await tell_engines(database, broker, at_once=True)
            for sentence in (await when_serving(broker, version)).sentences:
                typer.echo(sentence)
    except (BrokerError, Unavailable):
        typer.echo("No queue is running, so engines are told when the bot starts.", err=True)


def _line(promotion: "Promotion") -> str:
    what = "back to" if promotion.rollback else "promoted"
    reason = f": {promotion.reason}" if promotion.reason else ""
    return f"  {promotion.created_at:%Y-%m-%d %H:%M} UTC  {what} {promotion.version} by {promotion.operator}{reason}"
