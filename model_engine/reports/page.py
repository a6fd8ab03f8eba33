"""Writes a report: one HTML file in which everything is that it shows."""

import base64
import io
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

THUMBNAIL_HEIGHT: Final = 180
"""Pixels."""


def write_page(path: Path, template: Path, **values: Any) -> None:
    """Renders a template; the file appears whole or not at all.

    Args:
        path: The report.
        template: A file that extends `page.html` of this folder, and fills its blocks.
        values: What it shows; text is escaped.

    Raises:
        OSError: the file cannot be written.
    """
    pages = Environment(
        loader=FileSystemLoader([template.parent, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(percent=percent, number=number)
    content = pages.get_template(template.name).render(**values)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    Path(draft).replace(path)


def inline_picture(picture: Image.Image, height: int = THUMBNAIL_HEIGHT) -> Markup:
    """A small copy of a picture as an address that holds the picture itself."""
    width = max(1, round(picture.width * height / picture.height))
    packed = io.BytesIO()
    picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS).save(packed, "JPEG", quality=82)
    return Markup(f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}")


def percent(share: float, digits: int | None = None) -> str:
    """A share of 0 to 1 in percent, with as many digits as say something; a dash for NaN."""
    if share != share:
        return "–"
    if digits is None:
        digits = 0 if share >= 0.1 or share == 0 else 1 if share >= 0.001 else 2
    return f"{100 * share:.{digits}f}%"


def number(value: float, digits: int = 0) -> str:
    """A number with commas between thousands; a dash for NaN."""
    return "–" if value != value else f"{value:,.{digits}f}"
