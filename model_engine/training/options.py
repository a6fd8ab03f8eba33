"""The options that the training commands share, and the recipe that they make."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from model_engine.datasets import options as posters
from model_engine.option_groups import grouped
from model_engine.settings import EngineSettings
from models.settings import load

if TYPE_CHECKING:
    import numpy as np

    from model_engine.datasets.dataset import Dataset
    from model_engine.datasets.filters import Filters
    from model_engine.training.recipe import Recipe

DEFAULT: Final = "default: the recipe's"

Data = Annotated[Path, typer.Option(help="A data set's folder.")]
RecipeName = Annotated[str, typer.Option(help="A recipe's name, see `recipes`; or a file of your own, *.toml.")]
Epochs = Annotated[int | None, typer.Option("--epochs", "-e", min=1, help=f"At most, in each phase; {DEFAULT}.")]
Batch = Annotated[int | None, typer.Option("--batch", "-b", min=1, help=f"Posters per step; {DEFAULT}.")]
TaskOption = Annotated[
    str | None,
    typer.Option("--task", metavar="both|genres|verdict|classes", help=f"What is learnt; {DEFAULT}."),
]
Weights = Annotated[str | None, typer.Option(metavar="imagenet|none|PATH", help=f"What it starts from; {DEFAULT}.")]
Ratio = Annotated[
    int | None, typer.Option(min=10, max=400, help="Input size in percent of 182x268; default: the recipe's size.")
]
Seed = Annotated[int | None, typer.Option(min=0, help=f"Of all that is drawn at random; {DEFAULT}.")]
Values = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Any value of the recipe: phase.learning_rate=3e-4, loss=focal."),
]
Cache = Annotated[
    Path | None,
    typer.Option(help="Where prepared pictures and features are kept; default: features below the data directory."),
]
MixedPrecision = Annotated[bool, typer.Option("--mixed-precision", help="Compute in float16; faster on most GPUs.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says of a recipe; see `Recipe.changed` for the last four."""

    filters: "Filters"
    values: dict[str, Any]
    """By the recipe's own names, such as `phase.learning_rate`."""
    epochs: int | None
    batch: int | None
    ratio: int | None
    seed: int | None

    def recipe(self, name: str, version: str | None = None) -> "Recipe":
        """The recipe so named, with these changes.

        Raises:
            RecipeError: there is no such recipe, or a value may not be so.
        """
        from model_engine.training.recipe import read_recipe
        from model_engine.training.recipe_values import with_values

        recipe = read_recipe(name)
        told = msgspec.structs.asdict(msgspec.structs.replace(self.filters, seed=self.seed or 0))
        defaults = msgspec.structs.asdict(type(self.filters)())
        on_top = {field: value for field, value in told.items() if value != defaults[field]}
        return with_values(recipe, self.values).changed(
            filters=msgspec.structs.replace(recipe.filters, **on_top),
            epochs=self.epochs, batch=self.batch, ratio=self.ratio, seed=self.seed, version=version,
        )  # fmt: skip


def changing_recipes(command: Callable[..., None]) -> Callable[..., None]:
    """A decorator: the command has the options that change a recipe, and takes what they say as `changes`."""
    return posters.filtered(without=("seed",))(grouped(command, "changes", _changes))


def _changes(
    *,
    filters: "Filters",
    epochs: Epochs = None,
    batch: Batch = None,
    task: TaskOption = None,
    weights: Weights = None,
    ratio: Ratio = None,
    values: Values = None,
    seed: Seed = None,
) -> Changes:
    given = dict(_value(text) for text in values or [])
    given |= {name: value for name, value in (("task", task), ("weights", weights)) if value is not None}
    return Changes(filters=filters, values=given, epochs=epochs, batch=batch, ratio=ratio, seed=seed)


def opened(data: Path, recipe: "Recipe") -> "Dataset":
    """The posters that the recipe is meant for.

    Raises:
        DatasetError: the folder is no data set, or no poster is left.
    """
    from model_engine.datasets.dataset import Dataset

    return recipe.filters.apply(Dataset.open(data))


def groups_of(dataset: "Dataset") -> "np.ndarray":
    """(N,) int, equal for near duplicates, which must not be on both sides of a fold.

    Raises:
        DatasetError: a process came to a sudden end.
    """
    from model_engine.datasets.alike import groups_of_alike
    from model_engine.datasets.looking import look_at_pictures
    from model_engine.datasets.progress_bar import progress_bar

    with progress_bar("pictures looked at") as progress:
        return groups_of_alike(look_at_pictures(dataset, None, progress))


def cache_folder(given: Path | None) -> Path:
    """Where prepared pictures and features are kept."""
    return given or load(EngineSettings).data_dir / "features"


def _value(text: str) -> tuple[str, Any]:
    """A name and its value: a number, true or false, a list in brackets, or else the words."""
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--set wants NAME=VALUE. Received: {text}")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value
