"""What a person should notice in an evaluation, in sentences, each with the figures that say so."""

from model_engine.evaluation.evaluating import Estimate, Evaluation
from model_engine.evaluation.figures import LESS_IS_BETTER

Finding = tuple[str, str]
"""A sentence, and the figures behind it."""


def findings(evaluation: Evaluation) -> list[Finding]:
    """What stands out: what a baseline does as well, what is not calibrated, which genres it hardly knows."""
    found = [*_against_baselines(evaluation), *_calibration(evaluation), *_weak_genres(evaluation)]
    return found or [("Nothing stands out: it is ahead of every baseline, and calibrated.", "")]


def _against_baselines(evaluation: Evaluation) -> list[Finding]:
    found = []
    for part, figure, words in (
        ("genres", "macro_roc_auc", "telling genres apart"),
        ("genres", "hit_at_1", "naming one right genre"),
        ("verdict", "roc_auc", "telling good films from others"),
        ("score", "spearman", "ranking films by score"),
    ):
        estimate = evaluation.parts[part].get(figure)
        if estimate is None or estimate.value is None or estimate.low is None:
            continue
        as_good = [name for name, value in estimate.baselines.items() if not _clearly_ahead(figure, estimate, value)]
        if as_good:
            beside = ", ".join(f"{name} {estimate.baselines[name]:.3f}" for name in as_good)
            sentence = f"In {words} it is not clearly ahead of: {', '.join(as_good)}."
            found.append((sentence, f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f}); {beside}"))
    return found


def _clearly_ahead(figure: str, estimate: Estimate, baseline: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high < baseline if figure in LESS_IS_BETTER else estimate.low > baseline


def _calibration(evaluation: Evaluation) -> list[Finding]:
    beyond = evaluation.parts["verdict"].get("ece_beyond_chance")
    if beyond is None or beyond.value is None or beyond.value < 0.01:
        return []
    total = evaluation.parts["verdict"]["ece"].value
    return [
        (
            "The verdict's chances are off by more than chance explains.",
            f"calibration error {total:.3f}, of which {beyond.value:.3f} are beyond chance",
        )
    ]


def _weak_genres(evaluation: Evaluation) -> list[Finding]:
    weak = [
        one
        for one in evaluation.genres
        if one.judged and one.roc_auc.value is not None and one.roc_auc.low is not None and one.roc_auc.low <= 0.6
    ]
    if not weak:
        return []
    names = ", ".join(one.genre for one in weak)
    figures = ", ".join(f"{one.genre} {one.roc_auc.value:.2f} ({one.support} posters)" for one in weak)
    return [(f"Hardly better than guessing at: {names}.", f"ROC-AUC {figures}")]
