"""What may go wrong between Discord and a bot, when a test wants it to."""

from __future__ import annotations

from typing import Any

from sandbox.faults.faults import MissingFiles
from sandbox.faults.requests import Fault
from sandbox.interactions.interaction import Interaction
from sandbox.messages.message import Message
from sandbox.server import Server
from sandbox.world.world import World


class Trouble:
    """The part of a `Sandbox` that makes things hard for the bot.

    Attributes:
        world: What there is.
        server: What the bot is connected to.
    """

    world: World
    server: Server

    async def drop_gateway(self, *, code: int = 4000, resumable: bool = True) -> None:
        """Cut the bot's websockets; events of resumable sessions are kept for it."""
        await self.server.gateway.drop(code=code, resumable=resumable)

    def refuse_gateway(self, refuse: bool) -> None:
        """Turn new gateway connections away (True) or take them again."""
        self.world.faults.refuses_gateway = refuse

    async def request_reconnect(self) -> None:
        """Ask the bot to reconnect (opcode 7)."""
        await self.server.gateway.request_reconnect()

    def invalidate_session(self, *, resumable: bool = True) -> None:
        """Tell the bot that its session is invalid (opcode 9), to be resumed or begun anew."""
        self.server.gateway.invalidate_session(resumable=resumable)

    def acknowledge_heartbeats(self, acknowledge: bool) -> None:
        """Stop (False) or resume acknowledging heartbeats, as a dead connection would."""
        self.world.faults.acknowledges_heartbeats = acknowledge

    def dispatch_again(self, said: Interaction | Message) -> None:
        """Send an interaction or a message to the bot a second time."""
        if isinstance(said, Message):
            self.server.gateway.dispatch_message(said)
        else:
            self.server.gateway.dispatch_interaction(said)

    def double_events(self, times: int) -> None:
        """Send each of the next `times` messages and interactions twice: Discord may do so after a resumption."""
        self.world.faults.events.doubled = times

    def hold_interactions(self) -> None:
        """Keep interactions back from now on, as a gateway that lags."""
        self.world.faults.events.holds_interactions = True

    def release_interactions(self, *, backwards: bool = False) -> None:
        """Send the interactions kept back, the newest first if `backwards`: Discord promises no order."""
        self.world.faults.events.release(backwards=backwards)

    def turn_events_round(self, events: int, *, within: float = 2.0) -> None:
        """Send the next `events` messages and interactions the newest first.

        Args:
            events: How many wait for each other.
            within: Seconds of the sandbox's time after which those that came are sent without the rest.
        """
        self.world.faults.events.turn_round(events, within=within)

    def expire_tokens(self) -> None:
        """Let all interaction tokens that exist now run out, without moving the clock."""
        self.world.interactions.expire_tokens()

    def lose_files(self, *, times: int | None = None, status: int = 404) -> None:
        """Answer the next `times` downloads from the CDN (None: all from now on) with `status`."""
        self.world.faults.missing_files = MissingFiles(status=status, times=times)

    def slow_down(self, seconds: float, path: str = "", *, times: int | None = None) -> Fault:
        """Let requests whose path contains `path` wait so many seconds of the sandbox's time before they count."""
        return self.fail_next(path, times=times, status=None, delay=seconds)

    def fail_next(self, path: str = "", *, method: str | None = None, **fault: Any) -> Fault:
        """Let the next request whose path or template contains `path` fail.

        Args:
            path: Such as `/callback`, `@original`, `/channels/`; "" for any.
            method: HTTP method, None for any.
            fault: The other fields of `Fault`: `times`, `delay`, `status`, `code`, `message`, `retry_after`,
                `everywhere`, `applied`, `disconnect`, `hold`.
        """
        made = Fault(path=path, method=method, **fault)
        self.world.faults.add(made)
        return made

    def hold_next(self, path: str = "", *, method: str | None = None, times: int = 1) -> Fault:
        """Let the next such request wait until `release()` of the returned fault, and then go through."""
        return self.fail_next(path, method=method, times=times, status=None, hold=True)

    def stop_trouble(self) -> None:
        """Let all go well from now on; what was held back is sent."""
        self.world.faults.stop()
