"""Odd pixel formats come out in the colours that a viewer would show."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from posters.intake import Limits, open_rgb

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")


def shown(picture: Image.Image, source_format: str, **options: object) -> np.ndarray:
    """The pixels that are judged when `picture` is sent."""
    target = io.BytesIO()
    picture.save(target, source_format, **options)
    return np.asarray(open_rgb(target.getvalue(), Limits())).astype(int)


def colour(picture: Image.Image, source_format: str, **options: object) -> tuple[int, ...]:
    """The mean colour that is judged when `picture` is sent."""
    return tuple(int(value) for value in shown(picture, source_format, **options).mean(axis=(0, 1)).round())


def near(found: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 3) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(found, wanted, strict=True))


def plain(mode: str, value: object) -> Image.Image:
    return Image.new(mode, (64, 64), value)


RAMP = np.arange(256, dtype=np.uint16).reshape(1, 256).repeat(64, axis=0)


@pytest.mark.parametrize("source_format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_not_clipped(source_format: str) -> None:
    pixels = shown(Image.fromarray(RAMP * 257), source_format)
    assert np.abs(pixels[..., 0] - RAMP).max() <= 1


def test_a_dark_sixteen_bit_picture_stays_dark() -> None:
    assert near(colour(Image.fromarray(np.full((64, 64), 2570, np.uint16)), "PNG"), (10, 10, 10), 1)


def test_big_endian_sixteen_bit_grey_is_read_right() -> None:
    data = Image.frombytes("I;16B", (256, 64), (RAMP * 257).astype(">u2").tobytes())
    assert np.abs(shown(data, "TIFF")[..., 0] - RAMP).max() <= 1


def test_sixteen_bit_grey_whose_white_is_zero_is_turned_round() -> None:
    pixels = shown(Image.fromarray(RAMP * 257), "TIFF", tiffinfo={262: 0})
    # Pillow writes samples as they are, so that only the tag says which end is white.
    assert np.abs(pixels[..., 0] - (255 - RAMP)).max() <= 1


@pytest.mark.parametrize("top", [1.0, 255.0, 65_535.0, 3e6])
def test_float_grey_is_scaled_from_its_likely_range(top: float) -> None:
    samples = (RAMP / 255 * top).astype(np.float32)
    assert np.abs(shown(Image.fromarray(samples), "TIFF")[..., 0] - RAMP).max() <= 1


def test_what_is_no_number_is_black() -> None:
    samples = np.full((64, 64), 255.0, np.float32)
    samples[:32] = np.nan
    samples[0, 0], samples[0, 1] = np.inf, -np.inf
    pixels = shown(Image.fromarray(samples), "TIFF")
    assert pixels[1:32].max() == 0
    assert pixels[32:].min() == 255


def test_thirty_two_bit_integers_are_scaled() -> None:
    assert np.abs(shown(Image.fromarray((RAMP * 257).astype(np.int32)), "TIFF")[..., 0] - RAMP).max() <= 1


@pytest.mark.parametrize(
    ("ink", "wanted"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 255, 0), (255, 0, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 0, 0), (255, 255, 255)),
    ],
)
@pytest.mark.parametrize("source_format", ["JPEG", "TIFF"])
def test_cmyk_inks_become_their_colours(source_format: str, ink: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert near(colour(plain("CMYK", ink), source_format), wanted)


def test_an_adobe_jpeg_holds_inverted_inks_and_is_read_right() -> None:
    target = io.BytesIO()
    plain("CMYK", (0, 255, 255, 0)).save(target, "JPEG", quality=95)
    assert b"Adobe" in target.getvalue()[:200]
    assert near(colour(plain("CMYK", (0, 255, 255, 0)), "JPEG", quality=95), (255, 0, 0))


def test_cmyk_with_a_profile_that_is_not_for_inks_is_read_by_the_plain_rule() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert near(colour(plain("CMYK", (0, 255, 255, 0)), "JPEG", icc_profile=profile), (255, 0, 0))


def test_an_rgb_profile_is_applied() -> None:
    swapped = swapped_primaries()
    assert near(colour(plain("RGB", (200, 30, 60)), "PNG", icc_profile=swapped), (30, 200, 60), 8)


def swapped_primaries() -> bytes:
    """An sRGB profile whose red and green primaries are exchanged: applying it exchanges the channels."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {profile[128 + 4 + 12 * n : 128 + 8 + 12 * n].decode(): 128 + 4 + 12 * n for n in range(profile[131])}
    red, green = at["rXYZ"], at["gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = profile[green : green + 4], profile[red : red + 4]
    text = profile.find("sRGB".encode("utf-16-be"))
    if text >= 0:
        profile[text : text + 8] = "test".encode("utf-16-be")
    return bytes(profile)


@pytest.mark.parametrize("source_format", ["PNG", "GIF", "BMP", "TIFF"])
def test_palette_pictures_keep_their_colours(source_format: str) -> None:
    picture = plain("RGB", (200, 40, 80)).quantize(4)
    assert near(colour(picture, source_format), (200, 40, 80))


@pytest.mark.parametrize("source_format", ["PNG", "WEBP", "TIFF"])
def test_transparency_is_laid_on_white(source_format: str) -> None:
    options = {"lossless": True} if source_format == "WEBP" else {}
    assert near(colour(plain("RGBA", (255, 0, 0, 0)), source_format, **options), (255, 255, 255))
    assert near(colour(plain("RGBA", (255, 0, 0, 128)), source_format, **options), (255, 127, 127))
    assert near(colour(plain("RGBA", (255, 0, 0, 255)), source_format, **options), (255, 0, 0))


def test_the_hidden_colour_of_transparent_pixels_does_not_bleed_in_when_scaled() -> None:
    picture = Image.new("RGBA", (1200, 1200), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 601, 1200))
    pixels = shown(picture, "PNG")
    assert pixels[..., 0].min() >= 250


@pytest.mark.parametrize("source_format", ["GIF", "PNG"])
def test_a_transparent_palette_entry_is_white(source_format: str) -> None:
    picture = plain("P", 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert near(colour(picture, source_format, transparency=1), (255, 255, 255))


@pytest.mark.parametrize(
    ("picture", "transparent"),
    [
        (plain("L", 90), 90),
        (plain("RGB", (9, 8, 7)), (9, 8, 7)),
        (plain("I;16", 30_000), 30_000),
        (plain("1", 0), 0),
    ],
    ids=["L", "RGB", "I;16", "1"],
)
def test_the_transparent_colour_of_a_png_without_alpha_is_white(picture: Image.Image, transparent: object) -> None:
    assert near(colour(picture, "PNG", transparency=transparent), (255, 255, 255))


def test_grey_with_alpha_is_laid_on_white() -> None:
    assert near(colour(plain("LA", (0, 128)), "PNG"), (127, 127, 127))


@pytest.mark.parametrize(("mode", "value", "wanted"), [("1", 1, 255), ("1", 0, 0), ("L", 77, 77)])
def test_black_and_white_and_grey_are_kept(mode: str, value: int, wanted: int) -> None:
    assert near(colour(plain(mode, value), "PNG"), (wanted,) * 3)


@pytest.mark.parametrize("rgb", [(255, 0, 0), (20, 120, 220), (128, 128, 128)])
@pytest.mark.parametrize("mode", ["YCbCr", "LAB"])
def test_other_colour_spaces_of_tiff_are_read_right(mode: str, rgb: tuple[int, int, int]) -> None:
    picture = plain("RGB", rgb)
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(picture, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
    else:
        picture = picture.convert(mode)
    assert near(colour(picture, "TIFF"), rgb, 6)
