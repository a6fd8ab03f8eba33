"""How far a run is: written by the thread that works, read by the loop that tells it."""

from model_engine.learning.faults import Stopped


class Telling:
    """One number is written at a time, so that no lock is needed."""

    def __init__(self) -> None:
        self.step, self.done, self.total = "", 0, 0
        self._stopped = False

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """Says how far it is.

        Args:
            step: what it is at, such as `features`.
            done: of `total`, within the step.
            total: 0 where it cannot be counted.

        Raises:
            Stopped: the work is not wanted any more.
        """
        self.step, self.done, self.total = step, done, total
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        """Ends the work where it next says how far it is."""
        self._stopped = True
