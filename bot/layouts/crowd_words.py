"""What the crowd says of a poster, in two or three short lines."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.feedback.crowds import Crowd
from bot.feedback.noting import listed
from bot.feedback.titles import plain
from bot.layouts.words import one_line, shortened
from models.consensus import Consensus
from models.tables import Film

LONGEST_TITLE: Final = 40
"""Characters of a title with its year: four cards share a message's 4,000."""

MOST_GENRES: Final = 4
"""Genres of one list that are named."""


def crowd_words(crowd: Crowd) -> str:
    """Lines of Markdown; empty where nobody said anything and the film is not known."""
    consensus, film = crowd.consensus, crowd.film
    lines = []
    if consensus.members:
        lines.append(_said(consensus, film))
    if dispute := _dispute(consensus):
        lines.append(f"-# They do not agree {dispute}.")
    if film is not None:
        lines.append(f"**At IMDb:** {film_words(film)}")
    return "\n".join(lines)


def film_words(film: Film) -> str:
    """A film as IMDb has it: title, year, score and genres."""
    parts = [linked(film)]
    if film.score is not None:
        parts.append(f"{film.score:.1f}")
    if film.genres:
        parts.append(_few(film.genres))
    return " · ".join(parts)


def linked(film: Film) -> str:
    """The film's title and year, as a link to its page at IMDb."""
    title = shortened(one_line(plain(film)), LONGEST_TITLE).replace("[", "(").replace("]", ")")
    return f"[{discord.utils.escape_markdown(title)}]({page_of(film.id)})"


def page_of(imdb_id: str) -> str:
    """Address of a film's page at IMDb."""
    return f"<https://www.imdb.com/title/{imdb_id}/>"


def _said(consensus: Consensus, film: Film | None) -> str:
    members = "1 member" if consensus.members == 1 else f"{consensus.members} members"
    parts = []
    if consensus.genre_members:
        parts.append(_few(consensus.genres) or "no genre that most of them name")
    if consensus.score is not None:
        parts.append(f"IMDb {consensus.score:.1f}")
    if consensus.imdb_id is not None and (film is None or film.id != consensus.imdb_id):
        parts.append(f"[{consensus.imdb_id}]({page_of(consensus.imdb_id)})")
    return f"**The crowd ({members}):** {' · '.join(parts)}"


def _dispute(consensus: Consensus) -> str:
    parts = []
    if consensus.disputed:
        parts.append(f"about {_few(consensus.disputed)}")
    if consensus.scores_differ and consensus.score_range is not None:
        low, high = consensus.score_range
        parts.append(f"about the score ({low:.1f} to {high:.1f})")
    if consensus.imdb_agreement < 1 and consensus.imdb_members > 1:
        parts.append("about the film")
    return listed(parts) if parts else ""


def _few(genres: Sequence[str]) -> str:
    """Genres side by side; films have two or three, and whatever members tick has to fit a message four times."""
    more = len(genres) - MOST_GENRES
    return ", ".join(genres[:MOST_GENRES]) + (f" and {more} more" if more > 0 else "")
