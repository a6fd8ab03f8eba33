"""The sandbox's commands: serve a local Discord until it is told to end, and do a scenario again on one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from sandbox.config import SandboxConfig, random_token
from sandbox.sandbox import Sandbox
from sandbox.scenarios.command import replay

#: Port the page has unless told otherwise.
DEFAULT_PORT = 8137


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; loopback only, unless you know why not.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any.")] = DEFAULT_PORT,
    openapi: Annotated[
        Path | None,
        typer.Option(
            envvar=["POSTER_JUDGE_SANDBOX_OPENAPI", "SANDBOX_OPENAPI"],
            help="Discord's OpenAPI description (JSON); the bot's requests are held against it.",
        ),
    ] = None,
    token: Annotated[
        str | None, typer.Option(envvar="SANDBOX_TOKEN", help="Bot token to accept; a random one if not given.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(envvar="SANDBOX_PUBLIC_URL", help="Address to put into links, if others see another.")
    ] = None,
    name: Annotated[str, typer.Option(envvar="SANDBOX_APPLICATION_NAME", help="The bot's name.")] = "Sandbox Bot",
    ready_file: Annotated[
        Path | None, typer.Option(help="Written, as JSON with the addresses and the token, once it listens.")
    ] = None,
) -> None:
    """Serve a local Discord: gateway, REST, CDN, and a page to try the bot on."""
    if openapi is not None and not openapi.is_file():
        raise typer.BadParameter(f"there is no file {openapi}", param_hint="--openapi")
    config = SandboxConfig(
        host=host,
        port=port,
        openapi=openapi,
        public_url=public_url,
        application_name=name,
        token=token or random_token(),
    )
    try:
        asyncio.run(_serve(config, ready_file, shows_token=token is None))
    except OSError as error:
        typer.echo(f"The sandbox cannot listen on {host}:{port}: {error.strerror or error}", err=True)
        raise typer.Exit(1) from error


async def _serve(config: SandboxConfig, ready_file: Path | None, *, shows_token: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with Sandbox.start(config) as sandbox:
        _furnish(sandbox)
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends the run there
                loop.add_signal_handler(number, stop.set)
        token = f" The bot's token is {sandbox.token}." if shows_token else ""
        typer.echo(f"The sandbox, a local Discord, is at {sandbox.base_url}/.{token}")
        if ready_file is not None:
            _write_ready_file(ready_file, sandbox)
        await stop.wait()


def _furnish(sandbox: Sandbox) -> None:
    """Add what a visitor of the page expects: a second channel to set the bot up for, and a second server."""
    sandbox.add_channel("off-topic")
    sandbox.add_guild("Night owls", members=("alice", "bob"), channels=("midnight-movies",))


def _write_ready_file(path: Path, sandbox: Sandbox) -> None:
    """Write the file at once: who waits for it must never read half of it. It holds a token: for its owner only."""
    ready = {
        "api_url": sandbox.api_url,
        "gateway_url": sandbox.gateway_url,
        "page_url": f"{sandbox.base_url}/",
        "token": sandbox.token,
        "cdn_host": sandbox.cdn_hosts[0],
    }
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(ready, file)
    part.replace(path)


def main() -> None:
    """Run the command, `serve` if the arguments name none; its log goes to standard error."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    app = typer.Typer(add_completion=False)
    app.command()(serve)
    app.command()(replay)
    arguments = sys.argv[1:]
    named = bool(arguments) and arguments[0] in ("serve", "replay", "--help")
    app(arguments if named else ["serve", *arguments], prog_name="python -m sandbox")
