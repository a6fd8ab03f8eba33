"""Faults as somebody asks for them: the panel, a test in another process, a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.faults.faults import MissingFiles
from sandbox.faults.requests import Fault
from sandbox.gateway.gateway import Gateway
from sandbox.world.world import World

#: Seconds that a delay, a 429's `retry_after` or a wait for other events may last at most.
LONGEST = 3600


class FaultError(Exception):
    """There is no such fault; the text says what there is."""


class FaultsOnDemand:
    """Lets things go wrong, and well again.

    Args:
        world: Where.
        gateway: For cutting the bot's connection.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._makers: dict[str, Callable[[dict[str, Any]], None]] = {
            "latency": self._latency,
            "error": self._error,
            "rate_limit": self._rate_limit,
            "cut": self._cut,
            "missing_files": self._missing_files,
            "double_events": self._double_events,
            "turn_events_round": self._turn_events_round,
            "invalid_session": lambda body: gateway.invalidate_session(resumable=body.get("resumable") is not False),
            "expire_tokens": lambda body: world.interactions.expire_tokens(),
            "silent_heartbeats": lambda body: setattr(world.faults, "acknowledges_heartbeats", False),
            "refuse_gateway": lambda body: setattr(world.faults, "refuses_gateway", True),
        }
        self._enders: dict[str, Callable[[], None]] = {
            "missing_files": lambda: setattr(world.faults, "missing_files", None),
            "double_events": lambda: setattr(world.faults.events, "doubled", 0),
            "turn_events_round": world.faults.events.release,
            "silent_heartbeats": lambda: setattr(world.faults, "acknowledges_heartbeats", True),
            "refuse_gateway": lambda: setattr(world.faults, "refuses_gateway", False),
        }

    async def begin(self, asked: dict[str, Any]) -> None:
        """Let something go wrong: `{kind, …}`, as README.md lists them.

        Raises:
            FaultError: If there is no such fault, or a field of it is wrong.
        """
        kind = str(asked.get("kind"))
        if kind == "drop_gateway":
            await self._gateway.drop(resumable=asked.get("resumable") is not False)
        elif kind == "reconnect":
            await self._gateway.request_reconnect()
        elif kind in self._makers:
            self._makers[kind](asked)
        else:
            kinds = ", ".join([*self._makers, "drop_gateway", "reconnect"])
            raise FaultError(f"kind is one of {kinds}")
        self._world.emit("fault_begun", asked)

    def end(self, kind: str | None = None) -> None:
        """Let all go well from now on, or only what faults of one kind were for."""
        if kind is None:
            self._world.faults.stop()
        elif kind in self._enders:
            self._enders[kind]()
        else:
            for fault in self._world.faults.requests:
                if _request_view(fault)["kind"] == kind:
                    fault.times = 0
                    fault.release()
        self._world.emit("faults_ended", kind)

    def _latency(self, body: dict[str, Any]) -> None:
        self._fail(body, status=None, delay=_number(body, "seconds", 1.0, most=LONGEST))

    def _error(self, body: dict[str, Any]) -> None:
        self._fail(body, status=int(_number(body, "status", 500, least=400, most=599)))

    def _rate_limit(self, body: dict[str, Any]) -> None:
        seconds = _number(body, "retry_after", 1.0, most=LONGEST)
        everywhere = body.get("everywhere") is True
        self._fail(body, status=429, retry_after=seconds, everywhere=everywhere)

    def _cut(self, body: dict[str, Any]) -> None:
        self._fail(body, status=None, disconnect=True, applied=body.get("applied") is True)

    def _fail(self, body: dict[str, Any], **fault: Any) -> None:
        path, method = str(body.get("path") or ""), body.get("method")
        method = None if method is None else str(method).upper()
        self._world.faults.add(Fault(path=path, method=method, times=_times(body), **fault))

    def _missing_files(self, body: dict[str, Any]) -> None:
        status = int(_number(body, "status", 404, least=400, most=599))
        self._world.faults.missing_files = MissingFiles(status=status, times=_times(body))

    def _double_events(self, body: dict[str, Any]) -> None:
        self._world.faults.events.doubled = int(_number(body, "times", 1, least=1, most=10_000))

    def _turn_events_round(self, body: dict[str, Any]) -> None:
        events = int(_number(body, "events", 2, least=2, most=100))
        self._world.faults.events.turn_round(events, within=_number(body, "seconds", 2.0, most=LONGEST))

    def standing(self) -> list[dict[str, Any]]:
        """Return what is to go wrong still, as it was asked for."""
        faults = self._world.faults
        standing = [_request_view(fault) for fault in faults.requests if not fault.spent]
        if faults.missing_files is not None:
            missing = faults.missing_files
            standing.append({"kind": "missing_files", "status": missing.status, "times": missing.times})
        if faults.events.doubled:
            standing.append({"kind": "double_events", "times": faults.events.doubled})
        if faults.events.turned:
            standing.append({"kind": "turn_events_round", "events": faults.events.turned})
        if not faults.acknowledges_heartbeats:
            standing.append({"kind": "silent_heartbeats"})
        if faults.refuses_gateway:
            standing.append({"kind": "refuse_gateway"})
        return standing


def _request_view(fault: Fault) -> dict[str, Any]:
    view: dict[str, Any] = {"path": fault.path, "method": fault.method, "times": fault.times}
    if fault.only_delays:
        return {"kind": "latency", **view, "seconds": fault.delay}
    if fault.disconnect:
        return {"kind": "cut", **view, "applied": fault.applied}
    if fault.status == 429:
        return {"kind": "rate_limit", **view, "retry_after": fault.retry_after, "everywhere": fault.everywhere}
    return {"kind": "error" if fault.status is not None else "hold", **view, "status": fault.status}


def _times(body: dict[str, Any]) -> int | None:
    """Return how often a fault hits: `times`, 1 if it is not said; None, for always, where it is null."""
    return None if body.get("times", 1) is None else int(_number(body, "times", 1, least=1, most=1_000_000))


def _number(body: dict[str, Any], key: str, default: float, *, least: float = 0, most: float) -> float:
    value = body.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise FaultError(f"{key} is a number between {least:g} and {most:g}")
    return value
