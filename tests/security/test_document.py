"""docs/security.md names only what there is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text()


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", DOCUMENT)
    assert len(named) > 40
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|md|txt|toml|yml)|\.ci/run|Makefile)`", DOCUMENT)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []
