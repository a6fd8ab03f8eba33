"""`make audit`: a package with a known vulnerability fails, an absent data base is said and lets pass."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
VULNERABILITY = {
    "id": "PYSEC-2099-1",
    "summary": "a test",
    "affected": [{"package": {"name": "harmless", "ecosystem": "PyPI"}, "ranges": []}],
}


@pytest.fixture
async def data_base() -> AsyncIterator[str]:
    """Address of a stand-in for OSV that knows of one vulnerability, in the package `harmless`."""

    async def query(request: web.Request) -> web.Response:
        name = (await request.json())["package"]["name"]
        return web.json_response({"vulns": [VULNERABILITY]} if name == "harmless" else {})

    app = web.Application()
    app.router.add_post("/v1/query", query)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1/query"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The audit beside one pinned package of its own."""
    shutil.copy(REQUIREMENTS / "audit.py", tmp_path)
    (tmp_path / "pins.txt").write_text(f"harmless==1.0 --hash=sha256:{'0' * 64}\n")
    (tmp_path / "audit-ignored.txt").write_text("# none\n")
    return tmp_path


async def audited(folder: Path, data_base: str) -> tuple[int, str]:
    """Exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, folder / "audit.py",
        env={"PIP_AUDIT_OSV_URL": data_base, "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_package_with_a_known_vulnerability_fails_the_audit(folder: Path, data_base: str) -> None:
    code, said = await audited(folder, data_base)
    assert code == 1
    assert "harmless 1.0: PYSEC-2099-1, fixed in no version yet" in said


async def test_a_vulnerability_that_is_excused_with_date_and_reason_lets_pass(folder: Path, data_base: str) -> None:
    (folder / "audit-ignored.txt").write_text("PYSEC-2099-1 2026-11-21 no fix yet, and we never call it\n")
    code, said = await audited(folder, data_base)
    assert (code, said) == (0, "1 pinned packages audited: no known vulnerabilities.\n")


async def test_an_excuse_without_date_or_reason_is_none(folder: Path, data_base: str) -> None:
    (folder / "audit-ignored.txt").write_text("PYSEC-2099-1\n")
    code, said = await audited(folder, data_base)
    assert code == 1
    assert "wants an id, a date and a reason" in said


async def test_a_data_base_that_cannot_be_had_is_said_in_one_line_and_lets_pass(folder: Path) -> None:
    code, said = await audited(folder, "http://127.0.0.1:1/")
    assert code == 0
    assert said.startswith("Not audited: the data base cannot be had (")
    assert said.count("\n") == 1


async def test_pins_that_cannot_be_read_fail_the_audit(folder: Path, data_base: str) -> None:
    (folder / "pins.txt").write_text("harmless>=1.0\n")
    code, said = await audited(folder, data_base)
    assert code == 1
    assert said.startswith("The audit failed:")


async def test_every_pinned_package_of_the_project_is_audited(data_base: str) -> None:
    code, said = await audited(REQUIREMENTS, data_base)
    assert code == 0
    assert int(said.split()[0]) > 100
    assert said.endswith("no known vulnerabilities.\n")
