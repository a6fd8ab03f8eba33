"""A poster as every process knows it, with no need of Pillow."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NormalisedPoster:
    """A checked picture: upright RGB without metadata, longest side at most 512 pixels."""

    jpeg: bytes
    """The picture as JPEG, at most 512 kB."""
    sha256: str
    """Hash of `jpeg`, 64 hex digits: the poster's id."""
    width: int
    """Pixels of `jpeg`, 1 to 512."""
    height: int
    """Pixels of `jpeg`, 1 to 512."""
    perceptual_hash: int | None
    """What it looks like, see `posters.perceptual_hash`; None for a picture that is next to blank."""
    source_format: str
    """What was sent: JPEG, PNG, WebP, GIF, BMP or TIFF."""
