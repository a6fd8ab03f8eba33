"""Films by name, safe to show."""

from typing import Final

from models.tables import Film

LONGEST_TITLE: Final = 80
"""Characters of IMDb's titles that are shown: four cards share a message's 4,000."""

MARKDOWN: Final = str.maketrans({character: f"\\{character}" for character in "\\*_~`|>#[]()"})


def plain(film: Film) -> str:
    """Title and year, as in "Heat (1995)", at most 100 characters."""
    title = " ".join(film.title.split())
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return title if film.year is None else f"{title} ({film.year})"


def titled(film: Film) -> str:
    """Title and year for a message, whatever marks the title has."""
    return f"**{plain(film).translate(MARKDOWN)}**"
