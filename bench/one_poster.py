"""`python -m bench.one_poster [VERSION …]`: what a poster costs a version on one core, and what the version weighs."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from bench.figures import median
from model_engine.runtimes import open_runtime
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import Version, load_version
from models.versions import STARTER_VERSION

ROUNDS: Final = 60
SIZE: Final = (500, 740)
"""Columns and rows of the picture, about as members upload them."""


def main(wanted: list[str]) -> None:
    """Measures the versions in turn, round by round, so that a busy moment hits them all."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    names = wanted or [STARTER_VERSION]
    versions = [_version(name) for name in names]
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), np.uint8))
    steps = {name: _steps(version, picture) for name, version in zip(names, versions, strict=True)}
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name, of_name in steps.items():
            for step, do in of_name.items():
                started = time.perf_counter()
                do()
                took.setdefault((name, step), []).append(time.perf_counter() - started)
    for name, version in zip(names, versions, strict=True):
        weight = sum(file.stat().st_size for file in version.folder.iterdir())
        times = ", ".join(f"{step} {1000 * median(took[name, step]):.1f} ms" for step in steps[name])
        print(f"{name}: {weight / 1e6:.1f} MB; {times} (medians of {ROUNDS} on one core)")


def _version(name: str) -> Version:
    folder = Path(name)
    return load_version(folder) if folder.is_dir() else VersionStore.from_settings(EngineSettings()).load(name)


def _steps(version: Version, picture: Image.Image) -> dict[str, Callable[[], object]]:
    runtime = open_runtime("onnx", version, threads=1)
    one = version.preprocessing.prepare_image(picture)[np.newaxis]
    runtime.infer(one)
    return {
        "making a picture small": lambda: version.preprocessing.prepare_image(picture),
        "judging it": lambda: runtime.infer(one),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
