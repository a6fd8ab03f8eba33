"""What members' corrections in words mean: a pure reading of English, with no Discord and no database."""

from bot.feedback.understanding.meaning import GenreStatement, Problem, ProblemKind, Understood, resolve

__all__ = ["GenreStatement", "Problem", "ProblemKind", "Understood", "resolve"]
