"""Imports run one way, and the bot stays light."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_import_contracts_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "strangers"),
    [
        ("bot.running", "tensorflow keras onnxruntime onnx sklearn matplotlib sandbox model_engine"),
        ("model_engine.serving.running", "tensorflow keras onnx sklearn matplotlib discord sqlalchemy sandbox bot"),
        ("model_engine.learning.running", "tensorflow keras onnxruntime onnx sklearn matplotlib pandas sandbox bot"),
        ("launcher.cli", "tensorflow keras onnxruntime discord sandbox jsonschema pandas sklearn matplotlib optuna"),
        ("launcher.up", "tensorflow keras onnxruntime discord"),
    ],
)
def test_a_process_imports_nothing_heavy_that_it_does_not_need(module: str, strangers: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(strangers.split())} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == []
