import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_engine.datasets.dataset import Dataset, Film
from model_engine.datasets.manifest import DatasetError, typed
from models.genres import GENRE_INDEX, GENRES
from tests.model_engine.datasets.drawn import drawn_dataset, drawn_poster


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    rows = [
        {"title": "Alien", "year": 1979, "genres": "Sci-Fi|Horror", "score": 8.5, "votes": 900_000, "split": "train"},
        {"title": None, "genres": None, "score": None, "votes": None, "split": "test"},
        {"title": "Null", "genres": "Reality-TV|Drama", "split": None},
    ]
    return drawn_dataset(tmp_path / "posters", rows)


def test_films_their_genres_and_their_posters_are_listed_with_what_is_missing_left_missing(dataset: Dataset) -> None:
    assert list(dataset.films()) == [
        Film("p0", "Alien", 1979, ("Horror", "Sci-Fi"), 8.5, 900_000),
        Film("p1", None, None, (), None, None),
        Film("p2", "Null", None, ("Drama",), 6.0, 10),
    ]
    assert np.array_equal(np.asarray(dataset.read(2)), np.asarray(drawn_poster(2)))


def test_columns_come_as_arrays_of_one_row_a_poster(dataset: Dataset) -> None:
    assert len(dataset) == 3
    assert dataset.genres.shape == (3, len(GENRES))
    assert dataset.genres.dtype == np.float32
    assert dataset.genres.sum(axis=1).tolist() == [2, 0, 1]
    np.testing.assert_array_equal(dataset.scores, [8.5, np.nan, 6.0])
    np.testing.assert_array_equal(dataset.years, [1979, np.nan, np.nan])
    assert dataset.votes.tolist() == [900_000, 0, 10]
    assert dataset.split.tolist() == ["train", "test", ""]
    assert dataset.supports()["Horror"] == {"train": 1, "validation": 0, "test": 0}
    assert dataset.enough(1).sum() == 3


def test_a_split_that_nobody_is_in_is_said_before_training_starts(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="no poster in the split validation: poster-judge dataset split"):
        dataset.require_splits()


def test_a_poster_that_was_never_fetched_is_said_by_its_id(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path, [{"id": "tt7", "image": None}])

    with pytest.raises(DatasetError, match="tt7 has no picture"):
        dataset.read(0)


def test_the_name_changes_with_labels_pictures_and_order_and_with_nothing_else(dataset: Dataset) -> None:
    name = dataset.name

    assert len(name) == 64
    assert Dataset.open(dataset.folder).name == name
    assert dataset.select([0, 1, 2]).name == name
    assert len({name, dataset.select([1, 0, 2]).name, dataset.select([0, 1]).name}) == 3
    assert Dataset(dataset.folder, dataset.table.assign(score=[8.4, pd.NA, 6.0])).name != name
    drawn_poster(77).save(dataset.folder / "images" / "p1.png")
    assert Dataset.open(dataset.folder).name != name


def test_a_folder_of_zips_with_labels_opens_as_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "posters-0.zip", "w") as archive, archive.open("tt1.webp", "w") as member:
        drawn_poster(1).save(member, "WEBP", lossless=True)
    (tmp_path / "labels.csv").write_text(
        "id,title,year,genres,imdb_score,num_votes,split,width,height,archive\n"
        "tt1,A film,,Drama,7.1,12,train,40,60,posters-0.zip\n"
    )

    dataset = Dataset.open(tmp_path)

    assert list(dataset.films()) == [Film("tt1", "A film", None, ("Drama",), 7.1, 12)]
    assert np.array_equal(np.asarray(dataset.read(0)), np.asarray(drawn_poster(1)))


cells = st.lists(st.sampled_from([*GENRES, "Reality-TV", "Adult", ""]), max_size=6).map("|".join)


@settings(deadline=None)
@given(genres=st.lists(st.none() | cells, min_size=1, max_size=20), data=st.data())
def test_genres_are_those_of_the_vocabulary_and_rows_that_are_selected_keep_theirs(
    genres: list[str | None], data: st.DataObject
) -> None:
    table = typed(
        pd.DataFrame({"id": [f"p{row}" for row in range(len(genres))], "genres": pd.Series(genres, dtype=object)})
    )
    dataset = Dataset(Path("nowhere"), table)
    rows = data.draw(st.lists(st.integers(0, len(genres) - 1), unique=True))
    selected = dataset.select(rows)

    for cell, film, marks in zip(genres, dataset.films(), dataset.genres, strict=True):
        expected = sorted({GENRE_INDEX[name] for name in (cell or "").split("|") if name in GENRE_INDEX})
        assert np.flatnonzero(marks).tolist() == expected
        assert film.genres == tuple(GENRES[index] for index in expected)
    assert selected.ids == tuple(dataset.ids[row] for row in rows)
    assert np.array_equal(selected.genres, dataset.genres[rows])
