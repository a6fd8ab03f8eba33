"""What a member submits, and the rows that it becomes."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.tables import Prediction, PredictionState, Reply

TOKEN_LIFETIME: Final = timedelta(minutes=15)
"""How long Discord takes answers to an interaction (developer docs, "Receiving and Responding")."""

TOKEN_MARGIN: Final = timedelta(seconds=30)
"""Taken off the lifetime, for clocks that differ and requests that take their time."""

MAX_PICTURES: Final = 4
"""Pictures judged in one reply: what fits a Components V2 message with room for buttons (40 components)."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture as the interaction's payload describes it; nothing of it is trusted."""

    url: str
    size: int | None
    """Declared bytes."""
    content_type: str | None
    """Declared type."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A member's request to judge one to four pictures, as one reply."""

    interaction_id: int
    """Of the message itself where no command asked."""
    application_id: int
    token: str | None
    """None where no command asked: then the answer is an ordinary message, and a refusal is not told."""
    guild_id: int | None
    channel_id: int | None
    user_id: int
    private: bool
    pictures: tuple[Picture, ...]
    title: str | None = None
    imdb_id: str | None = None
    """Of the film, if the member chose it from the titles offered."""
    posters_per_minute: int | None = None
    """The server's own limit for each member, beside the operator's; None where it has none."""

    def to_reply(self, now: datetime, timeout: timedelta) -> Reply:
        """The rows with which the bot can answer, also after a restart."""
        return Reply(
            id=self.interaction_id,
            application_id=self.application_id,
            token=self.token,
            token_expires_at=now + TOKEN_LIFETIME - TOKEN_MARGIN,
            guild_id=self.guild_id,
            channel_id=self.channel_id,
            user_id=self.user_id,
            private=self.private,
            in_reply_to=self.interaction_id if self.token is None else None,
            created_at=now,
            predictions=[
                Prediction(
                    id=uuid.uuid4().hex,
                    position=position,
                    state=PredictionState.RECEIVED,
                    attachment_url=picture.url,
                    title=self.title,
                    imdb_id=self.imdb_id,
                    received_at=now,
                    deadline_at=now + timeout,
                )
                for position, picture in enumerate(self.pictures)
            ],
        )
