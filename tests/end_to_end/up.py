"""`poster-judge up` as one starts it, and what one does with it."""

import re
from pathlib import Path
from typing import Any

import aiohttp

from broker.settings import BrokerSettings
from launcher.status import collect
from models.database_settings import DatabaseSettings
from tests.bot.scene import poster
from tests.end_to_end.processes import Process

QUICK = {"POSTER_JUDGE_RUNTIME": "fake", "POSTER_JUDGE_INTAKE_WORKERS": "1"}
"""Starts sooner, for those who look at starting and ending alone."""


async def start(data_dir: Path, **settings: str) -> tuple[Process, str]:
    """Everything, and the address of the sandbox's page."""
    environment = {"POSTER_JUDGE_DATA_DIR": str(data_dir), "COLUMNS": "200"} | settings
    up = await Process.start("up", "--sandbox-port", "0", cwd=data_dir.parent, **environment)
    ready = await up.line("Ready.")
    (page,) = re.findall(r"http://127\.0\.0\.1:\d+/", ready)
    return up, page


async def judge(http: aiohttp.ClientSession, page: str) -> dict[str, Any]:
    """Sends `/judge` as the page does; gives the interaction with its messages."""
    form = aiohttp.FormData()
    form.add_field("file", poster(), filename="poster.jpg", content_type="image/jpeg")
    async with http.post(f"{page}control/uploads", data=form) as answer:
        upload = await answer.json()
    command = {"member": "alice", "command": "judge", "options": {"poster": upload["id"]}}
    async with http.post(f"{page}control/interactions", json=command) as answer:
        interaction = await answer.json()
    async with http.get(f"{page}control/interactions/{interaction['id']}", params={"wait": "20"}) as answer:
        return await answer.json()


async def status(data_dir: Path) -> dict[str, Any]:
    """What `poster-judge status` finds, without a process for it."""
    return await collect(BrokerSettings(data_dir=data_dir), DatabaseSettings(data_dir=data_dir))
