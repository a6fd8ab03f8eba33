"""The example of the README, as it stands there: a foreign bot, and ten lines that try it."""

import ast
import os
import re
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path

import sandbox


async def test_the_example_of_the_readme_works(tmp_path: Path) -> None:
    package = Path(sandbox.__file__).parent
    bot, example, *_ = re.findall(r"```python\n(.*?)```", (package / "README.md").read_text(), re.DOTALL)
    (tmp_path / "pingbot.py").write_text(bot)
    process = await create_subprocess_exec(
        *(sys.executable, "-c", example),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{package.parent}"},
    )
    output, _ = await process.communicate()
    assert output.decode().splitlines()[-1] == "Pong"
    assert process.returncode == 0
    (main,) = [part for part in ast.parse(example).body if isinstance(part, ast.AsyncFunctionDef)]
    assert len(ast.unparse(main).splitlines()) <= 10


def test_the_package_needs_what_the_readme_says() -> None:
    package = Path(sandbox.__file__).parent
    run = [path for path in package.rglob("*.py") if path.name != "render.py"]  # which draws the samples anew
    trees = [ast.parse(path.read_text()) for path in run]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - {"sandbox"}
    (said,) = re.findall(r"It needs Python 3\.11, (.*?), and nothing", (package / "README.md").read_text(), re.DOTALL)
    assert foreign - {"referencing"} == set(re.findall(r"\w+", said)) - {"and"}  # referencing comes with jsonschema
