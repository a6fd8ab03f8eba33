"""`poster-judge` and its commands. Each imports what it needs when it runs, so that `--help` is quick."""

import asyncio
import os
from typing import Annotated, Literal

import typer

from broker.settings import BrokerSettings
from launcher.backup.cli import backup, restore
from launcher.configuration import Unavailable, nats_url, one_line_errors
from launcher.feedback_cli import feedback
from launcher.films.cli import imdb
from launcher.logs import LogSettings, configure
from launcher.model.cli import model
from launcher.trainer_cli import trainer
from model_engine.cli import predict
from model_engine.datasets.cli import app as dataset
from model_engine.evaluation.cli import compare, evaluate
from model_engine.training.cli import recipes, train
from model_engine.training.search_cli import cross_validate, tune
from models.database_settings import DatabaseSettings
from models.exit_codes import UNAVAILABLE
from models.settings import load

app = typer.Typer(
    name="poster-judge",
    help="Judges films by their posters, on Discord.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
engine = typer.Typer(help="The model engine.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(engine, name="engine")
app.add_typer(db, name="db")
app.add_typer(imdb, name="imdb")
app.add_typer(feedback, name="feedback")
app.add_typer(dataset, name="dataset")
app.add_typer(model, name="model")
app.add_typer(recipes, name="recipes")


@app.callback()
def _root(context: typer.Context) -> None:
    with one_line_errors():
        settings = load(LogSettings)
        if context.invoked_subcommand == "status":
            # What the connection has to say about itself would only get between the lines.
            settings = settings.model_copy(update={"log_level": "error"})
        configure(settings, context.invoked_subcommand or "poster-judge")
    # What is written, the database with interaction tokens for one, is for nobody else on the machine.
    os.umask(0o077)


@app.command()
def up(
    sandbox_port: Annotated[int, typer.Option(help="Port of the sandbox's page; 0 for any.")] = 8137,
) -> None:
    """Start queue, database, engine and bot, and watch them; without a token, the sandbox too."""
    from launcher.up import run_up

    with one_line_errors():
        asyncio.run(run_up(sandbox_port))


@app.command()
def bot() -> None:
    """Run the bot alone."""
    from bot.running import NotAvailable, run
    from bot.settings import BotSettings
    from launcher.watchdog import run_watched
    from migrations.upgrade import DatabaseNotReady, require_current
    from posters.settings import PosterSettings

    with one_line_errors():
        broker_settings, database_settings = load(BrokerSettings), load(DatabaseSettings)
        settings, poster_settings = load(BotSettings), load(PosterSettings)
        settings.token()  # Asked for first, because nothing else matters without it.
        try:
            require_current(database_settings.url())
            run_watched(
                run(
                    settings=settings,
                    poster_settings=poster_settings,
                    broker_settings=broker_settings,
                    database_settings=database_settings,
                    nats_url=nats_url(broker_settings),
                )
            )
        except (NotAvailable, DatabaseNotReady) as error:
            raise Unavailable(str(error)) from None


@engine.command()
def serve() -> None:
    """Run an engine alone: it pulls posters from the queue and judges them."""
    from launcher.watchdog import run_watched
    from model_engine.serving.running import NotAvailable, run
    from model_engine.settings import EngineSettings
    from posters.settings import PosterSettings

    with one_line_errors():
        broker_settings, settings, poster_settings = load(BrokerSettings), load(EngineSettings), load(PosterSettings)
        try:
            run_watched(
                run(
                    settings=settings,
                    poster_settings=poster_settings,
                    broker_settings=broker_settings,
                    nats_url=nats_url(broker_settings),
                )
            )
        except NotAvailable as error:
            raise Unavailable(str(error)) from None


app.command()(trainer)
app.command()(predict)
app.command()(train)
app.command()(cross_validate)
app.command()(tune)
app.command()(evaluate)
app.command()(compare)
app.command()(backup)
app.command()(restore)


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Serve a local Discord: gateway, REST, CDN, and a page to try the bot on."""
    # Imported and parsed here: no other process needs it, and the bot's image has not all that it imports.
    try:
        from sandbox.cli import serve as serve_sandbox
    except ModuleNotFoundError as error:
        typer.echo(f"The sandbox needs the package {error.name}: pip install 'poster-judge[sandbox]'", err=True)
        raise typer.Exit(UNAVAILABLE) from None
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(serve_sandbox)
    command(args=context.args, prog_name="poster-judge sandbox")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
    here: Annotated[
        Literal["bot", "engine", "trainer"] | None,
        typer.Option(help="Only whether this machine's one is well; for health checks."),
    ] = None,
) -> None:
    """Say what is alive, how long the queue is, and whether the database fits; exit with 1 if anything is wrong."""
    from launcher.status import is_alive_here, print_status

    if here is not None:
        with one_line_errors():
            alive = asyncio.run(is_alive_here(load(BrokerSettings), here))
        raise typer.Exit(0 if alive else 1)
    with one_line_errors():
        healthy = asyncio.run(print_status(load(BrokerSettings), load(DatabaseSettings), as_json=as_json))
    raise typer.Exit(0 if healthy else 1)


@app.command()
def settings() -> None:
    """List every setting with its default and what it does."""
    from launcher.settings_table import markdown_table

    typer.echo(markdown_table())


@db.command()
def upgrade() -> None:
    """Bring the database to this program's revision."""
    from migrations.upgrade import DatabaseNotReady
    from migrations.upgrade import upgrade as migrate

    with one_line_errors():
        try:
            revision = migrate(load(DatabaseSettings).url())
        except DatabaseNotReady as error:
            raise Unavailable(str(error)) from None
    typer.echo(f"The database is at revision {revision}.")
