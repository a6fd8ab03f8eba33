"""Logs of all processes: structured lines on standard error."""

import logging
import sys
from typing import Any, Final, Literal

import structlog
from pydantic import Field

from models.settings import Settings

OURS: Final = ("bot", "broker", "launcher", "migrations", "model_engine", "models", "posters", "sandbox")
"""Packages whose loggers keep to the setting."""


class LogSettings(Settings):
    """How much is logged, and how."""

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged"
    )
    log_format: Literal["text", "json"] = Field(default="text", description="`json` for machines that collect logs")


def configure(settings: LogSettings, process: str) -> None:
    """Sends our logs and the libraries' through one chain; called once, before anything logs."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries only warn, also at debug: aiosqlite and discord.py would write interaction tokens.
    root.setLevel(max(level, logging.WARNING))
    for package in OURS:
        logging.getLogger(package).setLevel(level)
