"""How a version may learn from corrections: what operators choose from, and what trainers know."""

from enum import StrEnum
from typing import Final


class LearningRecipe(StrEnum):
    """By the name that stands in a run's row; docs/learning.md says what each does."""

    HEADS = "heads"
    """The champion's two linear heads learn, all else stays."""
    DEEPER = "deeper"
    """Its network's last stage learns too, on the pictures."""


IN_WORDS: Final = {
    LearningRecipe.HEADS: "heads: how features are judged; quick, and the safest",
    LearningRecipe.DEEPER: "deeper: what is seen in posters, too; learns more, takes longer",
}
