"""What bot, engine and trainer say to each other over the broker, as MessagePack.

Fields may be added with a default, never removed or renamed: old and new processes run side by side.
"""

from enum import StrEnum

import msgspec

from models.judgements import Judgement


class JudgeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """bot -> engine: judge this poster of the store. Its message id is the prediction's id."""

    prediction_id: str
    poster_id: str
    """sha256 of the normalised JPEG, 64 hexadecimal digits; its key in the poster store."""
    deadline: float
    """Unix time in seconds after which nobody waits for the answer."""
    queued_at: float
    """Unix time in seconds."""


class ResultKind(StrEnum):
    """How a request ended in the engine."""

    JUDGED = "judged"
    """The judgement is there."""
    FAILED = "failed"
    """The engine could not judge it; `cause` says why."""
    EXPIRED = "expired"
    """Its deadline had passed before the engine came to it."""


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time of one judgement went in the engine, in milliseconds."""

    queue: float = 0.0
    """From the bot's publish to the engine's pull (two clocks when on two machines)."""
    fetch: float = 0.0
    """Reading the poster from the store."""
    decode: float = 0.0
    """JPEG to the network's input."""
    infer: float = 0.0
    """The batch on the device."""
    batch_size: int = 0
    """Posters that shared the batch."""


class JudgeResult(msgspec.Struct, frozen=True, kw_only=True):
    """engine -> bot: how a request ended. Its message id is the prediction's id."""

    prediction_id: str
    kind: ResultKind
    engine: str
    """The engine's id, as in its heartbeat."""
    runtime: str
    cause: str = ""
    """A code when nothing was judged, such as `poster_missing`, `undecodable`, `gave_up`, `deadline`."""
    judgement: Judgement | None = None
    backbone: str = ""
    """Names the space of the features: two posters' can be compared where it is the same."""
    features: bytes = b""
    """What the backbone makes of the poster, little-endian float16; each backbone has its own length."""
    timings: Timings = Timings()


class TrainRequest(msgspec.Struct, frozen=True, kw_only=True):
    """bot -> trainer: do this run. Its message id is the run's; all else is in the run's row."""

    run_id: int


class Champion(msgspec.Struct, frozen=True, kw_only=True):
    """database -> engines: the version that judges."""

    version: str
    serial: int
    """Of the promotion that made it champion; later ones have greater ones."""


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """Written by the very event loop that does the work, so that a hung one goes stale."""

    id: str
    kind: str
    """`engine` or `bot`."""
    at: float
    """Unix time in seconds."""
    state: str
    """`ready`, or `impaired`: see `problems`."""
    model_version: str = ""
    runtime: str = ""
    detail: str = ""
    problems: tuple[str, ...] = ()
    """What keeps the process from its work, a sentence each."""
    notices: tuple[str, ...] = ()
    """What is not as it should be although the process works, a sentence each."""
    refused: str = ""
    """Of an engine: the champion that it cannot load; one of the notices says why."""
    pinned: bool = False
    """Of an engine: whether it judges with the same version whatever is promoted."""
