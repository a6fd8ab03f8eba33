"""The commands `train` and `recipes`."""

from pathlib import Path
from typing import Annotated

import typer

from model_engine.command_errors import log_to_stderr, one_line_errors
from model_engine.quiet import quieten_tensorflow
from model_engine.training import options
from models.exit_codes import UNAVAILABLE

recipes = typer.Typer(help="What `train` can make.", invoke_without_command=True)


@options.changing_recipes
def train(
    data: options.Data,
    out: Annotated[Path, typer.Option(help="The version's folder is made in here.")],
    recipe: Annotated[
        list[str] | None,
        typer.Option(help="What to make, several times for several; default: efficientnet-lite0-features."),
    ] = None,
    version: Annotated[str | None, typer.Option(help="What the version is called; default: the recipe's.")] = None,
    *,
    changes: options.Changes,
    resume: options.Resume = False,
    mixed_precision: options.MixedPrecision = False,
    cache: options.Cache = None,
    non_posters: Annotated[
        Path | None,
        typer.Option(help="Data set of other pictures, see `dataset non-posters`: the version learns to tell posters."),
    ] = None,
) -> None:
    """Build a version of the model from labelled posters, by each recipe that is named.

    Every epoch leaves a checkpoint: a run that was interrupted goes on with --resume.
    """
    names = recipe or ["efficientnet-lite0-features"]
    if version is not None and len(names) > 1:
        raise typer.BadParameter("--version names one version: give one --recipe with it")
    with one_line_errors():
        log_to_stderr()
        quieten_tensorflow()
        import keras

        from model_engine.datasets.dataset import Dataset
        from model_engine.errors import EngineError
        from model_engine.training.building import train_version
        from model_engine.training.failures import Interrupted
        from model_engine.training.progress import displayed
        from model_engine.versions import check_name

        # All of them are read before the first is trained: a slip in the last costs no night.
        chosen = [changes.recipe(name, version and check_name(version)) for name in names]
        others = None if non_posters is None else Dataset.open(non_posters)
        failed = False
        for one in chosen:
            if resume and (out / one.version).is_dir():
                typer.echo(f"The version {one.version} is there already.")
                continue
            try:
                with displayed() as display:
                    folder = train_version(
                        one, options.opened(data, one), out, options.cache_folder(cache),
                        resume=resume, mixed_precision=mixed_precision, telling=display, non_posters=others,
                    )  # fmt: skip
            except EngineError as error:
                if len(chosen) == 1 or isinstance(error, Interrupted):
                    raise
                failed = True
                typer.echo(f"{one.name}: {error}", err=True)
                continue
            typer.echo(f"The version is in {folder}; look at its MODEL_CARD.md.")
            keras.utils.clear_session()
    raise typer.Exit(UNAVAILABLE if failed else 0)


@recipes.callback()
def list_recipes(context: typer.Context) -> None:
    """List the recipes, each with its network, its task, its input and where it comes from."""
    if context.invoked_subcommand is not None:
        return
    with one_line_errors():
        from rich.console import Console

        from model_engine.training.tables import recipe_table

        Console(highlight=False).print(recipe_table())


@recipes.command()
def preview(
    name: Annotated[str, typer.Argument(help="The recipe.")],
    file: Annotated[Path, typer.Argument(help="A poster.")],
    out: Annotated[Path, typer.Option(help="The picture that is drawn.")] = Path("sheet.png"),
    count: Annotated[int, typer.Option(min=2, max=100, help="Variants, the unchanged input among them.")] = 15,
    seed: options.Seed = None,
) -> None:
    """Draw a sheet of variants of a poster, as the recipe's training sees it; the first is the input itself."""
    with one_line_errors():
        quieten_tensorflow()
        from model_engine.datasets.inspecting import read_poster
        from model_engine.training.augmenting import sheet
        from model_engine.training.recipe import read_recipe

        recipe = read_recipe(name)
        prepared = recipe.input.prepare_image(read_poster(file))
        sheet(prepared, recipe.augmentation, recipe.seed if seed is None else seed, count).save(out)
    said = "" if recipe.augmentation.any else " The recipe changes no picture: all are alike."
    typer.echo(f"The variants are in {out}.{said}")
