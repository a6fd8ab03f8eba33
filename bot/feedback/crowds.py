"""What a reply shows of its crowds: the members' word on each of its posters, and the films where they are known."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.feedback.films import film_of
from models.consensus import Consensus
from models.repositories import FeedbackRepository
from models.tables import Film, Reply


class Crowd(NamedTuple):
    """What is known of a poster beside the model's guess."""

    consensus: Consensus
    film: Film | None
    """As IMDb has it: the one that the asker chose, or the one that the crowd named."""
    may_ask: bool = False
    """Whether a word of those who see the reply could teach the model: it is public, and nobody has said anything."""


async def crowds_of(session: AsyncSession, reply: Reply) -> dict[str, Crowd]:
    """The crowd of each judged prediction, by its id, as those who see the reply may see it.

    Of words that were said privately, a private reply shows its member's own, and a public one none.
    """
    viewer = reply.user_id if reply.private else None
    crowds = {}
    for prediction in reply.predictions:
        if prediction.judgement is None or prediction.poster_id is None:
            continue
        consensus = await FeedbackRepository(session).consensus_of(prediction.poster_id, viewer=viewer)
        may_ask = not reply.private and not consensus.members
        crowds[prediction.id] = Crowd(consensus, await film_of(session, prediction, consensus.imdb_id), may_ask)
    return crowds
