import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from model_engine.datasets.cleaning import Cleaned, Reason, Rules, clean, missing_values
from model_engine.datasets.copying import write_copy
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.looking import Look, look_at_pictures
from model_engine.datasets.manifest import DatasetError, typed
from model_engine.datasets.writing_cleaned import write_in_place, write_new
from tests.model_engine.datasets.drawn import drawn_dataset, drawn_poster


def cleaned(dataset: Dataset, **rules: object) -> Cleaned:
    return clean(dataset, look_at_pictures(dataset, processes=1), Rules(**rules))


def why(result: Cleaned) -> dict[str, tuple[str, str]]:
    return {row.id: (row.reason, row.detail) for row in result.dropped.itertuples()}


def test_each_poster_that_goes_is_listed_with_the_reason(tmp_path: Path) -> None:
    shared = drawn_poster(100)
    dataset = drawn_dataset(
        tmp_path,
        [
            {"id": "good"},
            {"id": "nameless", "genres": None, "score": None},
            {"id": "unknown", "genres": "Talk-Show"},
            {"id": "never-fetched", "image": None},
            {"id": "gone", "image": "images/gone.png"},
            {"id": "blank"},
            {"id": "wide"},
            {"id": "copy", "votes": 5},
            {"id": "original", "votes": 50},
            {"id": "darker", "votes": 20},
        ],
        {
            "blank": Image.new("RGB", (40, 60), "grey"),
            "wide": drawn_poster(7, width=60, height=40),
            "original": shared,
            "copy": shared,
            "darker": shared.point(lambda value: int(value * 0.95)),
        },
    )
    (tmp_path / "images" / "torn.png").write_bytes((tmp_path / "images" / "good.png").read_bytes()[:60])
    torn = dataset.table.assign(image=dataset.table["image"].replace("images/gone.png", "images/torn.png"))

    result = cleaned(Dataset(tmp_path, torn))

    assert result.kept.ids == ("good", "original")
    reasons = why(result)
    assert reasons.pop("gone")[0] == Reason.UNREADABLE
    assert reasons == {
        "nameless": (Reason.MISSING, "genres, score"),
        "unknown": (Reason.MISSING, "genres"),
        "never-fetched": (Reason.MISSING, "image"),
        "blank": (Reason.BLANK, ""),
        "wide": (Reason.NOT_PORTRAIT, "60 × 40"),
        "copy": (Reason.SAME, "of original"),
        "darker": (Reason.ALIKE, "of original"),
    }
    assert result.unknown_genres == {"Talk-Show": 1}
    assert sum(result.counts().values()) == 8
    assert missing_values(dataset.table)["genres"] == 1


def test_a_picture_under_many_films_is_a_placeholder_and_under_one_film_a_copy(tmp_path: Path) -> None:
    stand_in, poster = drawn_poster(1), drawn_poster(2)
    rows = [{"id": f"film{number}", "title": f"Film {number}", "year": 1990} for number in range(3)]
    rows += [{"id": f"same{number}", "title": "The Same", "year": 1990} for number in range(3)]
    pictures = {str(row["id"]): stand_in if "film" in str(row["id"]) else poster for row in rows}

    result = cleaned(drawn_dataset(tmp_path, rows, pictures))

    assert result.kept.ids == ("same0",)
    assert result.counts()[Reason.PLACEHOLDER] == 3
    assert why(result)["film0"][1] == "stands for 3 films"


def test_rules_that_are_not_asked_for_do_not_drop(tmp_path: Path) -> None:
    poster = drawn_poster(3)
    dataset = drawn_dataset(
        tmp_path,
        [{"id": "a", "score": None}, {"id": "b"}, {"id": "wide"}, {"id": "never-fetched", "image": None}],
        {"a": poster, "b": poster.point(lambda value: int(value * 0.95)), "wide": drawn_poster(4, width=60)},
    )

    result = cleaned(dataset, required=("genres",), portrait=False, bits=None)

    assert result.kept.ids == dataset.ids


def test_an_unknown_genre_goes_and_the_known_ones_stay(tmp_path: Path) -> None:
    result = cleaned(drawn_dataset(tmp_path, [{"genres": "Adult|Drama|Talk-Show|Comedy"}]))

    assert result.kept.table["genres"].to_list() == ["Drama|Comedy"]
    assert result.unknown_genres == {"Adult": 1, "Talk-Show": 1}


def test_the_list_of_dropped_posters_grows_over_several_cleanings(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path, [{"id": "a", "genres": None}, {"id": "b", "score": None}, {"id": "c"}])

    write_in_place(cleaned(dataset, required=("genres",)))
    path = write_in_place(cleaned(Dataset.open(tmp_path)))

    assert pd.read_csv(path)[["id", "votes", "detail"]].to_numpy().tolist() == [["a", 10, "genres"], ["b", 10, "score"]]
    assert Dataset.open(tmp_path).ids == ("c",)
    assert len(list((tmp_path / "images").iterdir())) == 3


def test_a_new_folder_holds_what_stays_and_an_interrupted_run_leaves_no_trace(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": "a", "score": None}, {"id": "b"}])
    write_new(cleaned(dataset), tmp_path / "to")
    (tmp_path / "to" / "manifest.csv").unlink()

    listed = write_new(cleaned(dataset, required=("genres",)), tmp_path / "to")

    assert Dataset.open(tmp_path / "to").ids == ("a", "b")
    assert pd.read_csv(listed).empty
    with pytest.raises(DatasetError, match="a data set already"):
        write_new(cleaned(dataset), tmp_path / "to")


def test_what_a_filter_leaves_out_is_listed_too(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path, [{"id": "a"}, {"id": "b", "score": None}, {"id": "c"}])

    result = cleaned(dataset.select([1, 2])).beside(dataset)

    assert result.kept.ids == ("c",)
    assert why(result) == {"a": (Reason.FILTERED, ""), "b": (Reason.MISSING, "score")}


def test_a_copy_has_the_same_pictures_and_is_named_by_ids_however_odd(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": "a"}, {"id": "b"}])
    odd = dataset.table.assign(id=["../a/b#c", "b"])
    (tmp_path / "from" / "images" / "b.png").unlink()

    lost = write_copy(dataclasses.replace(dataset, table=odd), tmp_path / "to")

    copy = Dataset.open(tmp_path / "to")
    assert copy.ids == ("../a/b#c", "b")
    assert copy.read(0).tobytes() == dataset.read(0).tobytes()
    assert lost == ["b"]
    assert copy.table["image"].isna().to_list() == [False, True]
    assert sorted(path.parent.name for path in (tmp_path / "to").rglob("*.png")) == ["images"]


looks = st.builds(
    Look,
    width=st.integers(1, 3),
    height=st.integers(1, 3),
    digest=st.sampled_from("abcdefgh"),
    hash=st.none() | st.integers(0, 2**10),
    grey=st.sampled_from([bytes(range(256)), bytes(reversed(range(256)))]),
    fault=st.none() | st.just("It is torn."),
)
rows = st.fixed_dictionaries(
    {
        "image": st.none() | st.just("images/x.png"),
        "genres": st.sampled_from([None, "Drama", "Adult", "Drama|Adult"]),
        "title": st.sampled_from([None, "One", "Two", "Three"]),
        "score": st.none() | st.floats(0, 10),
        "votes": st.none() | st.integers(0, 9),
    }
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(films=st.lists(st.tuples(rows, looks), min_size=1, max_size=12), bits=st.none() | st.integers(0, 8))
def test_no_poster_is_lost_and_cleaning_again_drops_nothing(
    films: list[tuple[dict[str, object], Look]], bits: int | None
) -> None:
    dataset = Dataset(Path(), typed(pd.DataFrame([{"id": str(n), **row} for n, (row, _) in enumerate(films)])))
    seen = [look for _, look in films]

    result = clean(dataset, seen, Rules(bits=bits))

    assert sorted([*result.kept.ids, *result.dropped["id"]]) == sorted(dataset.ids)
    assert list(result.kept.ids) == sorted(result.kept.ids, key=int)
    assert sum(result.counts().values()) == len(result.dropped)
    assert not result.kept.table[["image", "genres", "score"]].isna().to_numpy().any()
    kept_looks = [seen[int(name)] for name in result.kept.ids]
    assert len({look.digest for look in kept_looks}) == len(kept_looks)
    assert clean(result.kept, kept_looks, Rules(bits=bits)).kept.ids == result.kept.ids
