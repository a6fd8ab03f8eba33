"""The soak's short version: everything runs, things go wrong all the time, and every command is accounted for.

The long one is `python -m bench.soak`; what it found stands in `docs/reliability.md`.
"""

import os
import random
from pathlib import Path

import pytest

from bench.soak.running import Plan, soak

FAULTS = (
    "bot killed",
    "engine killed",
    "15 answers 502, done all the same",
    "NATS killed",
    "disk full for 6 s",
    "tokens expired",
    "launcher killed",
)


@pytest.mark.long
async def test_nothing_is_lost_or_answered_twice_while_everything_goes_wrong(tmp_path: Path) -> None:
    openapi = os.environ.get("SANDBOX_OPENAPI")
    plan = Plan(count=120, rate=8, faults=len(FAULTS), only=FAULTS)
    report, kept = await soak(tmp_path, plan, random.Random(1), Path(openapi) if openapi else None)
    assert kept, report
    assert "| answered |" in report
