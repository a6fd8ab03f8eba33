"""What is counted of the files that were sent."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Case:
    """One spoilt file and what became of it."""

    number: int
    format: str
    """Of the sound file that it was made from."""
    variant: str
    done: str
    """The mutations, in their order."""
    outcome: str
    """`accepted`, a code of `posters.refusals.RefusalCode`, or `none`."""
    seconds: float
    """From sending to the outcome."""
    ends: tuple[str, ...] = ()
    """How workers ended over it: `SIGSEGV`, `out_of_memory`, `timed_out` and so on."""
    problems: tuple[str, ...] = ()
    """What must never be; empty if all is well."""

    def __str__(self) -> str:
        """One line that tells how to make it again."""
        said = "; ".join((*self.problems, *self.ends)) or self.outcome
        return f"{self.number}: {self.format} ({self.variant}), {self.done}: {said}, {self.seconds:.2f} s"


@dataclass
class Tally:
    """All cases of a run."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Files by format and outcome."""
    ends: Counter[str] = field(default_factory=Counter)
    """Workers' ends by kind."""
    noted: list[Case] = field(default_factory=list)
    """Cases with problems, and those that ended a worker."""
    slowest: Case | None = None
    judged: int = 0
    """Accepted posters that the model judged as well."""
    address_space: int = 0
    """Bytes: the most that any worker had."""
    resident: int = 0
    """Bytes of memory: the most that any worker had."""

    @property
    def problems(self) -> list[Case]:
        """Cases in which something happened that must never happen."""
        return [case for case in self.noted if case.problems]

    def add(self, case: Case) -> None:
        """Counts a case."""
        self.outcomes[case.format, case.outcome] += 1
        self.ends.update(case.ends)
        if case.problems or case.ends:
            self.noted.append(case)
        if self.slowest is None or case.seconds > self.slowest.seconds:
            self.slowest = case
