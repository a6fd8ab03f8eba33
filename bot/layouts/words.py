"""Words for numbers, no stronger than the signal is.

A poster says little about how a film is liked: the starter version ranks a liked film above another one about seven
times out of ten (score >= 7: ROC-AUC 0.72 on the test split, 0.71 on the validation split; a coin has 0.5). So there
are three verdicts, and each says what was measured of it (`python -m bench.starter --data DIR`), on the 2,500
validation posters that probabilities were calibrated on and on the 3,000 test posters (27 % of either's are liked):

| the model says | validation: posters | liked | test: posters | liked |
|---|---|---|---|---|
| below 20 % | 36 % | 12 % | 36 % | 12 % |
| 20 to 35 % | 36 % | 27 % | 35 % | 26 % |
| 35 % or more | 28 % | 45 % | 29 % | 47 % |

It says 60 % or more of 1 % of the posters (of 38 films 71 % were liked, of 28 in the test split 57 %), too few to have
a word of their own. Genres that an answer names are right in 68.3 % (test: 68.5 %), where it says 68.8 % in the mean
(69.3 %); the first one after "Perhaps" is in 43 % (51 %), where it says 44 %.
"""

import unicodedata
from typing import Final

from models.judgements import LIKELY, Judgement, ScoreJudgement

BAR_WIDTH: Final = 11
"""Characters: with the name and the percents, a line fits a phone."""

TURNING_CHARACTERS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's controls of the writing direction: they would turn the bot's own words around as well."""

LIKED_MORE_FROM: Final = 0.35
SELDOM_LIKED_BELOW: Final = 0.2
"""Probabilities of the verdict at which the words change; see the table above."""


def verdict(score: ScoreJudgement) -> str:
    """One sentence on whether films with such posters are liked."""
    if score.p_good >= LIKED_MORE_FROM:
        return "Films with posters like this are **liked more often than most**"
    if score.p_good >= SELDOM_LIKED_BELOW:
        return "Films with posters like this are **liked about as often as others**"
    return "Films with posters like this are **seldom rated highly**"


def frequency(probability: float) -> str:
    """A probability as people count: "about 3 in 10"."""
    if probability < 1 / 20:
        return "fewer than 1 in 20"
    if probability < 1 / 12:  # Halfway to 1 in 10.
        return "about 1 in 15"
    tenths = int(10 * probability + 0.5)  # `round` would make 2 in 10 of a quarter.
    return "nearly all" if tenths >= 10 else f"about {tenths} in 10"


def likeliest_genres(judgement: Judgement) -> str:
    """A headline of one to three genres that stand out, or the plain admission that none does."""
    named = judgement.named_genres()
    if judgement.genres[named[0]] >= LIKELY:
        return " · ".join(named)
    return "Perhaps " + " or ".join(named)


def headline(judgement: Judgement) -> str:
    """The first two lines of an answer: genres and verdict; or that it does not look like a film poster."""
    genres, liked = likeliest_genres(judgement), verdict(judgement.score)
    if judgement.looks_like_poster:
        return f"## {genres}\n{liked}"
    named = genres[0].lower() + genres[1:] if genres.startswith("Perhaps") else genres
    return f"## This does not look like a film poster\nIf it is one: {named}. {liked}"


def percent(probability: float) -> str:
    """A probability for a column of them: whole percents, never a false 0 or 100."""
    if probability < 0.01:
        return "<1 %"
    if probability > 0.99:
        return ">99 %"
    return f"{round(100 * probability)} %"


def bar(probability: float) -> str:
    """A bar of block characters, `BAR_WIDTH` wide. Whole cells only: half ones leave gaps in many fonts."""
    full = round(min(max(probability, 0.0), 1.0) * BAR_WIDTH)
    return "█" * full + "░" * (BAR_WIDTH - full)


def one_line(text: str) -> str:
    """What a member typed as one plain line: without line breaks, control characters and turns of the direction."""
    shown = (" " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in text)
    return " ".join("".join(character for character in shown if character not in TURNING_CHARACTERS).split())


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, with a sign where something was left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
