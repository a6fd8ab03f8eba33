"""A recipe: everything that a version is made from except the posters, as one small file of numbers."""

from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

from model_engine.errors import EngineError
from model_engine.preprocessing import Preprocessing

DEFAULT_RECIPE: Final = "efficientnet-lite0-features"
"""Gives the version that ships."""


class RecipeError(EngineError):
    """There is no such recipe, or its file cannot be used; the message says which there are."""


class HeadRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one linear head is fitted."""

    epochs: int
    """At most; the epoch with the least validation loss is kept."""
    batch: int
    """Posters per step."""
    learning_rate: float
    """Adam's first; it falls to zero along a half cosine."""
    weight_decay: float
    """Times half the squared weights of standardised features, added to the loss per poster."""
    dropout: float
    """Share of features left out in each step, 0 to below 1."""
    patience: int
    """Epochs without a better validation loss before fitting stops."""


class ScoreTargets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an IMDb score becomes a target over the bins."""

    spread: float
    """Standard deviation of its Gaussian, in points."""
    half_weight_votes: float
    """Votes at which a score weighs half of what a score with endless votes does."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`model_engine/recipes/<name>.toml`."""

    name: str
    version: str
    """Name of the version that it makes."""
    backbone: str
    """A key of `networks.judge_network.BACKBONES`."""
    seed: int
    input: Preprocessing
    genre_head: HeadRecipe
    score_head: HeadRecipe
    score_targets: ScoreTargets
    least_support: int = 150
    """Posters over all splits from which a genre is judged."""

    def changed(self, *, epochs: int | None, batch: int | None, seed: int | None) -> "Recipe":
        """This recipe with what the command line overrides in both heads; None leaves a value alone."""
        given = {"epochs": epochs, "batch": batch}
        heads = {name: value for name, value in given.items() if value is not None}
        return msgspec.structs.replace(
            self,
            genre_head=msgspec.structs.replace(self.genre_head, **heads),
            score_head=msgspec.structs.replace(self.score_head, **heads),
            seed=self.seed if seed is None else seed,
        )


def recipe_names() -> list[str]:
    """Every recipe that ships, sorted."""
    files = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))


def read_recipe(name: str) -> Recipe:
    """The recipe of this name.

    Raises:
        RecipeError: there is none, or its file breaks the rules above.
    """
    if name not in recipe_names():
        raise RecipeError(f"There is no recipe {name}; there are: {', '.join(recipe_names())}.")
    data = (_folder() / f"{name}.toml").read_bytes()
    try:
        return msgspec.toml.decode(data, type=Recipe)
    except msgspec.DecodeError as error:
        raise RecipeError(f"The recipe {name} cannot be used: {error}.") from error


def _folder() -> Traversable:
    return resources.files("model_engine") / "recipes"
