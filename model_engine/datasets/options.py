"""The options that every command on a data set has: which posters it works on, and by which cut a film is good."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from model_engine.option_groups import grouped
from models.scores import GOOD_AT

if TYPE_CHECKING:
    from model_engine.datasets.filters import Filters

MinYear = Annotated[int | None, typer.Option("--min-year", help="Films of this year and later alone.")]
MaxYear = Annotated[int | None, typer.Option("--max-year", help="Films of this year and earlier alone.")]
MinVotes = Annotated[int | None, typer.Option("--min-votes", min=0, help="Films with so many votes at least.")]
Genres = Annotated[
    str,
    typer.Option(
        "--genres",
        metavar="NAMES",
        help="Films with one of these genres at least: Comedy,Horror; or a group: 3 (Comedy, Drama, Action), "
        "7 (those and Animation, Romance, Adventure, Horror), all.",
        show_default=False,
    ),
]
Balance = Annotated[
    bool, typer.Option("--balance", help="As many good films as others in each split, by leaving some out at random.")
]
GoodAt = Annotated[float, typer.Option("--good-at", min=0, max=10, help="Score from which a film is good.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many posters, drawn at random.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed draws the same.")]


def filtered(*, without: tuple[str, ...] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator: the command has these options and takes what they say as `filters`.

    Args:
        without: options that the command does not have, such as `good_at` where a version says it.
    """
    return lambda command: grouped(command, "filters", chosen_filters, without)


def chosen_filters(
    *,
    min_year: MinYear = None,
    max_year: MaxYear = None,
    min_votes: MinVotes = None,
    genres: Genres = "",
    balance: Balance = False,
    good_at: GoodAt = GOOD_AT,
    limit: Limit = None,
    seed: Seed = 0,
) -> "Filters":
    """What the options say, as one value.

    Raises:
        DatasetError: there is no such genre.
    """
    from model_engine.datasets.filters import Filters, genres_named

    return Filters(
        min_year=min_year,
        max_year=max_year,
        min_votes=min_votes,
        genres=genres_named(genres),
        balance=balance,
        good_at=good_at,
        limit=limit,
        seed=seed,
    )
