"""All that is to go wrong in one sandbox: REST, gateway and CDN ask here."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.cdn.attachments import CdnFault
from sandbox.faults.events import EventFaults
from sandbox.faults.requests import Fault
from sandbox.world.clock import Clock


@dataclass(kw_only=True, eq=False)
class MissingFiles:
    """Files that cannot be had: the next `times` downloads are answered with `status`; all of them if None."""

    status: int = 404
    times: int | None = 1


@dataclass(eq=False)
class Faults:
    """What is to go wrong.

    Attributes:
        clock: The sandbox's.
        requests: To the REST API, first come first hit.
        missing_files: On the CDN, None for nothing.
        events: On their way to the bot.
        acknowledges_heartbeats: Off, the gateway plays a dead connection.
        refuses_gateway: On, new connections to the gateway are turned away.
    """

    clock: Clock
    requests: list[Fault] = field(default_factory=list)
    missing_files: MissingFiles | None = None
    acknowledges_heartbeats: bool = True
    refuses_gateway: bool = False
    events: EventFaults = field(init=False)

    def __post_init__(self) -> None:
        """Let events pass."""
        self.events = EventFaults(self.clock)

    def add(self, fault: Fault) -> None:
        """Have a fault wait for its requests."""
        self.requests = [one for one in self.requests if not one.spent]
        self.requests.append(fault)

    def of_request(self, method: str, path: str, template: str | None) -> list[Fault]:
        """Return what hits a request and count it: at most one delay, and then at most one that does more."""
        hit = [fault for fault in self.requests if fault.matches(method, path, template)]
        delays = [fault for fault in hit if fault.only_delays]
        others = [fault for fault in hit if not fault.only_delays]
        chosen = [*delays[:1], *others[:1]]
        for fault in chosen:
            fault.count()
        return chosen

    def of_download(self) -> CdnFault | None:
        """Return what hits a download of any file, and count it."""
        missing = self.missing_files
        if missing is None:
            return None
        if missing.times is not None:
            missing.times -= 1
            if missing.times <= 0:
                self.missing_files = None
        return CdnFault(status=missing.status)

    def stop(self) -> None:
        """Let all go well from now on; what was held back is sent."""
        for fault in self.requests:
            fault.times = 0
            fault.release()
        self.requests = []
        self.missing_files = None
        self.acknowledges_heartbeats, self.refuses_gateway = True, False
        self.events.stop()
