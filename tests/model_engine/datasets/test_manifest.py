import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_engine.datasets.manifest import (
    COLUMNS,
    DatasetError,
    manifest_in,
    read_manifest,
    typed,
    write_manifest,
    write_parquet,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
WORDS_THAT_LOOK_MISSING = st.sampled_from(["NA", "null", "None", "nan", "N/A", "-1.#IND", "true", "1e5", "007"])


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, object]]:
    words = st.none() | TEXTS | WORDS_THAT_LOOK_MISSING
    values = {
        **dict.fromkeys(("image", "title", "genres", "source", "url"), words),
        "year": st.none() | st.integers(1874, 2100),
        "score": st.none() | st.floats(0, 10),
        "votes": st.none() | st.integers(0, 10**9),
        "split": st.sampled_from([None, "train", "validation", "test"]),
    }
    ids = draw(st.lists(TEXTS | WORDS_THAT_LOOK_MISSING, min_size=1, max_size=6, unique=True))
    return [{"id": name, **draw(st.fixed_dictionaries(values))} for name in ids]


@settings(deadline=None, max_examples=40)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@given(given_rows=rows())
def test_a_manifest_says_when_read_what_it_said_when_written(
    tmp_path_factory: pytest.TempPathFactory, kind: str, given_rows: list[dict[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    table = typed(pd.DataFrame(given_rows, dtype=object))
    if kind == "parquet":
        write_parquet(table, folder / "manifest.parquet")

    path = write_manifest(table, folder)

    assert path.name == f"manifest.{kind}"
    pd.testing.assert_frame_equal(read_manifest(folder), table)
    assert [child.name for child in folder.iterdir()] == [path.name]


def test_columns_that_are_not_there_are_missing_and_others_are_left_out() -> None:
    table = typed(pd.DataFrame({"id": ["a", "b"], "score": ["7.5", ""], "colour": ["red", "blue"]}))

    assert list(table.columns) == list(COLUMNS)
    assert table["score"].to_list() == [7.5, pd.NA]
    assert table["title"].isna().all()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("id,score\na,7\n,8\n", "row 2 has no id"),
        ("id,score\na,7\na,8\n", "the id a is there twice"),
        ("id,score\na,seven\n", "seven"),
        ("id,score\na,11\n", "score"),
        ("id,score\na,inf\n", "score"),
        ("id,votes\na,-1\n", "votes"),
        ("id,year\na,1999.5\n", "year"),
        ("id,split\na,holdout\n", "holdout"),
        ("title\nA film\n", "row 1 has no id"),
        ("", "No columns"),
        ("id\n\xff\n", "utf-8"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_said_in_one_line_with_the_file(tmp_path: Path, lines: str, words: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(lines.encode("latin-1"))

    with pytest.raises(DatasetError, match=re.escape(words)) as error:
        read_manifest(tmp_path)

    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_damaged_parquet_file_and_an_empty_folder_are_said_to_be_so(tmp_path: Path) -> None:
    assert manifest_in(tmp_path) is None
    with pytest.raises(DatasetError, match="There is no data set"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DatasetError, match="cannot be used"):
        read_manifest(tmp_path)


def test_a_manifest_that_cannot_be_written_leaves_the_one_before_it(tmp_path: Path) -> None:
    write_manifest(pd.DataFrame({"id": ["a"]}), tmp_path)

    with pytest.raises(ValueError, match="twice"):
        write_manifest(pd.DataFrame({"id": ["b", "b"]}), tmp_path)

    assert read_manifest(tmp_path)["id"].to_list() == ["a"]
