"""Any Pillow mode → RGB as a viewer would show it: 16-bit scaled, alpha on white, profiles honoured."""

import io
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_SIXTEEN_BIT = 65_535.0
_BAND_ROWS = 64
_ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
_PROFILED_MODES = {b"RGB ": "RGB", b"CMYK": "CMYK"}
_BITS_PER_SAMPLE, _PHOTOMETRIC, _WHITE_IS_ZERO = 258, 262, 0

_MAX_PROFILE_BYTES = 4_000_000
"""Bytes of an embedded profile that are honoured: press profiles reach 2.5 MB."""


def resizable(picture: Image.Image) -> Image.Image:
    """`picture`, full size, in a mode whose pixels can be averaged: L, RGB, RGBA, CMYK or LAB.

    Copies nothing that need not be copied, because 40 megapixels in colour are 160 MB.
    """
    mode = picture.mode
    if mode.startswith("I") or mode == "F":
        return _eight_bit(picture)
    if mode in _ALPHA_MODES:
        return picture if mode == "RGBA" else picture.convert("RGBA")
    if picture.has_transparency_data:
        _scale_transparency(picture)
        return picture.convert("RGBA")
    if mode == "1":
        return picture.convert("L")
    return picture if mode in ("L", "RGB", "CMYK", "LAB") else picture.convert("RGB")


def to_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """`picture` (a result of `resizable`, best already small) as RGB in sRGB, alpha laid on white.

    An embedded `profile` that fits is applied; one that is broken or does not fit is passed over, because the
    picture without it is still worth judging.
    """
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    transform = _lab_to_srgb() if picture.mode == "LAB" else _transform(profile or b"", picture.mode)
    if transform is not None:
        return ImageCms.applyTransform(picture, transform) or picture
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _scale_transparency(picture: Image.Image) -> None:
    """A 16-bit RGB PNG names its transparent colour in 16 bits; of the pixels, Pillow keeps the high byte."""
    transparent = picture.info.get("transparency")
    if isinstance(transparent, tuple) and any(value > 255 for value in transparent):
        picture.info["transparency"] = tuple(value >> 8 for value in transparent)


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Grey of more than eight bits as L; Pillow's own conversion clips some of these modes."""
    tags = getattr(picture, "tag_v2", {})
    samples = np.asarray(picture)
    if not picture.mode.startswith("I;16"):
        return Image.fromarray(_scaled(samples, *_range(samples)))
    grey = _scaled(samples, 0.0, 4095.0 if tags.get(_BITS_PER_SAMPLE) == (12,) else _SIXTEEN_BIT)
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        np.subtract(255, grey, out=grey)
    transparent = picture.info.get("transparency")
    if isinstance(transparent, int):
        grey[samples == transparent] = 255
    return Image.fromarray(grey)


def _range(samples: np.ndarray) -> tuple[float, float]:
    """Black and white of 32-bit samples, guessed from the extremes, because the file does not say.

    From nothing negative, white is 1 (floats), 255, 65535 or the largest, whichever is the first to fit.
    """
    low = high = 0.0
    for band in _bands(samples):
        finite = band[np.isfinite(band)]
        low, high = min(low, float(finite.min(initial=0))), max(high, float(finite.max(initial=0)))
    if low < 0:
        return low, high
    tops = (1.0, 255.0, _SIXTEEN_BIT, high) if samples.dtype.kind == "f" else (255.0, _SIXTEEN_BIT, high)
    return low, next(top for top in tops if high <= top)


def _scaled(samples: np.ndarray, black: float, white: float) -> np.ndarray:
    """`samples` as uint8, `black` as 0 and `white` as 255; what is no number is black."""
    grey = np.empty(samples.shape, np.uint8)
    for band, target in zip(_bands(samples), _bands(grey), strict=True):
        with np.errstate(over="ignore"):
            share = (np.nan_to_num(band.astype(np.float64), nan=black) - black) / max(white - black, 1e-300)
        np.rint(np.clip(share, 0, 1) * 255, out=target, casting="unsafe")
    return grey


def _bands(samples: np.ndarray) -> Iterator[np.ndarray]:
    """Views of a few rows each: a float copy of 40 megapixels at once would be 320 MB."""
    return (samples[row : row + _BAND_ROWS] for row in range(0, len(samples), _BAND_ROWS))


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From `profile` to sRGB; None where there is nothing to do. Cached, since many pictures share a few."""
    # Bytes 16 to 20 of a profile name the colour space that it is about.
    if len(profile) > _MAX_PROFILE_BYTES or _PROFILED_MODES.get(profile[16:20]) != mode:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode == "RGB" and ImageCms.getProfileDescription(source).strip().startswith("sRGB"):
            return None
        return ImageCms.buildTransform(
            source,
            _srgb(),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@lru_cache(maxsize=1)
def _lab_to_srgb() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), _srgb(), "LAB", "RGB")
