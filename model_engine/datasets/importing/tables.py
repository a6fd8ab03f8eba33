"""What an import has to say, as tables for a terminal."""

from collections.abc import Iterator
from typing import Final

import pandas as pd
from rich.table import Table

from model_engine.datasets.cleaning import missing_values
from model_engine.datasets.importing.gathering import Gathering
from model_engine.datasets.tables import counted

MOST_NAMES: Final = 8


def import_report(gathering: Gathering, table: pd.DataFrame) -> Iterator[Table | str]:
    """Rows that were left out; by column, the values that are missing and those that could not be read."""
    rows = counted("left out", dict(gathering.left_out.most_common()), gathering.read)
    rows.add_section()
    rows.add_row("in the manifest", f"{len(table):,}", "", style="bold")
    yield rows
    yield counted("missing", missing_values(table), len(table))
    if gathering.broken:
        yield counted("of these: there, but unreadable", dict(gathering.broken.most_common()), len(table))
    if gathering.unknown_genres:
        common = gathering.unknown_genres.most_common(MOST_NAMES)
        names = ", ".join(f"{name} ({count:,})" for name, count in common)
        more = len(gathering.unknown_genres) - len(common)
        others = f" and {more:,} more names" if more else ""
        yield f"Not among the genres, and left to `dataset clean`: {names}{others}."
