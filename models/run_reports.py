"""What a training run found out: written by the trainer, shown by the bot and on the command line."""

import msgspec


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of the gate between a challenger and the champion's place."""

    name: str
    passed: bool
    words: str
    """What was found, in one sentence with its figures."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of champion and challenger on the same held-out posters."""

    name: str
    """Such as `genres, macro ROC-AUC`."""
    before: float
    """The champion's."""
    after: float
    """The challenger's."""
    change_low: float
    """Lower end of the 95 % bootstrap interval of the change, in the measure's own unit."""
    change_high: float
    more_is_better: bool
    posters: int
    """Held-out posters that it was measured on; of a genre, those that have it."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """Champion against challenger."""

    champion: str
    """Version that the run started from."""
    version: str
    """Version that it published."""
    snapshot: str
    """sha256 of the frozen corrections, 64 hexadecimal digits."""
    learned_from: int
    """Posters that taught."""
    held_out: int
    """Posters that measured."""
    seconds: float
    """From the request's start to the published version."""
    word: str
    """One plain sentence on what it proves, or how little."""
    checks: tuple[Check, ...]
    figures: tuple[Figure, ...]
    """Of all posters."""
    genres: tuple[Figure, ...] = ()
    """ROC-AUC genre by genre, of those with held-out posters on both sides."""

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against promotion."""
        return all(check.passed for check in self.checks)
