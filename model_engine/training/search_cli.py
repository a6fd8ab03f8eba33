"""The commands `cross-validate` and `tune`."""

from pathlib import Path
from typing import Annotated

import typer

from model_engine.command_errors import log_to_stderr, one_line_errors
from model_engine.quiet import quieten_tensorflow
from model_engine.training import options


@options.changing_recipes
def cross_validate(
    data: options.Data,
    out: Annotated[Path, typer.Option(help="Folder for the tables and the figures of each fold.")],
    recipe: options.RecipeName = "efficientnet-lite0-features",
    folds: Annotated[int, typer.Option(min=2, help="How many; the split test is in none of them.")] = 5,
    *,
    changes: options.Changes,
    resume: options.Resume = False,
    mixed_precision: options.MixedPrecision = False,
    cache: options.Cache = None,
) -> None:
    """Train a recipe once per fold and measure it on the posters left out: figures with mean and spread."""
    with one_line_errors():
        log_to_stderr()
        quieten_tensorflow()
        from model_engine.training.cross_validating import cross_validate, mean_and_spread
        from model_engine.training.progress import displayed
        from model_engine.training.tables import fold_table, show_and_write

        chosen = changes.recipe(recipe)
        dataset = options.opened(data, chosen)
        groups = options.groups_of(dataset)
        folder = out / f"cross-validation-{chosen.name}"
        with displayed() as display:
            measured = cross_validate(
                chosen, dataset, groups, folds, folder, options.cache_folder(cache),
                resume=resume, mixed_precision=mixed_precision, telling=display,
            )  # fmt: skip
        show_and_write(fold_table(chosen.name, measured, mean_and_spread(measured)), folder / "folds")


@options.changing_recipes
def tune(
    data: options.Data,
    out: Annotated[Path, typer.Option(help="Folder for the table and the journal, which later runs go on with.")],
    recipe: options.RecipeName = "efficientnet-lite0-features",
    trials: Annotated[int, typer.Option(min=1, help="How many, with those of earlier runs.")] = 20,
    ranges: Annotated[
        Path | None, typer.Option(help="TOML file of ranges; default: the recipe's table [search].")
    ] = None,
    folds: Annotated[int, typer.Option(min=1, help="Folds per trial; 1: the data set's validation split.")] = 1,
    figure: Annotated[str | None, typer.Option(help="What is made large, such as genres.macro_f1.")] = None,
    *,
    changes: options.Changes,
    mixed_precision: options.MixedPrecision = False,
    cache: options.Cache = None,
) -> None:
    """Search a recipe's declared ranges for the best figure; a run that was interrupted goes on by itself."""
    with one_line_errors():
        log_to_stderr()
        quieten_tensorflow()
        from model_engine.training import measuring, tuning
        from model_engine.training.progress import displayed
        from model_engine.training.tables import show_and_write, trial_table
        from model_engine.training.trials import Trials

        chosen = changes.recipe(recipe)
        dataset = options.opened(data, chosen)
        groups = options.groups_of(dataset) if folds > 1 else None
        named = figure or measuring.default_figure(chosen.task)
        with displayed() as display:
            search = Trials(
                dataset=dataset, groups=groups, folds=folds, figure=named, folder=out,
                cache=options.cache_folder(cache), mixed_precision=mixed_precision, telling=display,
            )  # fmt: skip
            wide = chosen.search if ranges is None else tuning.read_ranges(ranges)
            tried = tuning.tune(
                chosen, wide, trials, out / f"tune-{chosen.name}.sqlite3",
                search.fingerprint(chosen, wide), search.measure,
            )  # fmt: skip
        show_and_write(trial_table(chosen.name, named, tried), out / f"tune-{chosen.name}")
    best = " ".join(f"--set {name}={value}" for name, value in tried[0].values.items())
    typer.echo(f"The best: poster-judge train --recipe {recipe} {best}")
