"""How big a picture may be, and what an upload's payload alone shows. Imports no Pillow."""

from dataclasses import dataclass

from posters.refusals import RefusalCode, refusal, too_many_bytes, unsupported

LONGEST_SIDE = 512
"""Pixels. More than twice what the network looks at (224), little enough to store and show."""

MAX_NORMALISED_BYTES = 512_000
"""Bytes of a normalised poster: half of NATS' default payload limit, so one could travel there."""

_NAMED_TYPES = {
    "image/svg+xml": "SVG",
    "application/pdf": "PDF",
    "image/heic": "HEIC",
    "image/heif": "HEIC",
    "image/avif": "AVIF",
    "image/jxl": "JPEG XL",
    "image/x-icon": "ICO",
    "image/vnd.microsoft.icon": "ICO",
    "image/vnd.adobe.photoshop": "PSD",
}
_NEVER_PICTURES = {"video": "a video", "audio": "a sound file", "text": "a text file", "font": "a font"}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a picture may measure at most and at least."""

    max_bytes: int = 10_000_000
    """Bytes of the file as sent."""
    max_pixels: int = 40_000_000
    """Width × height, checked before decoding."""
    min_side: int = 32
    """Pixels of the shorter side; below it, there is nothing to judge."""
    max_aspect: float = 4.0
    """Longer side over shorter side; posters are about 1.5, the widest banners below 4."""


def precheck(declared_size: int | None, declared_content_type: str | None, limits: Limits) -> None:
    """Refuses what the payload alone shows to be wrong, before anything is downloaded.

    The declared type is only a guess from the file's name, so it is believed only where it names something
    that no accepted picture is called; the rest is sniffed once the bytes are there.

    Raises:
        Refusal: empty, too_many_bytes, or unsupported_format.
    """
    if declared_size is not None and declared_size <= 0:
        raise refusal(RefusalCode.EMPTY)
    if declared_size is not None and declared_size > limits.max_bytes:
        raise too_many_bytes(limits.max_bytes)
    content_type = (declared_content_type or "").partition(";")[0].strip().lower()
    named = _NAMED_TYPES.get(content_type) or _NEVER_PICTURES.get(content_type.partition("/")[0])
    if named:
        raise unsupported(named)
