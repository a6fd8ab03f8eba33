"""Single values of a recipe by their names: `loss`, `options.dropout`, `phase.learning_rate` (of every phase)."""

import json
from typing import Any

import msgspec

from model_engine.training.recipe import Recipe, RecipeError, read_recipe, recipe_names


def with_values(recipe: Recipe, values: dict[str, Any]) -> Recipe:
    """The recipe with these values.

    Raises:
        RecipeError: there is no such value, or it may not be so.
    """
    content = msgspec.to_builtins(recipe)
    for name, value in values.items():
        *path, last = name.split(".")
        for table in _tables(content, path, name):
            table[last] = value
    try:
        return msgspec.convert(content, Recipe)
    except msgspec.ValidationError as error:
        raise RecipeError(f"The recipe {recipe.name} cannot have these values: {error}.") from error


def options_of(recipe: Recipe) -> str:
    """What `train` is given to get this recipe, as on a command line."""
    if recipe.name not in recipe_names():
        return f"--recipe {recipe.name}.toml"
    shipped = _values(msgspec.to_builtins(read_recipe(recipe.name)))
    changed = {
        name: value for name, value in _values(msgspec.to_builtins(recipe)).items() if value != shipped.get(name)
    }
    words = [f"--recipe {recipe.name}"]
    for name, value in changed.items():
        text = value if isinstance(value, str) else json.dumps(value)
        words.append(f"--set {name}={text}" if text.isprintable() and " " not in text else f"--set '{name}={text}'")
    return " ".join(words)


def _values(content: dict[str, Any]) -> dict[str, Any]:
    """Every value by its name; of phases one, where all have the same."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        if isinstance(value, dict) and value:
            found |= {f"{name}.{inner}": each for inner, each in _values(value).items()}
        elif name == "phase":
            for inner in value[0] if value else ():
                each = [phase[inner] for phase in value]
                found[f"phase.{inner}"] = each[0] if all(one == each[0] for one in each) else each
        else:
            found[name] = value
    return found


def _tables(content: dict[str, Any], path: list[str], name: str) -> list[dict[str, Any]]:
    """The tables that a path leads to: several, where it leads through a list."""
    tables: list[Any] = [content]
    for step in path:
        found = [table[step] for table in tables if isinstance(table, dict) and step in table]
        tables = [entry for each in found for entry in (each if isinstance(each, list | tuple) else [each])]
    if not tables or not all(isinstance(table, dict) for table in tables):
        raise RecipeError(f"A recipe has no value {name}.")
    return tables
