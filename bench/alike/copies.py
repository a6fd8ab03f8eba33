"""Ways in which the same poster comes again."""

import io
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageEnhance, ImageOps


def _saved(image_format: str, quality: int) -> Callable[[Image.Image], Image.Image]:
    def copy(picture: Image.Image) -> Image.Image:
        file = io.BytesIO()
        picture.save(file, image_format, quality=quality)
        return Image.open(file).convert("RGB")

    return copy


def _scaled(across: float, down: float) -> Callable[[Image.Image], Image.Image]:
    return lambda picture: picture.resize((round(picture.width * across), round(picture.height * down)))


def _cropped(share: float) -> Callable[[Image.Image], Image.Image]:
    return lambda picture: ImageOps.crop(picture, round(picture.width * share))


COPIES: Final[dict[str, Callable[[Image.Image], Image.Image]]] = {
    "JPEG 30": _saved("JPEG", 30),
    "JPEG 90": _saved("JPEG", 90),
    "WebP 40": _saved("WEBP", 40),
    "30 %": _scaled(0.3, 0.3),
    "200 %": _scaled(2.0, 2.0),
    "wider 3 %": _scaled(1.03, 1.0),
    "lighter 10 %": lambda picture: ImageEnhance.Brightness(picture).enhance(1.1),
    "darker 10 %": lambda picture: ImageEnhance.Brightness(picture).enhance(0.9),
    "contrast 15 %": lambda picture: ImageEnhance.Contrast(picture).enhance(1.15),
    "crop 1 %": _cropped(0.01),
    "crop 2 %": _cropped(0.02),
    "crop 3 %": _cropped(0.03),
    "border 2 %": lambda picture: ImageOps.expand(picture, round(picture.width * 0.02), "black"),
}
"""By name, from a picture in mode RGB to its copy."""
