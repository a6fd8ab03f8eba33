"""What an evaluation found, as it is written to `evaluation.json` and shown in reports."""

import msgspec


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its 95 % interval; None where it does not exist, such as without any film of a class."""

    value: float | None
    low: float | None
    high: float | None
    baselines: dict[str, float] = {}
    """The same figure of each baseline that says something of it."""
    leads: dict[str, tuple[float, float]] = {}
    """By baseline, the 95 % interval of this figure less the baseline's on the same posters, drawn together: whether
    one is ahead of the other shows sooner so than by their own intervals."""

    def ahead_of(self, baseline: str, *, less_is_better: bool = False) -> bool | None:
        """Whether the version is clearly ahead of a baseline, or clearly behind; None where that cannot be told."""
        low, high = self.leads.get(baseline, (0.0, 0.0))
        if low <= 0 <= high:
            return None
        return (high < 0) == less_is_better


class GenreEstimates(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one genre."""

    genre: str
    support: int
    """Posters of the split that have it."""
    judged: bool
    roc_auc: Estimate
    average_precision: Estimate
    f1: Estimate
    said: int
    """Posters of which the version named it."""


class VerdictCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The confusion matrix of good and not good, and what the classification report makes of it."""

    good_called_good: int
    good_called_bad: int
    bad_called_good: int
    bad_called_bad: int

    @property
    def report(self) -> dict[str, tuple[float, float, float, int]]:
        """Precision, recall, F1 and support of `good` and of `not good`; 0 where a share of nothing would be told."""
        good = _report(self.good_called_good, self.bad_called_good, self.good_called_bad)
        bad = _report(self.bad_called_bad, self.good_called_bad, self.bad_called_good)
        return {"good": good, "not good": bad}


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All that one version's evaluation on one split found."""

    version: str
    task: str
    dataset: str
    """The data set's hash."""
    split: str
    posters: int
    draws: int
    """Of the bootstrap."""
    good_at: float
    parts: dict[str, dict[str, Estimate]]
    """`genres`, `verdict` and `score`; a part is empty where nothing is known of it."""
    genres: tuple[GenreEstimates, ...]
    """The most common first."""
    verdict: VerdictCounts | None
    accuracy: dict[str, dict[str, float]]
    """By split (train, validation): label-wise accuracy of `genres`, and accuracy of the `verdict`."""

    def learnt(self, part: str) -> bool:
        """Whether the version was trained for a part; of another it says the training split's shares."""
        return learnt(self.task, part)


def learnt(task: str, part: str) -> bool:
    """Whether a version that was trained for this task learnt a part (`genres`, `verdict` or `score`)."""
    return task == "both" or (task == "genres") == (part == "genres")


def _report(right: int, too_many: int, missed: int) -> tuple[float, float, float, int]:
    precision = right / (right + too_many) if right + too_many else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * right / (2 * right + too_many + missed) if right else 0.0
    return precision, recall, f1, right + missed
