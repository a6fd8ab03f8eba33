from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.filters import GENRE_GROUPS, Filters, genres_named
from model_engine.datasets.manifest import DatasetError, typed
from models.genres import GENRES

films = st.fixed_dictionaries(
    {
        "year": st.none() | st.integers(1990, 2000),
        "score": st.none() | st.sampled_from([2.0, 5.5, 6.9, 7.0, 8.5]),
        "votes": st.none() | st.integers(0, 20),
        "genres": st.none() | st.lists(st.sampled_from(GENRES[:5]), min_size=1, max_size=3, unique=True).map("|".join),
        "split": st.sampled_from([None, "train", "validation", "test"]),
    }
)
datasets = st.lists(films, min_size=1, max_size=40)
choices = st.fixed_dictionaries(
    {
        "min_year": st.none() | st.integers(1990, 2000),
        "max_year": st.none() | st.integers(1990, 2000),
        "min_votes": st.none() | st.integers(0, 20),
        "genres": st.lists(st.sampled_from(GENRES[:5]), max_size=3).map(tuple),
        "balance": st.booleans(),
        "good_at": st.sampled_from([5.0, 7.0]),
        "limit": st.none() | st.integers(1, 40),
        "seed": st.integers(0, 5),
    }
)


def dataset_of(rows: list[dict[str, object]]) -> Dataset:
    numbered = [{"id": f"p{number}", **row} for number, row in enumerate(rows)]
    return Dataset(Path("nowhere"), typed(pd.DataFrame(numbered, dtype=object)))


def has_all(film: pd.Series, chosen: Filters) -> bool:
    return (
        (chosen.min_year is None or (pd.notna(film["year"]) and film["year"] >= chosen.min_year))
        and (chosen.max_year is None or (pd.notna(film["year"]) and film["year"] <= chosen.max_year))
        and (not chosen.min_votes or (pd.notna(film["votes"]) and film["votes"] >= chosen.min_votes))
        and (
            not chosen.genres
            or (pd.notna(film["genres"]) and bool(set(film["genres"].split("|")) & set(chosen.genres)))
        )
        and (not chosen.balance or pd.notna(film["score"]))
    )


@settings(deadline=None)
@given(rows=datasets, options=choices)
def test_filters_leave_what_fits_in_its_order_and_a_seed_repeats(
    rows: list[dict[str, object]], options: dict[str, object]
) -> None:
    dataset, chosen = dataset_of(rows), Filters(**options)
    fitting = [film["id"] for _, film in dataset.table.iterrows() if has_all(film, chosen)]
    if not fitting:
        with pytest.raises(DatasetError, match="No poster is left"):
            chosen.apply(dataset)
        return
    try:
        left = chosen.apply(dataset)
    except DatasetError:
        # All of one class: nothing can stand against it.
        assert chosen.balance
        return

    places = [fitting.index(poster) for poster in left.ids]
    assert places == sorted(places)
    if not chosen.balance:
        assert len(left) == min(len(fitting), chosen.limit or len(fitting))
    else:
        for split in ("train", "validation", "test", ""):
            good = left.scores[left.rows(split)] >= chosen.good_at
            assert abs(int(good.sum()) - int((~good).sum())) <= (chosen.limit is not None)
    assert chosen.apply(dataset).ids == left.ids


@settings(deadline=None)
@given(counts=st.tuples(*[st.integers(0, 30)] * 3), limit=st.integers(1, 60), seed=st.integers(0, 9))
def test_a_sample_has_each_split_in_proportion(counts: tuple[int, int, int], limit: int, seed: int) -> None:
    names = ("train", "validation", "test")
    rows = [{"split": name} for name, count in zip(names, counts, strict=True) for _ in range(count)]
    if not rows:
        return
    sample = Filters(limit=limit, seed=seed).apply(dataset_of(rows))

    share = min(limit, len(rows)) / len(rows)
    assert len(sample) == min(limit, len(rows))
    assert all(abs(len(sample.rows(name)) - share * count) <= 1 for name, count in zip(names, counts, strict=True))


def test_a_balanced_sample_is_balanced_too() -> None:
    rows = [{"split": "train", "score": 8.0 if number % 4 == 0 else 5.0} for number in range(80)]

    sample = Filters(balance=True, limit=20).apply(dataset_of(rows))

    assert (sample.scores >= 7.0).sum() == 10


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ()),
        ("3", ("Comedy", "Drama", "Action")),
        ("7", ("Comedy", "Drama", "Action", "Animation", "Romance", "Adventure", "Horror")),
        ("all", GENRES),
        ("horror, SCI-FI,", ("Horror", "Sci-Fi")),
    ],
)
def test_genres_are_named_by_group_or_one_by_one_in_any_case(words: str, names: tuple[str, ...]) -> None:
    assert genres_named(words) == names


@given(words=st.text(st.characters(exclude_categories=["Zs", "Cc"], exclude_characters=","), min_size=3, max_size=30))
def test_any_other_words_are_refused_with_the_genres_there_are(words: str) -> None:
    assume(words.casefold() not in {name.casefold() for name in (*GENRES, *GENRE_GROUPS)})

    with pytest.raises(DatasetError, match="there are: Action, Adventure"):
        genres_named(f"Drama,{words}")


def test_a_bound_on_years_leaves_out_films_whose_year_nobody_knows() -> None:
    dataset = dataset_of([{"year": None}, {"year": 1995}])

    assert Filters(min_year=1990).apply(dataset).ids == ("p1",)
    assert Filters().apply(dataset).ids == ("p0", "p1")
    assert np.isnan(Filters().apply(dataset).years[0])
