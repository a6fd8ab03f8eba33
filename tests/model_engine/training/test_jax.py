"""The same code on Keras' other backend, with every batch shared by two devices."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.versions import load_version
from tests.model_engine.training import tiny


@pytest.mark.long
@pytest.mark.timeout(600)
def test_jax_trains_on_two_devices_and_its_version_is_one_like_any_other(toys: Dataset, tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_bytes(msgspec.json.encode(tiny.recipe(**{"phase.epochs": 4})))
    words = [str(word) for word in (tmp_path / "recipe.json", toys.folder, tmp_path, tmp_path / "cache")]
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        "JAX_PLATFORMS": "cpu",
    }
    done = subprocess.run(
        [sys.executable, tiny.__file__, *words], env=environment, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "several devices" in done.stdout + done.stderr
    version = load_version(tmp_path / "tiny-1")
    metrics = msgspec.json.decode((version.folder / "metrics.json").read_bytes())
    assert metrics["loss_per_poster"]["phase 2"]["validation"][-1] < metrics["loss_per_poster"]["phase 1"]["train"][0]
