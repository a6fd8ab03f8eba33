"""All SQL. Repositories take domain arguments, use their session and never commit."""

from models.repositories.aliases import AliasRepository
from models.repositories.predictions import PredictionRepository
from models.repositories.replies import ReplyRepository

__all__ = ["AliasRepository", "PredictionRepository", "ReplyRepository"]
