"""Options that several commands share, handed to a command as one value."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from model_engine.command_errors import one_line_errors


def grouped(
    command: Callable[..., None], name: str, options: Callable[..., Any], without: tuple[str, ...] = ()
) -> Callable[..., None]:
    """The command with `options`' parameters in the place of its parameter `name`.

    Args:
        command: takes the value that `options` makes as its keyword `name`.
        name: the parameter that no one sees on the command line.
        options: makes the value; each of its parameters is an option, annotated as Typer wants it.
        without: parameters of `options` that this command does not offer; they keep their defaults.
    """
    shown = {key: value for key, value in inspect.signature(options).parameters.items() if key not in without}

    @functools.wraps(command)
    def filled(**given: Any) -> None:
        told = {key: given.pop(key) for key in shown}
        with one_line_errors():
            value = options(**told)
        command(**given, **{name: value})

    own = inspect.signature(command).parameters
    merged = _in_place(own, name, shown)
    # Typer asks both for what a command takes.
    filled.__signature__ = inspect.Signature(merged)  # type: ignore[attr-defined]
    filled.__annotations__ = {one.name: one.annotation for one in merged}
    return filled


def _in_place(
    own: Mapping[str, inspect.Parameter], name: str, shown: Mapping[str, inspect.Parameter]
) -> list[inspect.Parameter]:
    """All as keywords: an option without default may come after one that has one."""
    merged: list[inspect.Parameter] = []
    for key, parameter in own.items():
        merged += shown.values() if key == name else [parameter]
    return [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in merged]
