"""What comes of a picture that is sent: a poster, or one clear sentence."""

import hashlib
import io
import pickle
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from posters.intake import Limits, Refusal, RefusalCode, decode, normalise, open_rgb

# Pillow warns of odd tags before it drops them; which of them it minds is not our concern.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

LIMITS = Limits()
ACCEPTED = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]


def scene(width: int = 240, height: int = 360) -> Image.Image:
    """Four quadrants of plain colour: red, green, blue, white; any turn or colour error shows."""
    picture = Image.new("RGB", (width, height))
    for column, row, colour in ((0, 0, "red"), (1, 0, "lime"), (0, 1, "blue"), (1, 1, "white")):
        box = (width // 2 * column, height // 2 * row, width // 2 * (column + 1), height // 2 * (row + 1))
        picture.paste(colour, box)
    return picture


def saved(picture: Image.Image, source_format: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, source_format, **options)
    return target.getvalue()


def corners(jpeg: bytes) -> list[tuple[int, ...]]:
    """The colours amid the four quadrants of a normalised poster, left to right, top to bottom."""
    pixels = decode(jpeg)
    height, width = pixels.shape[:2]
    places = [(y, x) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [tuple(int(value) for value in pixels[place]) for place in places]


def assert_close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], tolerance: int = 6) -> None:
    assert np.abs(np.array(found) - np.array(wanted)).max() <= tolerance, f"{found} is not {wanted}"


SCENE = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


def refused(data: bytes, limits: Limits = LIMITS) -> Refusal:
    with pytest.raises(Refusal) as caught:
        normalise(data, limits)
    return caught.value


@pytest.mark.parametrize("source_format", ACCEPTED)
def test_every_accepted_format_becomes_an_rgb_jpeg_of_the_same_colours(source_format: str) -> None:
    poster = normalise(saved(scene(), source_format), LIMITS)

    assert (poster.width, poster.height) == (240, 360)
    assert poster.source_format.upper() == source_format
    assert poster.sha256 == hashlib.sha256(poster.jpeg).hexdigest()
    assert_close(corners(poster.jpeg), SCENE, tolerance=12)


def test_a_large_poster_is_scaled_to_512_and_a_small_one_is_left_alone() -> None:
    large = normalise(saved(scene(2000, 3000), "JPEG"), LIMITS)
    small = normalise(saved(scene(40, 60), "PNG"), LIMITS)

    assert (large.width, large.height) == (341, 512)
    assert_close(corners(large.jpeg), SCENE)
    assert (small.width, small.height) == (40, 60)


@pytest.mark.parametrize("source_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_poster_rotated_by_its_exif_tag_comes_out_upright(source_format: str, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = scene()
    if orientation > 1:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation

    poster = normalise(saved(stored, source_format, exif=exif), LIMITS)

    assert (poster.width, poster.height) == (240, 360)
    assert_close(corners(poster.jpeg), SCENE, tolerance=12)


def test_metadata_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    poster = normalise(saved(scene(), "JPEG", exif=exif, comment=b"where I live"), LIMITS)

    assert b"where I live" not in poster.jpeg
    with Image.open(io.BytesIO(poster.jpeg)) as picture:
        assert not picture.getexif()
        assert "icc_profile" not in picture.info


@pytest.mark.parametrize("tags", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"\xff" * 40])
def test_broken_exif_does_not_cost_a_sound_poster(tags: bytes) -> None:
    assert_close(corners(normalise(saved(scene(), "JPEG", exif=tags), LIMITS).jpeg), SCENE)


@pytest.mark.parametrize(
    ("source_format", "more"), [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {})]
)
def test_of_an_animation_the_first_frame_is_judged(source_format: str, more: dict[str, object]) -> None:
    frames = [Image.new("RGB", (240, 360), colour) for colour in ("red", "blue", "lime")]
    data = saved(frames[0], source_format, save_all=True, append_images=frames[1:], **more)

    assert_close(corners(normalise(data, LIMITS).jpeg), [(255, 0, 0)] * 4)


def test_a_gif_of_ten_thousand_frames_costs_no_more_than_its_first() -> None:
    still = saved(scene(), "GIF")
    frame = still[still.index(b",") : -1]
    data = still[:-1] + frame[:400] * 10_000

    assert_close(corners(normalise(data, LIMITS).jpeg), SCENE)


def test_zero_bytes_are_refused_as_empty() -> None:
    assert refused(b"").code == RefusalCode.EMPTY


@pytest.mark.parametrize("data", [b"hello", b"BMW builds cars, and this is a text", b"\0" * 100, b"<html><body>"])
def test_what_is_no_picture_is_refused_with_the_formats_that_work(data: bytes) -> None:
    refusal = refused(data)
    assert refusal.code == RefusalCode.NOT_AN_IMAGE
    assert "JPEG, PNG, WebP, GIF, BMP or TIFF" in refusal.message


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<?xml version="1.0"?>\n<!-- a poster --><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf  <SVG/>", "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp41", "a video"),
        (b"\x1aE\xdf\xa3webm", "a video"),
        (b"RIFF\0\0\0\0AVI LIST", "a video"),
        (b"\0\0\1\0\1\0\x10\x10", "ICO"),
        (b"8BPS\0\1", "PSD"),
        (b"\xff\x0a\xfa\x7f", "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0", "camera raw files"),
        (b"PK\3\4\x14\0", "a ZIP archive"),
    ],
)
def test_a_known_format_that_is_not_accepted_is_named(data: bytes, name: str) -> None:
    refusal = refused(data)
    assert refusal.code == RefusalCode.UNSUPPORTED_FORMAT
    assert refusal.message.startswith(f"I cannot read {name};")
    assert "WebP" in refusal.message


def test_avif_is_refused_although_pillow_could_open_it() -> None:
    assert refused(saved(scene(), "AVIF")).code == RefusalCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("source_format", ACCEPTED)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_picture_is_refused_as_damaged(source_format: str, share: float) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (360, 240, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), source_format)
    assert refused(data[: max(int(len(data) * share), 26)]).code == RefusalCode.DAMAGED


def test_a_file_over_the_byte_limit_is_refused_with_the_limit_in_words() -> None:
    refusal = refused(b"x" * 11, Limits(max_bytes=10))
    assert refusal.code == RefusalCode.TOO_MANY_BYTES
    assert "10 B" in refusal.message


def png_claiming(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of some hundred bytes that says it is `width` × `height`, and holds no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in ((b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        parts += [struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(kind + body))]
    return b"".join(parts)


@pytest.mark.parametrize("size", [(7000, 6000), (10_000, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_over_the_pixel_limit_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    refusal = refused(png_claiming(*size))
    assert refusal.code == RefusalCode.TOO_MANY_PIXELS
    assert "40 megapixels" in refusal.message


def test_a_webp_over_the_pixel_limit_is_refused_by_its_header() -> None:
    canvas = (16_382).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + canvas
    assert refused(b"RIFF" + struct.pack("<I", len(body)) + body).code == RefusalCode.TOO_MANY_PIXELS


def test_a_jpeg_that_repeats_its_scans_for_ever_is_refused_before_it_is_decoded() -> None:
    data = saved(Image.new("L", (6000, 6000)), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert refused(data[:-2] + scan * 100 + data[-2:]).code == RefusalCode.DAMAGED
    assert normalise(data[:-2] + scan * 20 + data[-2:], LIMITS).width == 512


def test_a_film_behind_the_picture_does_not_cost_it() -> None:
    film = np.random.default_rng(5).bytes(9_000_000)
    assert_close(corners(normalise(saved(scene(), "JPEG") + film, LIMITS).jpeg), SCENE)


def test_a_compressed_text_that_unpacks_to_a_gigabyte_is_refused_or_ignored() -> None:
    bomb = zlib.compress(b"\0" * 100_000_000, 9)
    for chunk in ((b"zTXt", b"k\0\0" + bomb), (b"iTXt", b"k\0\1\0\0\0" + bomb), (b"iCCP", b"k\0\0" + bomb)):
        assert refused(png_claiming(300, 400, chunk)).code == RefusalCode.DAMAGED


def test_a_broken_or_foreign_colour_profile_is_passed_over() -> None:
    for profile in (b"garbage", b"\0" * 16 + b"CMYK" + b"\0" * 200, b"\0" * 16 + b"RGB " + b"\0" * 200):
        assert_close(corners(normalise(saved(scene(), "PNG", icc_profile=profile), LIMITS).jpeg), SCENE)


@pytest.mark.parametrize(
    ("tag", "value", "code"),
    [
        (256, 2**31, RefusalCode.TOO_MANY_PIXELS),
        (273, 2**31, RefusalCode.DAMAGED),
        (259, 60_000, RefusalCode.DAMAGED),
        (277, 60_000, RefusalCode.DAMAGED),
    ],
)
def test_a_tiff_with_absurd_tags_is_refused(tag: int, value: int, code: RefusalCode) -> None:
    data = bytearray(saved(scene(), "TIFF"))
    directory = int.from_bytes(data[4:8], "little")
    for at in range(directory + 2, directory + 2 + 12 * int.from_bytes(data[directory : directory + 2], "little"), 12):
        if int.from_bytes(data[at : at + 2], "little") == tag:
            data[at + 2 : at + 12] = struct.pack("<HII", 4, 1, value)
    assert refused(bytes(data)).code == code


def test_one_pixel_is_refused_as_too_small() -> None:
    refusal = refused(saved(Image.new("RGB", (1, 1)), "PNG"))
    assert refusal.code == RefusalCode.TOO_SMALL
    assert "1×1" in refusal.message
    assert "32×32" in refusal.message


@pytest.mark.parametrize("size", [(32, 129), (3000, 700)])
def test_an_extreme_aspect_ratio_is_refused(size: tuple[int, int]) -> None:
    assert refused(saved(Image.new("RGB", size), "PNG")).code == RefusalCode.EXTREME_SHAPE


def test_four_to_one_is_still_a_poster() -> None:
    assert normalise(saved(Image.new("RGB", (128, 32)), "PNG"), LIMITS).width == 128


def test_the_worst_noise_still_fits_512_kilobytes() -> None:
    noise = np.random.default_rng(3).integers(0, 2, (512, 512, 3), dtype=np.uint8) * 255
    assert len(normalise(saved(Image.fromarray(noise), "PNG"), LIMITS).jpeg) <= 512_000


def test_the_same_bytes_always_give_the_same_poster_and_a_poster_stays_itself_nearly() -> None:
    data = saved(scene(), "PNG")
    first, again = normalise(data, LIMITS), normalise(data, LIMITS)
    twice = normalise(first.jpeg, LIMITS)

    assert first == again
    assert np.abs(decode(twice.jpeg).astype(int) - decode(first.jpeg)).mean() < 1


def test_the_picture_without_the_round_trip_is_the_one_that_is_encoded() -> None:
    data = saved(scene(1000, 1500), "PNG")
    direct = open_rgb(data, LIMITS)

    assert direct.mode == "RGB"
    assert np.abs(np.asarray(direct).astype(int) - decode(normalise(data, LIMITS).jpeg)).mean() < 2


@pytest.mark.parametrize("data", [b"", b"hello", saved(scene(), "PNG"), saved(scene(600, 600), "JPEG")])
def test_what_no_intake_made_is_not_decoded(data: bytes) -> None:
    with pytest.raises(Refusal):
        decode(data)


def test_a_refusal_survives_the_way_back_from_a_worker() -> None:
    refusal = pickle.loads(pickle.dumps(refused(b"")))
    assert (refusal.code, refusal.message) == (RefusalCode.EMPTY, str(refusal))


def test_a_refusal_repeats_nothing_of_the_file() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("name", "@everyone")
    data = saved(scene(), "PNG", pnginfo=text)
    assert "everyone" not in refused(data[:200]).message
