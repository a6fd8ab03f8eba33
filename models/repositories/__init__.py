"""All SQL. Repositories take domain arguments, use their session and never commit."""

from models.repositories.predictions import PredictionRepository
from models.repositories.replies import ReplyRepository

__all__ = ["PredictionRepository", "ReplyRepository"]
