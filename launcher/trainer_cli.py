"""The command `trainer`."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from broker.settings import BrokerSettings
from launcher.configuration import Unavailable, nats_url, one_line_errors
from launcher.opened_database import opened_database
from models.settings import load

UNIT_TIMEOUT: Final = 120.0
"""Seconds for a unit of work: reading all corrections of a large crowd takes a while."""

POLITENESS: Final = 10
"""Steps of nice(2)."""


def trainer(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End as soon as no run is asked for.")] = False,
) -> None:
    """Run a trainer alone: it learns from corrections whenever a run is asked for."""
    from launcher.watchdog import run_watched
    from model_engine.learning.running import NotAvailable, run
    from model_engine.learning.settings import LearningSettings
    from model_engine.settings import EngineSettings
    from posters.settings import PosterSettings

    with one_line_errors():
        broker_settings, settings, posters = load(BrokerSettings), load(EngineSettings), load(PosterSettings)
        learning_settings = load(LearningSettings)

        async def train() -> None:
            async with opened_database(UNIT_TIMEOUT) as database:
                await run(
                    database=database,
                    settings=settings,
                    learning_settings=learning_settings,
                    poster_settings=posters,
                    broker_settings=broker_settings,
                    nats_url=nats_url(broker_settings),
                    golden=golden_posters(),
                    until_idle=until_idle,
                )

        _be_polite()
        try:
            run_watched(train())
        except NotAvailable as error:
            raise Unavailable(str(error)) from None


def _be_polite() -> None:
    """Judging goes first where engine and trainer share a machine, and its GPU: heads are learnt without one."""
    if hasattr(os, "nice"):  # Not on Windows.
        os.nice(POLITENESS)
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def golden_posters() -> Path | None:
    """The sandbox's sample posters, which are in every installation; found without importing it."""
    sandbox = find_spec("sandbox")
    folders = [] if sandbox is None else [Path(place) for place in sandbox.submodule_search_locations or ()]
    return next((path for folder in folders if (path := folder / "samples" / "posters").is_dir()), None)
