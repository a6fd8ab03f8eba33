"""`poster-judge settings`: every setting of every process, as the table of the README."""

from collections.abc import Iterator
from typing import Final

from bot.settings import BotSettings
from broker.settings import BrokerSettings
from launcher.logs import LogSettings
from model_engine.learning.settings import LearningSettings
from model_engine.settings import EngineSettings
from models.database_settings import DatabaseSettings
from models.settings import Settings, variable_name
from posters.settings import PosterSettings

GROUPS: Final[tuple[type[Settings], ...]] = (
    Settings,
    BotSettings,
    DatabaseSettings,
    BrokerSettings,
    PosterSettings,
    EngineSettings,
    LearningSettings,
    LogSettings,
)
"""All groups; the first has what all of them share."""


def markdown_table() -> str:
    """One row a setting: its variable, its default, what it does."""
    return "\n".join(["| variable | default | what it does |", "|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    seen: set[str] = set()
    for group in GROUPS:
        for name, field in group.model_fields.items():
            variable = variable_name(group, name)
            if variable not in seen:
                seen.add(variable)
                yield f"| `{variable}` | {_shown(field.default)} | {field.description} |"


def _shown(default: object) -> str:
    if default is None or default == "":
        return ""
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    return f"`{default}`"
