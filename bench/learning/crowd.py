"""Members as they come: what each says of a poster, as the events that the bot would have stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from bench.learning.lies import Lie
from model_engine.learning.examples import Examples
from models.genres import GENRES
from models.lessons import Words
from models.snowflakes import DISCORD_EPOCH
from models.tables import Feedback, FeedbackKind
from models.trust import weight

NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)

SAYS_SCORE: Final = 0.6
"""Share of answers that also name IMDb's score."""

MORE_ANSWERS: Final = 1.2
"""Answers to a poster beyond the first, in the mean (Poisson)."""

ACTIVITY: Final = 1.0
"""Spread of members' activity: the standard deviation of its logarithm. A few say most, as everywhere."""

MEMBERS: Final = 60
MALICIOUS: Final = 0.2
"""Share of members."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One who corrects."""

    user_id: int
    noise: float
    """Chance that an answer is another film's."""
    malicious: bool
    activity: float
    """How often this one answers, beside others."""


def members(chance: np.random.Generator, *, noise: Sequence[float], malicious: int = 0) -> list[Member]:
    """One honest member for each noise, and so many malicious ones; all with old accounts, which weigh most."""
    activity = np.exp(chance.normal(0.0, ACTIVITY, len(noise) + malicious))
    return [
        Member(
            user_id=_account(number, NOW - timedelta(days=400)),
            noise=noise[number] if number < len(noise) else 0.0,
            malicious=number >= len(noise),
            activity=float(activity[number]),
        )
        for number in range(len(noise) + malicious)
    ]


def _account(number: int, created: datetime) -> int:
    milliseconds = int(created.timestamp() * 1000) - DISCORD_EPOCH
    return (milliseconds << 22) + number


def trust_in(crowd: Sequence[Member]) -> dict[int, float]:
    """What the database would weigh each at: nothing was removed by moderators, who saw nothing."""
    return {member.user_id: weight(member.user_id, NOW) for member in crowd}


def speakers(crowd: Sequence[Member], posters: int, chance: np.random.Generator) -> list[np.ndarray]:
    """Who answers to each poster: one member or more, the active ones more often."""
    shares = np.array([member.activity for member in crowd])
    counts = np.minimum(1 + chance.poisson(MORE_ANSWERS, posters), len(crowd))
    return [chance.choice(len(crowd), count, replace=False, p=shares / shares.sum()) for count in counts]


class Notebook:
    """Writes down what is said, as the table `feedback` would."""

    def __init__(self, crowd: Examples, group_ids: Sequence[str], chance: np.random.Generator) -> None:
        self._crowd, self._group_ids, self._chance = crowd, group_ids, chance
        self._events: dict[int, list[Feedback]] = {}
        self._next = 1

    def honest(self, row: int, member: Member) -> None:
        """The member's word, which is another film's by mistake as often as the member's noise says."""
        film = row if self._chance.random() >= member.noise else int(self._chance.integers(len(self._crowd)))
        self._say(row, member, self._crowd.genres[film], float(self._crowd.scores[film]))

    def lie(self, row: int, member: Member, lie: Lie) -> None:
        """The lie about the film."""
        self._say(row, member, lie.genres(self._crowd.genres[row]), lie.score(float(self._crowd.scores[row])))

    def words(self) -> list[Words]:
        """Of every poster that was spoken of, in the order in which that began."""
        return [Words(group_id=self._group_ids[row], events=events) for row, events in self._events.items()]

    def _say(self, row: int, member: Member, genres: np.ndarray, score: float) -> None:
        named = [GENRES[genre] for genre in np.flatnonzero(genres)]
        if named:
            self._write(row, member, FeedbackKind.GENRES, named)
        if not np.isnan(score) and self._chance.random() < SAYS_SCORE:
            self._write(row, member, FeedbackKind.SCORE, round(score, 1))

    def _write(self, row: int, member: Member, kind: FeedbackKind, value: Any) -> None:
        event = Feedback(id=self._next, user_id=member.user_id, kind=kind, value=value, created_at=NOW)
        self._next += 1
        self._events.setdefault(row, []).append(event)
