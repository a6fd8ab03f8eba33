"""What members' corrections in words mean: a pure reading of English, with no Discord and no database."""

from bot.feedback.understanding.meaning import GenreStatement, Problem, ProblemKind, Understood, resolve
from bot.feedback.understanding.reading import parse_score, understand

__all__ = ["GenreStatement", "Problem", "ProblemKind", "Understood", "parse_score", "resolve", "understand"]
