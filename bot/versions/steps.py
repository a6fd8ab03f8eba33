"""The steps of a run, in words; the trainer writes their short names into the row."""

from typing import Final

WORDS: Final = {
    "snapshot": "Gathering the corrections",
    "features": "Looking at the posters",
    "anchors": "Looking at the anchor posters",
    "pictures": "Looking at the pictures",
    "train": "Learning",
    "deepen": "Learning deeper",
    "compare": "Comparing with the champion",
    "publish": "Publishing the version",
}


def in_words(step: str) -> str:
    """A step in words; one of a newer trainer by its own name."""
    return WORDS.get(step, step.capitalize())
