"""Settings of the trainer."""

from pathlib import Path

from pydantic import Field

from models.settings import Settings


class LearningSettings(Settings):
    """What guards the champion's place beside the corrections themselves."""

    anchors: Path | None = Field(
        default=None,
        description="Folder of a labelled data set (docs/datasets.md) on which no challenger may be worse; unset: none",
    )
