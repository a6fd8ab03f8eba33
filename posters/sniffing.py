"""Which format bytes really are: from their first bytes, never from a name or a declared type."""

import re

from posters.refusals import RefusalCode, refusal, unsupported

_ACCEPTED = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)

_KNOWN = (
    (b"8BPS", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\1\0", "ICO"),
    (b"icns", "ICNS"),
    (b"gimp xcf", "XCF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"DDS ", "DDS"),
    (b"qoif", "QOI"),
    (b"v/1\1", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"II\xbc\1", "JPEG XR"),
    (b"AT&TFORM", "DjVu"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\0\0\1\xba", "a video"),
    (b"\0\0\1\xb3", "a video"),
    (b"FLV\1", "a video"),
    (b"OggS", "a sound or video file"),
    (b"ID3", "a sound file"),
    (b"PK\3\4", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
    (b"Rar!\x1a\7", "a compressed archive"),
)
_RIFF_KINDS = {b"AVI ": "a video", b"WAVE": "a sound file"}
_HEIC_BRANDS = (
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"msf1",
    b"heif",
)

_PDF_SEARCH = 1024
"""Bytes: readers accept a PDF whose header starts anywhere in the first kilobyte."""
_MARKUP_SEARCH = 4096
"""Bytes looked through for `<svg`: prologue, document type and comments may stand before it."""
_MARKUP_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<")


def sniff(data: bytes) -> str:
    """The format of `data`, as Pillow names it: JPEG, PNG, WEBP, GIF, BMP or TIFF.

    Raises:
        Refusal: empty, unsupported_format (with the format's name), or not_an_image.
    """
    if not data:
        raise refusal(RefusalCode.EMPTY)
    accepted = _accepted(data)
    if accepted:
        return accepted
    known = _known(data)
    if known:
        raise unsupported(known)
    raise refusal(RefusalCode.NOT_AN_IMAGE)


def _accepted(data: bytes) -> str | None:
    for magic, name in _ACCEPTED:
        if data.startswith(magic):
            # Canon's raw photos are TIFF files that hold no picture Pillow can read.
            return None if data[8:10] == b"CR" and name == "TIFF" else name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    # Two letters are too little to tell a BMP from a text that starts with them.
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    return None


def _known(data: bytes) -> str | None:
    if data[8:10] == b"CR" and data[:2] == b"II":
        return "camera raw files"
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    if data[:4] == b"RIFF":
        return _RIFF_KINDS.get(data[8:12])
    if b"%PDF-" in data[:_PDF_SEARCH]:
        return "PDF"
    if _MARKUP_START.match(data) and b"<svg" in data[:_MARKUP_SEARCH].lower():
        return "SVG"
    return next((name for magic, name in _KNOWN if data.startswith(magic)), None)


def _iso_media(data: bytes) -> str:
    """AVIF, HEIC and MP4 share one container; its brands tell them apart."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
    # AVIF files may carry HEIF's general brand too, so AVIF is looked for first.
    if any(brand in (b"avif", b"avis") for brand in brands):
        return "AVIF"
    if any(brand in _HEIC_BRANDS for brand in brands):
        return "HEIC"
    return "camera raw files" if brands[0] == b"crx " else "a video"
