"""All SQL. Repositories take domain arguments, use their session and never commit."""

from models.repositories.feedback import FeedbackRepository
from models.repositories.film_imports import FilmImportRepository
from models.repositories.films import FilmRepository
from models.repositories.guilds import GuildRepository
from models.repositories.hints import HintRepository
from models.repositories.posters import PosterRepository
from models.repositories.predictions import PredictionRepository
from models.repositories.pulses import PulseRepository
from models.repositories.rate_limits import RateLimitRepository
from models.repositories.replies import ReplyRepository
from models.repositories.training_runs import TrainingRunRepository

__all__ = [
    "FeedbackRepository",
    "FilmImportRepository",
    "FilmRepository",
    "GuildRepository",
    "HintRepository",
    "PosterRepository",
    "PredictionRepository",
    "PulseRepository",
    "RateLimitRepository",
    "ReplyRepository",
    "TrainingRunRepository",
]
