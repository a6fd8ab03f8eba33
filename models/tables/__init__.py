"""The tables. Every change of them needs a migration; `tests/migrations` compares the two."""

from models.tables.base import Base
from models.tables.feedback import Feedback, FeedbackKind, FeedbackWay
from models.tables.films import Film, FilmImport
from models.tables.guilds import BlockedMember, GuildSetup
from models.tables.installations import Installation
from models.tables.members import Hint, Member
from models.tables.posters import Poster
from models.tables.predictions import OPEN_STATES, Prediction, PredictionState
from models.tables.promotions import Promotion
from models.tables.pulses import Pulse
from models.tables.rate_limits import RateLimit
from models.tables.replies import Reply
from models.tables.training_runs import ACTIVE_STATES, Decision, RunState, TrainingRun

__all__ = [
    "ACTIVE_STATES",
    "OPEN_STATES",
    "Base",
    "BlockedMember",
    "Decision",
    "Feedback",
    "FeedbackKind",
    "FeedbackWay",
    "Film",
    "FilmImport",
    "GuildSetup",
    "Hint",
    "Installation",
    "Member",
    "Poster",
    "Prediction",
    "PredictionState",
    "Promotion",
    "Pulse",
    "RateLimit",
    "Reply",
    "RunState",
    "TrainingRun",
]
