"""What a person should notice in an evaluation, in sentences, each with the figures that say so."""

from model_engine.evaluation.figures import LESS_IS_BETTER
from model_engine.evaluation.results import Evaluation

Finding = tuple[str, str]
"""A sentence, and the figures behind it."""


def findings(evaluation: Evaluation) -> list[Finding]:
    """What stands out: what a baseline does as well, what is not calibrated, which genres it hardly knows."""
    found = [*_against_baselines(evaluation), *_calibration(evaluation), *_weak_genres(evaluation)]
    return [*_left_out(evaluation), *(found or [("It is ahead of every baseline, and calibrated.", "")])]


def _left_out(evaluation: Evaluation) -> list[Finding]:
    """What cannot be told, and why."""
    found = []
    if not evaluation.parts["genres"]:
        found.append(("Of no poster the genres are known: there are no figures of genres.", ""))
    if not evaluation.parts["score"]:
        found.append(("Of no poster the score is known: there are no figures of verdict and score.", ""))
    if not any(estimate.baselines for part in evaluation.parts.values() for estimate in part.values()):
        found.append(("The data set has no posters to train on: there is no baseline beside the figures.", ""))
    if not evaluation.learnt("genres"):
        found.append(("It was not trained on genres: of these it says how common each is.", ""))
    if not evaluation.learnt("score"):
        found.append(("It was not trained on scores: of these it says how common each is.", ""))
    return found


def _against_baselines(evaluation: Evaluation) -> list[Finding]:
    found = []
    for part, figure, words in (
        ("genres", "macro_roc_auc", "telling genres apart"),
        ("genres", "hit_at_1", "naming one right genre"),
        ("verdict", "roc_auc", "telling good films from others"),
        ("score", "spearman", "ranking films by score"),
    ):
        estimate = evaluation.parts[part].get(figure)
        if estimate is None or estimate.value is None or not evaluation.learnt(part):
            continue
        less = figure in LESS_IS_BETTER
        as_good = [name for name in estimate.leads if not estimate.ahead_of(name, less_is_better=less)]
        if as_good:
            beside = ", ".join(f"{name} {estimate.baselines[name]:.3f}" for name in as_good)
            sentence = f"In {words} it is not clearly ahead of: {', '.join(as_good)}."
            found.append((sentence, f"{estimate.value:.3f}; {beside}"))
    return found


def _calibration(evaluation: Evaluation) -> list[Finding]:
    beyond = evaluation.parts["verdict"].get("ece_beyond_chance")
    if beyond is None or beyond.low is None or beyond.low <= 0 or not evaluation.learnt("verdict"):
        return []
    total = evaluation.parts["verdict"]["ece"].value
    return [
        (
            "What it says of the verdict is off by more than chance explains.",
            f"calibration error {total:.3f}, of which {beyond.value:.3f} ({beyond.low:.3f} to {beyond.high:.3f}) "
            "are beyond chance",
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
