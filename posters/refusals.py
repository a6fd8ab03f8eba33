"""Why a picture is not taken, in words fit for the member who sent it. Imports no Pillow."""

from enum import StrEnum

ACCEPTED_FORMATS = ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF")
"""The formats that work, as they are written in messages."""

_SEND_ACCEPTED = f"please send the poster as {', '.join(ACCEPTED_FORMATS[:-1])} or {ACCEPTED_FORMATS[-1]}"


class RefusalCode(StrEnum):
    """The reason of a refusal; the value is what rows and JSON lines carry."""

    EMPTY = "empty"
    """Zero bytes."""
    NOT_AN_IMAGE = "not_an_image"
    """Bytes of no known picture format."""
    UNSUPPORTED_FORMAT = "unsupported_format"
    """A known format that is not accepted: SVG, PDF, HEIC, AVIF, video and so on."""
    DAMAGED = "damaged"
    """An accepted format whose content is truncated, corrupt or absurd."""
    TOO_MANY_BYTES = "too_many_bytes"
    """The file, or what the server sends, is over the byte limit."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """Width × height is over the pixel limit; found before decoding."""
    TOO_SMALL = "too_small"
    """The shorter side is below the least that can be judged."""
    EXTREME_SHAPE = "extreme_shape"
    """Far wider than high, or the other way round: not a poster."""
    DOWNLOAD_FAILED = "download_failed"
    """The connection broke, the server failed, or the body was cut short."""
    DOWNLOAD_MISSING = "download_missing"
    """The address leads nowhere (any more)."""
    DOWNLOAD_TOO_SLOW = "download_too_slow"
    """The download took longer than its limit."""
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    """The address, or one it redirects to, is not of an allowed host."""
    INTAKE_TIMED_OUT = "intake_timed_out"
    """Decoding took longer than its limit; the worker was ended."""
    INTAKE_CRASHED = "intake_crashed"
    """The worker died, or ran out of memory, while it decoded."""
    INTAKE_BUSY = "intake_busy"
    """Too many pictures wait for a worker already."""


class Refusal(Exception):
    """A picture that is not taken.

    Attributes:
        code: the reason, for rows, metrics and JSON.
        message: one sentence that says what to do; holds neither the file's name nor any of its bytes.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        """A refusal with its sentence; use the functions below to build one."""
        # Both go to Exception's args, so that a refusal survives the way back from a worker process.
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """The sentence."""
        return self.message


_FIXED = {
    RefusalCode.EMPTY: "That file is empty; please send the picture again.",
    RefusalCode.NOT_AN_IMAGE: f"That file is not a picture I can read; {_SEND_ACCEPTED}.",
    RefusalCode.DAMAGED: "That picture is damaged or cut short; please save it anew and send it again.",
    RefusalCode.DOWNLOAD_FAILED: "I could not fetch the picture; please try again in a moment.",
    RefusalCode.DOWNLOAD_MISSING: "That picture is no longer there; please upload it again.",
    RefusalCode.DOWNLOAD_TOO_SLOW: "The download took too long; please try again or send a smaller file.",
    RefusalCode.ADDRESS_NOT_ALLOWED: "I fetch pictures only from Discord; please upload the poster.",
    RefusalCode.INTAKE_TIMED_OUT: "That picture takes too long to read; please send a smaller copy.",
    RefusalCode.INTAKE_CRASHED: "I could not read that picture; please save it as JPEG and send it again.",
    RefusalCode.INTAKE_BUSY: "Too many posters are waiting to be read; please try again in a minute.",
}


def refusal(code: RefusalCode) -> Refusal:
    """The refusal whose sentence depends on nothing but its code.

    Raises:
        KeyError: this code's sentence needs a number or a name; use the function made for it.
    """
    return Refusal(code, _FIXED[code])


def unsupported(format_name: str) -> Refusal:
    """A known format that is not accepted; `format_name` reads well after "I cannot read"."""
    return Refusal(RefusalCode.UNSUPPORTED_FORMAT, f"I cannot read {format_name}; {_SEND_ACCEPTED}.")


def too_many_bytes(limit: int) -> Refusal:
    """The file is over `limit` bytes."""
    return Refusal(
        RefusalCode.TOO_MANY_BYTES, f"That file is too big; please send one of at most {human_bytes(limit)}."
    )


def too_many_pixels(limit: int) -> Refusal:
    """The picture's width × height is over `limit` pixels."""
    return Refusal(
        RefusalCode.TOO_MANY_PIXELS,
        f"That picture has too many pixels; please scale it down to at most {_short(limit / 1e6)} megapixels.",
    )


def too_small(width: int, height: int, least: int) -> Refusal:
    """The picture's shorter side is below `least` pixels."""
    return Refusal(
        RefusalCode.TOO_SMALL,
        f"That picture is too small to judge ({width}×{height}); please send one of at least {least}×{least} pixels.",
    )


def extreme_shape(width: int, height: int, most: float) -> Refusal:
    """One side is more than `most` times the other."""
    return Refusal(
        RefusalCode.EXTREME_SHAPE,
        f"That picture is too long and narrow for a poster ({width}×{height}); "
        f"please send one whose longer side is at most {_short(most)} times the shorter.",
    )


def human_bytes(count: int) -> str:
    """`count` bytes as people say it, in decimal units: "10 MB", "1.5 GB", "800 B"."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{_short(count / size)} {unit}"
    return f"{count} B"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
