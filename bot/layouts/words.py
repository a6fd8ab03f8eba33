"""Words for numbers, no stronger than the signal is.

A poster says little about how a film is liked: the shipped model ranks a liked film above another one about two times
out of three (score >= 7: ROC-AUC 0.67 on the test split, see its model card). So the words stay careful at any
probability that it gives.
"""

from typing import Final

from models.judgements import ScoreJudgement

BASE_RATE: Final = 0.277
"""Share of films at 7.0 or above among those the starter model learnt from: what "as usual" means."""


def verdict(score: ScoreJudgement) -> str:
    """One sentence on whether films with such posters are liked."""
    if score.p_good >= 0.6:
        return "Films with posters like this are **often liked**"
    if score.p_good >= 0.42:
        return "Films with posters like this are **liked more than most**"
    if score.p_good >= 0.2:
        return "Could go **either way**: posters like this are on good and bad films alike"
    return "Films with posters like this are **seldom rated highly**"


def frequency(probability: float) -> str:
    """A probability as people count: "about 3 in 10"."""
    tenths = round(10 * probability)
    if tenths <= 0:
        return "fewer than 1 in 20" if probability < 0.05 else "about 1 in 15"
    if tenths >= 10:
        return "nearly all"
    return f"about {tenths} in 10"


def likeliest_genres(top: list[tuple[str, float]]) -> str:
    """A headline of one to three genres that stand out, or the plain admission that none does."""
    strong = [name for name, probability in top[:3] if probability >= 0.5]
    if strong:
        return " · ".join(strong)
    name, probability = top[0]
    second, second_probability = top[1]
    if probability >= 0.3 and second_probability < 0.75 * probability:
        return f"Perhaps {name}"
    return f"Perhaps {name} or {second}"


def percent(probability: float) -> str:
    """A probability for a column of them: whole percents, never a false 0 or 100."""
    if probability < 0.01:
        return "<1 %"
    if probability > 0.99:
        return ">99 %"
    return f"{round(100 * probability)} %"


def bar(probability: float, width: int = 12) -> str:
    """A bar of block characters, in eighths of a cell."""
    eighths = round(min(max(probability, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    partial = " ▏▎▍▌▋▊▉"[rest] if rest else ""
    return ("█" * full + partial).ljust(width, "░") if full + bool(rest) <= width else "█" * width
