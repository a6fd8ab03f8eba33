"""Events that reach the bot late, in another order, or twice: Discord promises none of it otherwise.

Source: Discord's Gateway documentation, "Sending and Receiving Events".
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.world.clock import Clock, Timer

#: Sends one event to the bot.
Send = Callable[[], None]


class EventFaults:
    """Stands between what happens and the gateway that tells of it. Messages and interactions pass through.

    Args:
        clock: Says when events that wait for others have waited enough.

    Attributes:
        doubled: How many of the next events come twice.
        holds_interactions: Whether interactions wait for `release`.
        turned: How many events the next ones wait for, to be sent the newest first; 0 for none.
    """

    def __init__(self, clock: Clock) -> None:
        self.doubled = 0
        self.holds_interactions = False
        self.turned = 0
        self._clock = clock
        self._waiting: list[Send] = []
        self._patience = 0.0
        self._timer: Timer | None = None

    def tell(self, send: Send, *, interaction: bool) -> None:
        """Send an event, now or later, once or twice.

        Args:
            send: Sends it.
            interaction: Whether it is INTERACTION_CREATE, not one of a message.
        """
        if self.turned:
            self._turn(send)
        elif interaction and self.holds_interactions:
            self._waiting.append(send)
        else:
            self._send(send)

    def turn_round(self, events: int, *, within: float) -> None:
        """Send the next `events` events the newest first, or as many of them as came `within` seconds of the first."""
        self.turned, self._patience = events, within

    def release(self, *, backwards: bool = False) -> None:
        """Send what waits, and let what comes pass."""
        waiting, self._waiting = self._waiting, []
        self.holds_interactions, self.turned = False, 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for send in reversed(waiting) if backwards else waiting:
            self._send(send)

    def stop(self) -> None:
        """Send what waits, in order, and play no tricks any more."""
        self.doubled = 0
        self.release()

    def _turn(self, send: Send) -> None:
        if not self._waiting:
            due = self._clock.now() + self._patience
            self._timer = self._clock.call_at(due, lambda: self.release(backwards=True))
        self._waiting.append(send)
        if len(self._waiting) >= self.turned:
            self.release(backwards=True)

    def _send(self, send: Send) -> None:
        send()
        if self.doubled:
            self.doubled -= 1
            send()
