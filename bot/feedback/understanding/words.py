"""The words of a correction besides genres, by what they do; spelt as after cleaning: small, without signs."""

from typing import Final

from bot.feedback.understanding.attitude_words import ATTITUDE_WORDS
from bot.feedback.understanding.fillers import FILLERS
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.score_words import SCORE_WORDS
from bot.feedback.understanding.statement_words import STATEMENT_WORDS

WORDS: Final[tuple[tuple[Role, str], ...]] = FILLERS + STATEMENT_WORDS + ATTITUDE_WORDS + SCORE_WORDS
"""Where a word stands in several rows, it does all of that. The longest phrase wins."""
