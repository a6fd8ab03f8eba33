"""What a poster looks like in 64 bits."""

import io
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from posters.intake import normalise
from posters.limits import Limits
from posters.perceptual_hash import ALIKE, perceptual_hash


def drawn(seed: int, size: tuple[int, int] = (200, 300)) -> Image.Image:
    """A poster of coarse shapes, as members' posters have them."""
    chance = random.Random(seed)
    picture = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, w, h = (chance.random() for _ in range(4))
        corners = (x * size[0], y * size[1], (x + w / 2) * size[0] + 1, (y + h / 2) * size[1] + 1)
        chance.choice((draw.ellipse, draw.rectangle))(corners, fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def apart(one: Image.Image, other: Image.Image) -> int:
    first, second = perceptual_hash(one), perceptual_hash(other)
    assert first is not None
    assert second is not None
    return ((first ^ second) & (2**64 - 1)).bit_count()


def saved(picture: Image.Image, image_format: str, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, image_format, quality=quality)
    return file.getvalue()


@pytest.mark.parametrize("seed", range(5))
def test_copies_look_alike(seed: int) -> None:
    picture = drawn(seed)
    copies = [
        picture.resize((120, 180), Image.Resampling.LANCZOS),
        picture.resize((400, 600), Image.Resampling.BICUBIC),
        Image.open(io.BytesIO(saved(picture, "JPEG", 40))),
        Image.open(io.BytesIO(saved(picture, "WEBP", 50))),
        ImageEnhance.Brightness(picture).enhance(0.9),
    ]
    assert all(apart(picture, copy) <= ALIKE for copy in copies)


def test_other_posters_do_not() -> None:
    pictures = [drawn(seed) for seed in range(20)]
    assert all(apart(one, other) > ALIKE for one in pictures for other in pictures if one is not other)


@pytest.mark.parametrize("colour", ["black", "white", "teal"])
def test_blank_pictures_look_like_nothing(colour: str) -> None:
    noise = np.random.default_rng(1).integers(-2, 3, (300, 200, 3))
    blank = np.asarray(Image.new("RGB", (200, 300), colour)).astype(int) + noise
    assert perceptual_hash(Image.fromarray(blank.clip(0, 255).astype(np.uint8))) is None


@given(st.integers(0, 2**32), st.integers(20, 300), st.integers(20, 300))
def test_every_hash_fits_a_database_and_is_always_the_same(seed: int, width: int, height: int) -> None:
    picture = drawn(seed, (width, height))
    value = perceptual_hash(picture)
    assert value == perceptual_hash(picture.copy())
    assert value is None or -(2**63) <= value < 2**63


def test_the_intake_tells_what_a_poster_looks_like() -> None:
    picture = drawn(1)
    jpeg = normalise(saved(picture, "JPEG", 95), Limits())
    webp = normalise(saved(picture.resize((180, 270)), "WEBP", 80), Limits())
    assert jpeg.sha256 != webp.sha256
    assert jpeg.perceptual_hash is not None
    assert webp.perceptual_hash is not None
    assert ((jpeg.perceptual_hash ^ webp.perceptual_hash) & (2**64 - 1)).bit_count() <= ALIKE
