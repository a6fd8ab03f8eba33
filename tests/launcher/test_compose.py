"""docker-compose.yml: no container engine is at hand, so each service's command runs as a plain process."""

import asyncio
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from broker.embedded import EmbeddedServer
from migrations.upgrade import current_revision, head_revision
from sandbox import Sandbox, SandboxConfig
from tests.end_to_end.processes import Process

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SECRETS = {"DISCORD_TOKEN": "discord", "NATS_TOKEN": "nats", "POSTGRES_PASSWORD": "postgres"}


def environment_of(service: str) -> dict[str, str]:
    """A service's variables, with the secrets that `.env` would give."""
    variables = COMPOSE["services"][service]["environment"]
    return {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda match: SECRETS[match[1]], value) for name, value in variables.items()
    }


def test_every_service_that_is_ours_runs_the_program_and_is_watched() -> None:
    for name in ("bot", "engine", "engine-gpu", "trainer"):
        service = COMPOSE["services"][name]
        assert service["command"][0] == "poster-judge"
        assert service["healthcheck"]["test"][:3] == ["CMD", "poster-judge", "status"]
        assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_bots_image_installs_neither_tensorflow_nor_onnx_runtime() -> None:
    pinned = (ROOT / "requirements" / "bot.txt").read_text()
    assert not re.search(r"^(tensorflow|keras|onnx)", pinned, re.MULTILINE)


def test_no_requirements_file_names_an_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path.name


def test_every_package_of_ours_gets_into_the_images_and_no_secret() -> None:
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert kept[1] == "*"
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {f"!{package.removesuffix('*')}" for package in packages} <= set(kept)
    assert not {"!.env", "!data", "!.git"} & set(kept)


async def test_migration_bot_engine_and_trainer_run_and_are_found_healthy(
    postgres_server: str, nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    async with Sandbox.start(SandboxConfig()) as sandbox:
        here = {
            "DATABASE_URL": postgres_server,
            "NATS_URL": nats_server.url,
            "POSTER_JUDGE_DATA_DIR": str(tmp_path / "volume"),
            "DISCORD_TOKEN": sandbox.token,
            "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
            "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
        }
        assert await _run("migrate", "command", here, tmp_path) == 0
        assert current_revision(make_url(postgres_server)) == head_revision()
        started = [await _start(service, here, tmp_path) for service in ("engine", "trainer", "bot")]
        try:
            for service in ("engine", "trainer", "bot"):
                await _until_healthy(service, here, tmp_path)
        finally:
            codes = [await process.stop() for process in reversed(started)]
    assert codes == [0, 0, 0]


def _variables(service: str, here: dict[str, str]) -> dict[str, str]:
    # Only what the service gets in compose; the addresses of containers become those of this test's servers.
    return {name: here.get(name, value) for name, value in environment_of(service).items()} | {
        name: here[name] for name in ("POSTER_JUDGE_DISCORD_API_URL", "POSTER_JUDGE_CDN_HOSTS")
    }


async def _start(service: str, here: dict[str, str], cwd: Path) -> Process:
    return await Process.start(*COMPOSE["services"][service]["command"][1:], cwd=cwd, **_variables(service, here))


async def _run(service: str, part: str, here: dict[str, str], cwd: Path) -> int:
    definition: Any = COMPOSE["services"][service]
    words = definition["command"] if part == "command" else definition["healthcheck"]["test"][1:]
    process = await Process.start(*words[1:], cwd=cwd, **_variables(service, here))
    return await process.ended()


async def _until_healthy(service: str, here: dict[str, str], cwd: Path) -> None:
    async with asyncio.timeout(90):
        while await _run(service, "healthcheck", here, cwd) != 0:
            continue


@pytest.mark.parametrize("service", ["postgres", "nats"])
def test_secrets_of_the_servers_stand_in_no_command_line(service: str) -> None:
    words = shlex.join(COMPOSE["services"][service].get("command", []))
    assert "${" not in words
