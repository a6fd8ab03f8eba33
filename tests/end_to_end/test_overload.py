"""Far more posters at once than may wait: each is answered or refused kindly, and then all is as before.

How soon they are acknowledged, and what it costs, is measured by `python -m bench.overload`.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from models.database_settings import DatabaseSettings
from sandbox import Sandbox, SandboxConfig
from tests.bot.scene import upload
from tests.databases import migrate
from tests.end_to_end.house import SETTINGS, House
from tests.end_to_end.wire import Wire

AT_ONCE = 300
NO_LIMITS = {"POSTER_JUDGE_MEMBER_POSTERS_PER_MINUTE": "0", "POSTER_JUDGE_SERVER_POSTERS_PER_MINUTE": "0"}


@pytest.mark.long
async def test_three_hundred_at_once_are_answered_or_refused_and_the_next_one_is_judged(
    nats_server: EmbeddedServer, broker: Broker, wire: Wire, tmp_path: Path
) -> None:
    migrate(DatabaseSettings(data_dir=tmp_path / "house").url())
    openapi = os.environ.get("SANDBOX_OPENAPI")
    # Its clock stands still, so that a slow machine does not decide this test.
    config = SandboxConfig(frozen_clock=True, rate_limits=False, openapi=Path(openapi) if openapi else None)
    async with Sandbox.start(config) as sandbox:
        house = House(sandbox, nats_server, broker, wire, tmp_path / "house")
        engine = await house.start_engine()
        bot = await house.start_bot(**NO_LIMITS)
        # No engine comes before all are in, so that the queue does get full.
        engine.freeze()
        alice, limit = sandbox.member("alice"), int(SETTINGS["POSTER_JUDGE_QUEUE_LIMIT"])
        interactions = [await alice.slash("judge", poster=upload()) for _ in range(AT_ONCE)]
        messages = sandbox.channel.messages
        await sandbox.until(
            lambda: sum(message.ephemeral for message in messages.values()) == AT_ONCE - limit, timeout=90
        )
        engine.go_on()
        rows = [await house.final_row(interaction) for interaction in interactions]
        ends = Counter(f"{row.state} {row.cause}".strip() for row in rows)
        assert ends == {"answered": limit, "refused queue_full": AT_ONCE - limit}
        assert [len(interaction.messages_visible_to(alice)) for interaction in interactions] == [1] * AT_ONCE

        interaction = await sandbox.member("bob").slash("judge", poster=upload())
        await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)
        assert (await bot.stop(), await engine.stop()) == (0, 0)
        assert sandbox.breaches == []
