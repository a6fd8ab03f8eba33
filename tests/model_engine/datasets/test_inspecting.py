from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from model_engine.datasets.cli import app
from model_engine.datasets.inspecting import SHEET_FILE, parts
from model_engine.datasets.segmenting import segment
from models.exit_codes import UNAVAILABLE
from tests.model_engine.datasets.drawn import drawn_poster


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def grainy_disc() -> Image.Image:
    """A red disc on a blue ground, with grain."""
    picture = Image.new("RGB", (80, 120), (30, 60, 140))
    ImageDraw.Draw(picture).ellipse((20, 40, 60, 80), fill=(200, 40, 30))
    grain = np.random.default_rng(1).normal(0, 12, (120, 80, 3))
    return Image.fromarray(np.uint8(np.clip(np.asarray(picture) + grain, 0, 255)))


def test_the_thing_in_the_middle_is_in_front_and_a_region_and_the_grain_is_gone() -> None:
    rows, columns = np.indices((120, 80))
    disc = (rows - 60) ** 2 + (columns - 40) ** 2 <= 20**2

    found = segment(grainy_disc())

    overlap = (found.foreground & disc).sum() / (found.foreground | disc).sum()
    assert overlap > 0.85
    ground, thing = found.regions[:2]
    assert ground.foreground < 0.1
    assert thing.foreground > 0.9
    assert thing.share == pytest.approx(disc.mean(), rel=0.1)
    assert int(thing.colour[1:3], 16) > 150 > int(ground.colour[1:3], 16)
    assert disc[round(thing.centre[1]), round(thing.centre[0])]
    assert found.denoised[:30].std(axis=(0, 1)).max() < found.original[:30].std(axis=(0, 1)).min() / 2


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 99), width=st.integers(16, 60), height=st.integers(16, 60), blank=st.booleans())
def test_any_picture_comes_apart_into_parts_that_make_it_whole(seed: int, width: int, height: int, blank: bool) -> None:
    poster = Image.new("RGB", (width, height), "teal") if blank else drawn_poster(seed, width=width, height=height)

    found = segment(poster)

    shares = [region.share for region in found.regions]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert sorted(set(found.labels.ravel().tolist())) == [region.number for region in found.regions]
    cut = parts(found)
    assert (cut["foreground"][..., 3] + cut["background"][..., 3] == 255).all()
    assert not (blank and found.foreground.any())


def test_a_poster_gets_a_picture_of_each_part_and_a_sheet(tmp_path: Path) -> None:
    grainy_disc().save(tmp_path / "a $name^ 映画.png")

    result = run("inspect", tmp_path / "a $name^ 映画.png", "--out", tmp_path / "out")

    assert result.exit_code == 0
    assert "in front" in result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("background.png", "denoised.png", "foreground.png", "mask.png", "original.png", "regions.png"),
        SHEET_FILE,
    ]
    with Image.open(tmp_path / "out" / SHEET_FILE) as sheet, Image.open(tmp_path / "out" / "foreground.png") as front:
        assert sheet.width > 1000
        assert (front.mode, front.size) == ("RGBA", (80, 120))


def test_what_is_no_poster_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no picture")

    Image.new("RGB", (3000, 60)).save(tmp_path / "line.png")

    for name, words in (
        ("words.png", "is no picture"),
        ("none.png", "cannot be read: No such file"),
        ("line.png", "A picture of 3000 × 60 pixels is too small, or too narrow"),
    ):
        result = run("inspect", tmp_path / name, "--out", tmp_path / "out")
        assert result.exit_code == UNAVAILABLE
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
    (tmp_path / "file").touch()
    grainy_disc().save(tmp_path / "disc.png")
    assert "cannot be written" in run("inspect", tmp_path / "disc.png", "--out", tmp_path / "file").stderr
