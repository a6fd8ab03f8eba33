"""Bytes → a checked, normalised picture. Pure; the only place where foreign pictures are opened."""

import hashlib
import io
import logging
import re
import warnings

import numpy as np
from PIL import Image

from posters.colours import resizable, to_rgb
from posters.limits import LONGEST_SIDE, MAX_NORMALISED_BYTES, Limits, precheck
from posters.perceptual_hash import perceptual_hash
from posters.poster import NormalisedPoster
from posters.refusals import (
    Refusal,
    RefusalCode,
    extreme_shape,
    refusal,
    too_many_bytes,
    too_many_pixels,
    too_small,
)
from posters.sniffing import sniff

__all__ = [
    "Limits", "NormalisedPoster", "Refusal", "RefusalCode", "decode", "normalise", "open_rgb", "precheck",
]  # fmt: skip

# Ours is the lower limit; this makes Pillow's own check an error too, should ours ever be set above it.
# What else Pillow says is about tags we drop, and would let a sender fill the log.
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.simplefilter("error", Image.DecompressionBombWarning)
logging.getLogger("PIL").setLevel(logging.CRITICAL)

_QUALITIES = (92, 85, 75, 60, 40)
"""JPEG qualities tried until the result fits. Only noise needs the second; the last fits always."""

_REDUCING_GAP = 2.0
"""A cheap reduction goes down to this many times the wanted size, the good filter does the rest."""

_SCAN_HEADER = re.compile(rb"\xff\xda\0[\x08\x0a\x0c\x0e][\1-\4]")
_MOST_SCANS = 100
"""Of a JPEG, as in libtiff. Progressive ones have some ten, each a pass over the whole picture: 180 kB that repeat one
over 36 megapixels would hold a worker for ten seconds."""

_DISPLAY_NAMES = {"WEBP": "WebP"}
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def normalise(data: bytes, limits: Limits) -> NormalisedPoster:
    """The poster in `data`, whatever its name or declared type; the same bytes always give the same poster.

    Raises:
        Refusal: empty, not_an_image, unsupported_format, damaged, too_many_bytes, too_many_pixels, too_small,
            extreme_shape, or intake_crashed (out of memory).
    """
    picture, source_format = _open(data, limits)
    jpeg = _encode(picture)
    return NormalisedPoster(
        jpeg=jpeg,
        sha256=hashlib.sha256(jpeg).hexdigest(),
        width=picture.width,
        height=picture.height,
        perceptual_hash=perceptual_hash(picture),
        source_format=_DISPLAY_NAMES.get(source_format, source_format),
    )


def open_rgb(data: bytes, limits: Limits) -> Image.Image:
    """The picture that `normalise` would encode: upright RGB, longest side at most 512.

    Raises:
        Refusal: as `normalise`.
    """
    return _open(data, limits)[0]


def decode(jpeg: bytes) -> np.ndarray:
    """The pixels of a normalised poster: uint8, height × width × 3, RGB.

    Raises:
        Refusal: damaged, if `jpeg` is not what `normalise` made.
    """
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise refusal(RefusalCode.DAMAGED)
            return np.asarray(picture.convert("RGB"))
    except Refusal:
        raise
    except Exception as error:  # the reason is the one given in `_open`
        raise refusal(RefusalCode.DAMAGED) from error


def _open(data: bytes, limits: Limits) -> tuple[Image.Image, str]:
    """The upright RGB picture, at most 512 pixels long, and its format in Pillow's name."""
    if len(data) > limits.max_bytes:
        raise too_many_bytes(limits.max_bytes)
    source_format = sniff(data)
    if source_format == "JPEG" and sum(1 for _ in _SCAN_HEADER.finditer(data)) > _MOST_SCANS:
        raise refusal(RefusalCode.DAMAGED)
    try:
        with Image.open(io.BytesIO(data), formats=[source_format]) as picture:
            _check_size(picture.size, limits)
            return _normalised(picture), source_format
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Pillow looks at the size first, while it opens.
        raise too_many_pixels(limits.max_pixels) from error
    except MemoryError as error:
        # Not the picture's fault for sure: a worker's address space is small.
        raise refusal(RefusalCode.INTAKE_CRASHED) from error
    except Exception as error:
        # Broad on purpose: on bytes made by chance or malice Pillow's parsers raise nearly anything
        # (SyntaxError, struct.error, KeyError, OverflowError, ZeroDivisionError, ...). No list of those is
        # ever complete, and whatever it is, the answer is the same: these bytes are no readable picture.
        raise refusal(RefusalCode.DAMAGED) from error


def _normalised(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    width, height = _fitting(picture.size)
    # JPEG can be decoded at 1/2, 1/4 or 1/8 of its size at a fraction of the cost; others ignore this.
    picture.draft(None, (round(width * _REDUCING_GAP), round(height * _REDUCING_GAP)))
    picture.load()
    # Read after loading, because Pillow has turned a TIFF by then and forgotten its tag.
    orientation = _orientation(picture)
    small = resizable(picture)
    # Again, because a TIFF was turned.
    size = _fitting(small.size)
    if small.size != size:
        small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)
    small = to_rgb(small, profile if isinstance(profile, bytes) else None)
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
    # A copy, because what was never converted is still the opened file, with its metadata and its buffer.
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    return clean


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise too_many_pixels(limits.max_pixels)
    if min(size) < limits.min_side:
        raise too_small(width, height, limits.min_side)
    if max(size) > limits.max_aspect * min(size):
        raise extreme_shape(width, height, limits.max_aspect)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """`size` scaled down, never up, so that the longer side is at most 512; each side at least 1."""
    scale = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 (upright) where there is none or it cannot be read."""
    try:
        found = picture.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:
        # Broad for the same reason as in `_open`. Broken tags are dropped; the picture itself is sound.
        return 1
    return found if isinstance(found, int) else 1


def _encode(picture: Image.Image) -> bytes:
    """`picture` as JPEG within the byte limit. Full colour resolution: lettering is often saturated."""
    for quality in _QUALITIES:
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=quality, subsampling=0)
        if target.tell() <= MAX_NORMALISED_BYTES:
            break
    return target.getvalue()
