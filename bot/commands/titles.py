"""Titles that complete themselves while a member types them, where an operator imported IMDb's films."""

import asyncio
import re
from typing import Any, Final

import discord
import structlog
from discord import app_commands
from sqlalchemy.exc import SQLAlchemyError

from bot.feedback.films import Films
from bot.feedback.titles import plain

log = structlog.get_logger(__name__)

PATIENCE: Final = 1.0
"""Seconds that a look-up may take; a list that comes later than the next letter is of no use."""

FILM_ID: Final = re.compile(r"tt[0-9]{7,8}")
"""What a chosen title is sent as."""


class Titles:
    """Offers titles, and reads what was chosen."""

    def __init__(self, films: Films) -> None:
        self._films = films

    async def complete(self, _interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """Up to 25 titles; none where no film is known or the database is slow: any text may be sent all the same."""
        try:
            async with asyncio.timeout(PATIENCE):
                films = await self._films.complete(typed)
        except (SQLAlchemyError, TimeoutError) as error:
            log.info("titles.not_completed", error=type(error).__name__)
            return []
        return [app_commands.Choice(name=plain(film)[:100], value=film.id) for film in films]

    async def read(self, title: str | None) -> tuple[str | None, str | None]:
        """Title and IMDb's id of what a member sent: a chosen title, or a text of their own, which has no id."""
        if title is None or not FILM_ID.fullmatch(title.strip()):
            return title, None
        film_id = title.strip()
        try:
            async with asyncio.timeout(PATIENCE):
                film = await self._films.by_id(film_id)
        except (SQLAlchemyError, TimeoutError) as error:
            log.info("titles.not_read", error=type(error).__name__)
            film = None
        return (film_id if film is None else plain(film)), film_id
