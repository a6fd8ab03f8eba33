"""Spoilt posters through the real workers: each is judged or refused with a code; what else happens is found."""

import os
import time
from collections.abc import Iterator

import pytest

from bench.fuzz.containers import join, split
from bench.fuzz.seeds import make_seeds
from bench.fuzz.sending import Fuzz
from model_engine.judging import Judge
from model_engine.runtimes.opening import open_runtime
from model_engine.version_store import SHIPPED_FOLDER
from model_engine.versions import load_version
from posters import worker_process
from posters.limits import Limits
from posters.poster import NormalisedPoster
from posters.settings import PosterSettings

SETTINGS = PosterSettings(intake_workers=2)
HASTY = PosterSettings(intake_workers=1, intake_timeout=0.3)
FORMATS = {"BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP"}


@pytest.fixture
def judge() -> Iterator[Judge]:
    version = load_version(SHIPPED_FOLDER / "starter-3")
    judge = Judge(version, open_runtime("onnx", version, max_batch_size=1))
    yield judge
    judge.close()


async def test_five_hundred_spoilt_posters_are_judged_or_refused_with_a_code(judge: Judge) -> None:
    tally = await Fuzz(3, SETTINGS, judge, keep=None).run(range(500))

    assert [str(case) for case in tally.problems] == []
    assert tally.outcomes.total() == 500
    assert tally.judged > 0
    # Each format gets past its first check at times and is refused at times, or the sample would say little.
    for outcome in ("accepted", "damaged"):
        assert {format_ for format_, found in tally.outcomes if found == outcome} == FORMATS
    assert tally.resident <= tally.address_space <= SETTINGS.intake_memory_bytes


def test_the_files_to_spoil_come_apart_and_together_again() -> None:
    seeds = make_seeds(1)
    assert {seed.format for seed in seeds} == FORMATS
    assert [seed.variant for seed in seeds if join(seed.format, split(seed.format, seed.data)) != seed.data] == []


def abort(data: bytes, limits: Limits) -> NormalisedPoster:
    os.abort()


def stumble(data: bytes, limits: Limits) -> NormalisedPoster:
    raise LookupError("no refusal")


def lie(data: bytes, limits: Limits) -> NormalisedPoster:
    return NormalisedPoster(
        jpeg=b"none", sha256="0" * 64, width=1, height=1, perceptual_hash=None, source_format="JPEG"
    )


@pytest.mark.parametrize(
    ("misdeed", "problem"), [(abort, "SIGABRT"), (stumble, "LookupError"), (lie, "its id is not its hash")]
)
async def test_what_no_file_may_do_is_found_and_the_file_kept(
    misdeed: object, problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    monkeypatch.setattr(worker_process, "normalise", misdeed)
    fuzz = Fuzz(3, SETTINGS, None, keep=tmp_path)
    tally = await fuzz.run(range(1))
    assert problem in str(tally.problems[0])
    assert len(os.listdir(tmp_path)) == 1


def dawdle(data: bytes, limits: Limits) -> NormalisedPoster:
    time.sleep(60)
    raise AssertionError("nobody ended it")


async def test_a_worker_that_its_time_limit_ended_is_told_and_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "normalise", dawdle)
    tally = await Fuzz(3, HASTY, None, keep=None).run(range(1))
    assert tally.problems == []
    assert tally.ends == {"timed_out": 1}
