"""What somebody who is about to train on a data set should know of it, in sentences."""

import itertools
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from model_engine.datasets.dataset import MANY_VOTES, SPLITS
from model_engine.datasets.describing import Description
from models.genres import GENRES

FEW_POSTERS: Final = 150
"""Posters of a genre, over all splits, below which neither training nor figures say much of it."""

FAR_APART: Final = 3.5
"""Standard errors by which the share of a genre differs between two splits before it is no chance: of 24 genres in
three pairs of splits, one data set in thirty has a pair as far apart that was dealt out at random."""


class Finding(NamedTuple):
    """One thing to know."""

    words: str
    remedy: str = ""
    """What to do about it: a command or an option; empty where there is nothing to do."""


def findings(description: Description) -> list[Finding]:
    """The findings, what spoils figures first."""
    return [
        *_of_pictures(description),
        *_of_splits(description),
        *_of_labels(description),
        *_of_scores(description),
    ]


def _of_pictures(description: Description) -> Iterator[Finding]:
    pictures = description.pictures
    if description.missing["image"]:
        yield Finding(
            f"Posters without a picture: {description.missing['image']:,}.", "dataset download, dataset clean"
        )
    if pictures is None:
        return
    if pictures.alike_across_splits:
        yield Finding(
            f"Groups of near duplicates that lie in more than one split: {pictures.alike_across_splits:,}. "
            "Figures on one split flatter what was fitted on the other.",
            "dataset split",
        )
    spoilt = {
        "unreadable": pictures.unreadable,
        "next to blank": pictures.blank,
        "not higher than wide": pictures.not_portrait,
        "near duplicates": pictures.alike,
    }
    if any(spoilt.values()):
        words = ", ".join(f"{count:,} {name}" for name, count in spoilt.items() if count)
        yield Finding(f"Of the pictures, {words}.", "dataset clean")


def _of_splits(description: Description) -> Iterator[Finding]:
    if set(description.splits) == {"in none"}:
        yield Finding("No poster is in a split yet.", "dataset split")
        return
    sizes = {name: len(rows) for name, rows in description.splits.items() if name in SPLITS}
    apart = [
        f"{genre.name} ({genre.by_split[one]:.1%} of {one}, {genre.by_split[other]:.1%} of {other})"
        for genre in description.genres
        for one, other in itertools.combinations(sizes, 2)
        if abs(genre.by_split[one] - genre.by_split[other])
        > FAR_APART * math.sqrt(genre.share * (1 - genre.share) * (1 / sizes[one] + 1 / sizes[other]))
    ]
    if apart:
        yield Finding(f"The splits are not alike: {', '.join(apart)}.", "dataset split")


def _of_labels(description: Description) -> Iterator[Finding]:
    if description.unknown_genres:
        names = ", ".join(f"{name} ({count:,})" for name, count in description.unknown_genres.most_common(8))
        yield Finding(f"Names that are none of the {len(GENRES)} genres: {names}.", "dataset clean")
    lacking = {name: description.missing[name] for name in ("genres", "score") if description.missing[name]}
    if lacking:
        words = " and ".join(f"{count:,} lack {name}" for name, count in lacking.items())
        yield Finding(f"Of {len(description):,} posters {words}.", "dataset clean")
    few = [genre for genre in description.genres if genre.posters < FEW_POSTERS]
    if few:
        names = ", ".join(f"{genre.name} ({genre.posters})" for genre in few)
        yield Finding(f"Too rare to learn or to measure, below {FEW_POSTERS} posters: {names}.")
    if description.genres:
        most = description.genres[0]
        yield Finding(
            f"{most.name} is on {most.share:.0%} of the posters, {description.genres[-1].name} on "
            f"{description.genres[-1].share:.2%}: micro-averaged figures and hit@1 speak of the common genres alone.",
            "macro-averaged figures, class weights or the asymmetric loss",
        )


def _of_scores(description: Description) -> Iterator[Finding]:
    good = description.good(np.arange(len(description)))
    if np.isnan(good):
        return
    if not 0.4 <= good <= 0.6:
        answer = "good" if good > 0.5 else "not good"
        yield Finding(
            f"{good:.0%} score {description.good_at:g} or more: whoever always says “{answer}” is right on "
            f"{max(good, 1 - good):.0%}.",
            "--balance, or balanced accuracy and ROC-AUC",
        )
    few = int((~np.isnan(description.dataset.scores)).sum()) - description.many_votes
    if few:
        yield Finding(
            f"The scores of {few:,} posters come from fewer than {MANY_VOTES:,} votes, or nobody knows from how many: "
            "they are noisy.",
            f"--min-votes {MANY_VOTES}",
        )
    ranked = sorted((genre for genre in description.genres if genre.posters >= FEW_POSTERS), key=lambda g: g.good)
    if len(ranked) > 1:
        yield Finding(
            f"The score hangs on the genre: {ranked[-1].good:.0%} of {ranked[-1].name} are good, {ranked[0].good:.0%} "
            f"of {ranked[0].name}. A network may learn the genre where it seems to learn what is liked.",
            "compare with the baseline of true genres",
        )
    enough = {name: rows for name, rows in description.decades.items() if len(rows) >= FEW_POSTERS}
    if len(enough) > 1:
        liked = sorted(enough, key=lambda name: description.good(enough[name]))
        yield Finding(
            f"The score hangs on the year: {description.good(enough[liked[-1]]):.0%} of the {liked[-1]}s are good, "
            f"{description.good(enough[liked[0]]):.0%} of the {liked[0]}s. Old films in a collection are those that "
            "are still liked; a network may learn how old a poster looks.",
            "compare with the baseline of decades; dataset split spreads eras evenly",
        )
