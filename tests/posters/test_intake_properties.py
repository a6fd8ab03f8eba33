"""Whatever bytes come, there is a poster or a refusal, and nothing else."""

import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from posters.intake import Limits, NormalisedPoster, Refusal, decode, normalise

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

# Small limits keep every example quick; what is under test does not depend on them.
LIMITS = Limits(max_bytes=1_000_000, max_pixels=1_500_000)
SAVED_AS = {
    "JPEG": ("1", "L", "RGB", "CMYK", "YCbCr"),
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "WEBP": ("L", "RGB", "RGBA"),
    "GIF": ("1", "L", "P", "RGB"),
    "BMP": ("1", "L", "P", "RGB", "RGBA"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"),
}
MAGICS = [
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"RIFF\xff\0\0\0WEBPVP8 ", b"RIFF\xff\0\0\0WEBPVP8X",
    b"RIFF\xff\0\0\0WEBPVP8L", b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08",
    b"II+\0\x08\0\0\0", b"\0\0\0\x20ftyp", b"<svg", b"%PDF-",
]  # fmt: skip

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def picture_bytes(source_format: str, mode: str, size: tuple[int, int]) -> bytes:
    noise = np.random.default_rng(size[0] * 4099 + size[1]).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    grey = Image.fromarray(noise)
    picture = Image.fromarray(noise.astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    target = io.BytesIO()
    picture.save(target, source_format)
    return target.getvalue()


SAMPLES = [picture_bytes(name, mode, (48, 40)) for name, modes in SAVED_AS.items() for mode in modes]


def poster_or_refusal(data: bytes) -> NormalisedPoster | None:
    """The poster of `data`, found sound, or None for a sound refusal; anything else fails the test."""
    try:
        poster = normalise(data, LIMITS)
    except Refusal as refusal:
        code, message = refusal.code, refusal.message
    else:
        return sound(poster)
    assert code
    assert message.endswith(".")
    assert len(message) < 200
    return None


def sound(poster: NormalisedPoster) -> NormalisedPoster:
    pixels = decode(poster.jpeg)
    assert poster.jpeg.startswith(b"\xff\xd8\xff")
    assert len(poster.jpeg) <= 512_000
    assert pixels.dtype == np.uint8
    assert pixels.shape == (poster.height, poster.width, 3)
    assert max(pixels.shape) <= 512
    return poster


@quick
@given(st.binary(max_size=2_000))
def test_arbitrary_bytes_give_a_poster_or_a_refusal(data: bytes) -> None:
    poster_or_refusal(data)


@quick
@given(st.sampled_from(MAGICS), st.binary(max_size=2_000))
def test_bytes_that_only_start_like_a_picture_give_a_poster_or_a_refusal(magic: bytes, rest: bytes) -> None:
    poster_or_refusal(magic + rest)


@settings(quick, max_examples=400)
@given(st.data())
def test_a_mutated_picture_gives_a_poster_or_a_refusal(data: st.DataObject) -> None:
    mutant = bytearray(data.draw(st.sampled_from(SAMPLES)))
    # Half of the strikes go for the head, where the tags and lengths are.
    for _ in range(data.draw(st.integers(1, 8))):
        last = len(mutant) - 1
        at = data.draw(st.integers(0, min(last, 120)) | st.integers(0, last))
        value = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
        mutant[at : at + data.draw(st.integers(1, 4))] = struct.pack("B", value) * data.draw(st.integers(0, 4))
        if not mutant:
            break
    poster_or_refusal(bytes(mutant))


@settings(quick, max_examples=80)
@given(st.data())
def test_two_pictures_spliced_give_a_poster_or_a_refusal(data: st.DataObject) -> None:
    first, second = data.draw(st.sampled_from(SAMPLES)), data.draw(st.sampled_from(SAMPLES))
    cut, start = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, len(second)))
    poster_or_refusal(first[:cut] + second[start:])


@settings(quick, max_examples=80)
@given(st.data(), st.integers(1, 1200), st.integers(1, 1200))
def test_any_size_and_mode_keeps_its_shape(data: st.DataObject, width: int, height: int) -> None:
    source_format = data.draw(st.sampled_from(sorted(SAVED_AS)))
    mode = data.draw(st.sampled_from(SAVED_AS[source_format]))
    content = picture_bytes(source_format, mode, (width, height))
    poster = poster_or_refusal(content)

    fits = min(width, height) >= 32 and max(width, height) <= 4 * min(width, height)
    assert (poster is not None) == (fits and len(content) <= LIMITS.max_bytes)
    if poster is not None:
        scale = min(1.0, 512 / max(width, height))
        assert abs(poster.width - width * scale) <= 1
        assert abs(poster.height - height * scale) <= 1
        assert normalise(content, LIMITS) == poster
