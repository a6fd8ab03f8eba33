"""What must hold of every outcome, said as sentences where it does not."""

import hashlib
import math
import signal
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from models.judgements import Judgement
from posters.intake import decode
from posters.limits import LONGEST_SIDE, MAX_NORMALISED_BYTES
from posters.poster import NormalisedPoster
from posters.refusals import Refusal, RefusalCode

OF_READING = frozenset({
    RefusalCode.EMPTY, RefusalCode.NOT_AN_IMAGE, RefusalCode.UNSUPPORTED_FORMAT, RefusalCode.DAMAGED,
    RefusalCode.TOO_MANY_BYTES, RefusalCode.TOO_MANY_PIXELS, RefusalCode.TOO_SMALL, RefusalCode.EXTREME_SHAPE,
    RefusalCode.INTAKE_TIMED_OUT, RefusalCode.INTAKE_CRASHED,
})  # fmt: skip
"""Codes that a file may be refused with while it is read."""


def problems_of_poster(poster: NormalisedPoster) -> Iterator[str]:
    """What is wrong with an accepted poster."""
    if hashlib.sha256(poster.jpeg).hexdigest() != poster.sha256:
        yield "its id is not its hash"
    if len(poster.jpeg) > MAX_NORMALISED_BYTES:
        yield f"it has {len(poster.jpeg)} bytes"
    try:
        pixels = decode(poster.jpeg)
    except Refusal as refusal:
        yield f"it cannot be decoded: {refusal.code}"
        return
    if pixels.dtype != np.uint8 or pixels.shape != (poster.height, poster.width, 3):
        yield f"it is decoded as {pixels.dtype} {pixels.shape}, not {(poster.height, poster.width, 3)}"
    if max(pixels.shape[:2]) > LONGEST_SIDE:
        yield f"it is larger than {LONGEST_SIDE} pixels"


def problems_of_refusal(refusal: Refusal) -> Iterator[str]:
    """What is wrong with a refusal."""
    if refusal.code not in OF_READING:
        yield f"reading may not be refused with {refusal.code}"
    if not refusal.message.endswith(".") or len(refusal.message) > 200:
        yield f"no sentence for a member: {refusal.message!r}"


def problems_of_judgement(judgement: Judgement) -> Iterator[str]:
    """What is wrong with the model's answer to an accepted poster."""
    odd = [genre for genre, share in judgement.genres.items() if not 0 <= share <= 1]
    if odd:
        yield f"no probabilities of {', '.join(odd)}"
    if not math.isfinite(judgement.score.expected) or not 0 <= judgement.score.p_good <= 1:
        yield f"no score: {judgement.score}"


def end_of_worker(event: Mapping[str, Any]) -> tuple[str, str | None]:
    """Name of the end that the pool logged, and what is wrong with it.

    An end by the worker's limits, time and memory, is what they are for. Any other is a fault of a decoder or of ours.
    """
    name = event["event"].removeprefix("intake.")
    if name == "worker_died":
        name = _exit_name(event["exit_code"])
        return name, f"the worker ended with {name}"
    if name == "worker_failed":
        return name, f"an exception that is no refusal: {event['error']!r}"
    if name == "timed_out" and event["stuck"]:
        return "stuck", "the pool hung"
    if name == "worker_was_dead":
        return name, "the worker was dead"
    return name, None


def _exit_name(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
