"""Any Pillow mode → RGB as a viewer would show it: 16-bit scaled, alpha on white, profiles honoured."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_SIXTEEN_BIT = 65_535
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
    if picture.mode == "LAB":
        return ImageCms.applyTransform(picture, _lab_to_srgb())
    transform = _transform(profile, picture.mode) if profile else None
    if transform is not None:
        return ImageCms.applyTransform(picture, transform)
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
    if picture.mode.startswith("I;16"):
        top = 4095 if tags.get(_BITS_PER_SAMPLE) == (12,) else _SIXTEEN_BIT
        # In place and in bands, because a float copy of 40 megapixels would be 160 MB.
        grey = np.empty(samples.shape, np.uint8)
        for row in range(0, len(samples), 256):
            grey[row : row + 256] = np.minimum(samples[row : row + 256].astype(np.uint32) * 255 // top, 255)
        if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            np.subtract(255, grey, out=grey)
        transparent = picture.info.get("transparency")
        if isinstance(transparent, int):
            grey[samples == transparent] = 255
        return Image.fromarray(grey)
    return Image.fromarray(_stretched(samples))


def _stretched(samples: np.ndarray) -> np.ndarray:
    """32-bit samples as 8-bit ones.

    They say nothing of their range, so it is guessed from the largest: 1 (floats), 255, 65535, or itself.
    """
    finite = np.where(np.isfinite(samples), samples, 0).astype(np.float32, copy=False)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0:
        is_float = samples.dtype.kind == "f"
        low = 0.0
        high = next(top for top in ((1.0,) if is_float else ()) + (255.0, 65_535.0, high) if high <= top)
    scale = 255 / (high - low) if high > low else 0.0
    finite -= low
    finite *= scale
    return np.clip(np.rint(finite, out=finite), 0, 255).astype(np.uint8)


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
