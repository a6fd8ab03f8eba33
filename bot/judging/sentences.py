"""What a member reads when there is no judgement, by cause. Refusals of the intake bring their own sentence."""

import math
from typing import Final

QUEUE_FULL: Final = "queue_full"
DEADLINE: Final = "deadline"
TOO_MANY_REQUESTS: Final = "too_many_requests"
TOO_MANY_HERE: Final = "too_many_here"
SERVER_BUSY: Final = "server_busy"

SENTENCES: Final[dict[str, str]] = {
    QUEUE_FULL: "Too many posters are waiting right now. Please try again in a minute.",
    DEADLINE: "Nobody came to judge your poster in time. Please try again a little later.",
    "poster_missing": "Your poster was lost on the way. Please send it again.",
    "undecodable": "The judge could not read your poster. Please send another copy of it.",
    "gave_up": "Your poster made the judge stumble several times. Please try another copy of it.",
}
"""One clear sentence a cause, that says what to do."""

WAITS: Final[dict[str, str]] = {
    TOO_MANY_REQUESTS: "You have sent many posters; please wait {time}.",
    TOO_MANY_HERE: "In this server that was many posters from you; please wait {time}.",
    SERVER_BUSY: "This server has sent many posters; please wait {time}.",
}
"""Sentences that say how long."""

UNKNOWN_CAUSE: Final = "Something went wrong while judging your poster. Please try again."


def sentence_for(cause: str) -> str:
    """The sentence for a cause; a general one for a cause of a newer engine."""
    return SENTENCES.get(cause, UNKNOWN_CAUSE)


def wait_sentence(cause: str, seconds: float) -> str:
    """The sentence for a cause that passes, with the time left, rounded up."""
    return WAITS[cause].format(time=seconds_left(seconds))


def seconds_left(seconds: float) -> str:
    """A short time in words, rounded up: "a second", "12 seconds"."""
    whole = max(math.ceil(seconds), 1)
    return "a second" if whole == 1 else f"{whole} seconds"
