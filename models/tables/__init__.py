"""The tables. Every change of them needs a migration; `tests/migrations` compares the two."""

from models.tables.base import Base
from models.tables.feedback import Feedback, FeedbackKind, FeedbackWay
from models.tables.films import Film, FilmImport
from models.tables.guilds import BlockedMember, GuildSetup
from models.tables.members import Hint, Member
from models.tables.posters import Poster
from models.tables.predictions import OPEN_STATES, Prediction, PredictionState
from models.tables.promotions import Promotion
from models.tables.pulses import Pulse
from models.tables.rate_limits import RateLimit
from models.tables.replies import Reply

__all__ = [
    "OPEN_STATES",
    "Base",
    "BlockedMember",
    "Feedback",
    "FeedbackKind",
    "FeedbackWay",
    "Film",
    "FilmImport",
    "GuildSetup",
    "Hint",
    "Member",
    "Poster",
    "Prediction",
    "PredictionState",
    "Promotion",
    "Pulse",
    "RateLimit",
    "Reply",
]
