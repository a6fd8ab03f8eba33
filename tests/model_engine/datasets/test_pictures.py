import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model_engine.datasets import pictures
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.pictures import Pictures
from tests.model_engine.datasets.drawn import drawn_poster


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def outcome(look: Callable[[], str]) -> str:
    """What was seen, or the beginning of the sentence that refuses it."""
    try:
        return look()
    except DatasetError as error:
        return str(error).split(":")[0]


@pytest.mark.parametrize("image", ["images/a.png", "posters.zip#a.png", "posters.zip#deep/b.png"])
def test_a_picture_is_the_same_out_of_the_folder_and_out_of_a_zip(tmp_path: Path, image: str) -> None:
    poster = drawn_poster(1)
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(encoded(poster, "PNG"))
    with zipfile.ZipFile(tmp_path / "posters.zip", "w") as archive:
        archive.writestr("a.png", encoded(poster, "PNG"))
        archive.writestr("deep/b.png", encoded(poster, "PNG"))

    read = Pictures(tmp_path).read(image)

    assert read.mode == "RGB"
    assert np.array_equal(np.asarray(read), np.asarray(poster))


def test_a_picture_is_seen_upright_and_on_white_as_judged_posters_are(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "turned.jpg").write_bytes(encoded(drawn_poster(1), "JPEG", exif=exif))
    see_through = drawn_poster(2)
    see_through.putalpha(0)
    (tmp_path / "clear.png").write_bytes(encoded(see_through, "PNG"))

    read = Pictures(tmp_path)

    assert read.read("turned.jpg").size == (60, 40)
    assert np.asarray(read.read("clear.png")).min() == 255


@settings(deadline=None, max_examples=200)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]),
    edits=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    end=st.integers(0, 10_000),
)
def test_a_damaged_picture_is_refused_in_a_sentence_or_read(
    tmp_path_factory: pytest.TempPathFactory, kind: str, edits: list[tuple[int, int]], end: int
) -> None:
    content = bytearray(encoded(drawn_poster(3), kind))
    for position, value in edits:
        content[position % len(content)] = value
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.img").write_bytes(content[: end or None])

    assert outcome(lambda: Pictures(folder).read("a.img").mode) in ("RGB", "a.img cannot be read")


@settings(deadline=None, max_examples=200)
@given(edits=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_zip_is_refused_in_a_sentence_or_read(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int]]
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", encoded(drawn_poster(3), "PNG"))
    content = bytearray(target.getvalue())
    for position, value in edits:
        content[position % len(content)] = value
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "posters.zip").write_bytes(content)

    refused = "posters.zip#a.png cannot be read"
    assert outcome(lambda: Pictures(folder).read("posters.zip#a.png").mode) in ("RGB", refused)
    fingerprint = outcome(lambda: Pictures(folder).fingerprint("posters.zip#a.png"))
    assert fingerprint == refused or re.fullmatch(r"[0-9a-f]{8}-\d+", fingerprint)


@pytest.mark.parametrize("image", ["../a.png", "/etc/passwd", "images/../../a.png", "..\\a.png", "../a.zip#a.png"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, image: str) -> None:
    (tmp_path / "a.png").write_bytes(encoded(drawn_poster(1), "PNG"))
    (tmp_path / "inner").mkdir()

    for look in (Pictures(tmp_path / "inner").read, Pictures(tmp_path / "inner").fingerprint):
        with pytest.raises(DatasetError, match="not in the data set's folder"):
            look(image)


@pytest.mark.parametrize(
    "image", ["gone.png", "images", "gone.zip#a.png", "a.png#a.png", "posters.zip#gone.png", "x\0"]
)
def test_a_picture_that_is_not_there_is_said_to_be_so(tmp_path: Path, image: str) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "a.png").write_bytes(encoded(drawn_poster(1), "PNG"))
    with zipfile.ZipFile(tmp_path / "posters.zip", "w") as archive:
        archive.writestr("a.png", b"")

    with pytest.raises(DatasetError, match="cannot be read"):
        Pictures(tmp_path).read(image)


def test_a_picture_of_far_too_many_pixels_or_bytes_is_refused_before_it_takes_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wide.png").write_bytes(encoded(Image.new("1", (9_000, 9_900)), "PNG"))
    with zipfile.ZipFile(tmp_path / "posters.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(3_000_000))
    (tmp_path / "long.png").write_bytes(bytes(3_000_000))
    monkeypatch.setattr(pictures, "MOST_BYTES", 2_000_000)

    with pytest.raises(DatasetError, match="too many pixels"):
        Pictures(tmp_path).read("wide.png")
    for image in ("posters.zip#bomb.png", "long.png"):
        with pytest.raises(DatasetError, match="larger than 2 MB"):
            Pictures(tmp_path).read(image)


def test_another_picture_in_its_place_has_another_fingerprint(tmp_path: Path) -> None:
    for number in (1, 2):
        content = encoded(drawn_poster(number), "PNG")
        (tmp_path / f"{number}.png").write_bytes(content)
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr("a.png", content)
    read = Pictures(tmp_path)

    assert read.fingerprint("1.png") == read.fingerprint("1.png") != read.fingerprint("2.png")
    assert read.fingerprint("1.zip#a.png") != read.fingerprint("2.zip#a.png")
    assert int(read.fingerprint("1.zip#a.png").split("-")[0], 16) == zlib.crc32((tmp_path / "1.png").read_bytes())
