import dataclasses
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.resizing import Size, parse_box, resize
from tests.model_engine.datasets.drawn import drawn_dataset, drawn_poster


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 5000))
def test_a_picture_fits_its_box_keeps_its_proportions_and_never_grows(w: int, h: int, box_w: int, box_h: int) -> None:
    width, height = Size(box=(box_w, box_h)).of(w, h)

    assert 1 <= width <= min(w, box_w)
    assert 1 <= height <= min(h, box_h)
    assert abs(width * h - height * w) <= max(w, h)


@pytest.mark.parametrize(("ratio", "size"), [(30, (12, 18)), (40, (16, 24)), (50, (20, 30)), (100, (40, 60))])
def test_a_ratio_is_a_percentage_of_both_sides(ratio: int, size: tuple[int, int]) -> None:
    assert Size(ratio=ratio).of(40, 60) == size


def test_smaller_pictures_get_a_folder_of_their_own_with_the_same_table(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": "a", "split": "test"}, {"id": "b", "image": None}, {"id": "c"}])
    Image.new("P", (40, 60)).save(tmp_path / "from" / "images" / "c.gif")
    in_zip = io.BytesIO()
    drawn_poster(9).save(in_zip, "JPEG")
    with zipfile.ZipFile(tmp_path / "from" / "more.zip", "w") as archive:
        archive.writestr("d.jpg", in_zip.getvalue())
    table = dataset.table.assign(image=["more.zip#d.jpg", None, "images/c.gif"])

    outcome = resize(dataclasses.replace(dataset, table=table), tmp_path / "to", Size(ratio=50), processes=1)

    small = Dataset.open(tmp_path / "to")
    assert outcome == (2, 0, {})
    assert small.table["image"].fillna("").to_list() == ["images/a.jpg", "", "images/c.png"]
    assert small.read(0).size == small.read(2).size == (20, 30)
    assert small.table.drop(columns="image").equals(dataset.table.drop(columns="image"))


def test_an_interrupted_run_goes_on_and_another_size_is_refused(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": name} for name in "abcd"])
    out = tmp_path / "to"
    resize(dataset, out, Size(box=(20, 20)), processes=1)
    (out / "manifest.csv").unlink()
    (out / "images" / "c.png").unlink()
    kept = (out / "images" / "a.png").stat().st_mtime_ns

    with pytest.raises(DatasetError, match="of another size"):
        resize(dataset, out, Size(ratio=50), processes=1)
    outcome = resize(dataset, out, Size(box=(20, 20)), processes=1)

    assert outcome == (1, 3, {})
    assert (out / "images" / "a.png").stat().st_mtime_ns == kept
    assert Dataset.open(out).read(2).size == (13, 20)
    with pytest.raises(DatasetError, match="a data set already"):
        resize(dataset, out, Size(box=(20, 20)), processes=1)


def test_several_processes_write_the_same_and_a_torn_picture_is_named(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": name} for name in "abc"])
    (tmp_path / "from" / "images" / "b.png").write_bytes(b"torn")

    alone = resize(dataset, tmp_path / "one", Size(ratio=50), processes=1)
    several = resize(dataset, tmp_path / "two", Size(ratio=50), processes=2)

    assert alone == several
    assert list(several.failed) == ["b"]
    assert several.failed["b"] == "images/b.png cannot be read: it is no picture."
    one, two = Dataset.open(tmp_path / "one"), Dataset.open(tmp_path / "two")
    assert one.name == two.name
    assert two.table["image"].isna().to_list() == [False, True, False]


def test_a_picture_that_keeps_its_size_keeps_its_bytes(tmp_path: Path) -> None:
    dataset = drawn_dataset(tmp_path / "from", [{"id": "a"}])

    resize(dataset, tmp_path / "to", Size(ratio=100), processes=1)

    assert (tmp_path / "to/images/a.png").read_bytes() == (tmp_path / "from/images/a.png").read_bytes()


@pytest.mark.parametrize("words", ["", "10", "0x5", "10x", "-1x5", "1e3x5", "9999999x5"])
def test_a_box_that_is_none_is_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(DatasetError, match="no box"):
        parse_box(words)


def test_a_box_is_read_in_any_spelling() -> None:
    assert parse_box("182x268") == parse_box(" 182 × 268 ") == parse_box("182X268") == (182, 268)
