"""Follows the champion: it is loaded and warmed up beside the version that serves, and takes over between batches."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog

from broker.champion import read_champion
from broker.connection import Broker
from broker.errors import BrokerError
from model_engine.judging import Judge
from models.messages import Champion

log = structlog.get_logger(__name__)

INTERVAL: Final = 1.0
"""Seconds between two looks at who is champion."""

OpenJudge = Callable[[str], Judge]
"""Loads the version of this name, warmed up; raises `VersionError` or `RuntimeUnavailable`."""


class Judges:
    """The judge that serves, and those that still have a batch under way."""

    def __init__(self, judge: Judge) -> None:
        self.current = judge
        self._under_way: Counter[int] = Counter()

    def take(self) -> Judge:
        """The judge for one batch, from preparing to answering; `give_back` must follow."""
        self._under_way[id(self.current)] += 1
        return self.current

    def give_back(self, judge: Judge) -> None:
        """A batch is done; a judge that was replaced meanwhile is closed with its last one."""
        self._under_way[id(judge)] -= 1
        self._close_if_done(judge)

    def replace(self, judge: Judge) -> None:
        """From here on batches are taken by this one."""
        before, self.current = self.current, judge
        self._close_if_done(before)

    def _close_if_done(self, judge: Judge) -> None:
        if judge is not self.current and not self._under_way[id(judge)]:
            del self._under_way[id(judge)]
            judge.close()


class ChampionFollower:
    """Exchanges the judge whenever another version is champion; one that cannot be loaded leaves all as it is."""

    def __init__(self, broker: Broker, judges: Judges, open_judge: OpenJudge) -> None:
        self._broker = broker
        self._judges = judges
        self._open_judge = open_judge
        self._refused: Champion | None = None
        self.notice = ""
        """Why the champion does not serve, in one sentence; empty while it does."""

    @property
    def refused(self) -> str:
        """The champion that cannot be loaded; empty where there is none such."""
        return self._refused.version if self._refused is not None else ""

    async def run(self) -> None:
        """Follows until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(INTERVAL)

    async def look(self) -> None:
        """Takes over what is champion now, if it is another version and can be loaded."""
        try:
            champion = await read_champion(self._broker)
        except BrokerError as error:
            log.warning("engine.champion_unknown", reason=str(error))
            return
        serving = self._judges.current.version.name
        if champion is None or champion.version == serving:
            self.notice, self._refused = "", None
        elif champion != self._refused:
            await self._take_over(champion, serving)

    async def _take_over(self, champion: Champion, serving: str) -> None:
        log.info("engine.champion_loading", version=champion.version, serving=serving)
        try:
            judge = await asyncio.to_thread(self._open_judge, champion.version)
        except Exception as error:
            # Broad on purpose: whatever a version's files bring about, the one that serves goes on, and it is told.
            self._refused = champion
            self.notice = f"The champion {champion.version} cannot be loaded, so {serving} goes on judging: {error}"
            log.error("engine.champion_refused", version=champion.version, serving=serving, reason=str(error))
            return
        self._judges.replace(judge)
        self.notice, self._refused = "", None
        log.info("engine.champion_serves", version=champion.version, before=serving)
