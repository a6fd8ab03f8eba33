"""The example of the README, as it stands there."""

import os
import re
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path

import sandbox


async def test_the_example_of_the_readme_works() -> None:
    package = Path(sandbox.__file__).parent
    example = re.search(r"```python\n(.*?)```", (package / "README.md").read_text(), re.DOTALL)
    assert example is not None
    process = await create_subprocess_exec(
        sys.executable, "-c", example[1], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(package.parent)}
    )
    output, _ = await process.communicate()
    assert output.decode().splitlines()[-1] == "Pong"
    assert process.returncode == 0
