"""What one version of the model and the crowd said of the same poster."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from models.consensus import consensus
from models.judgements import Judgement
from models.repositories.feedback import weight_of_event
from models.repositories.statistics import Material


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A poster judged by one version, and corrected."""

    poster: str
    """Which: the same for posters that look the same, and for all versions."""
    judgement: Judgement
    genres: frozenset[str]
    """The crowd's; empty where it named none."""
    score: float | None
    """IMDb's own where the film is known, else what members reported; 0 to 10."""


def opinions_of(material: Material) -> Sequence[Opinion]:
    """One opinion for each poster and each version that judged it; posters that look the same are one poster."""
    opinions = []
    for group, poster in material.posters.items():
        crowd = consensus(poster.events, lambda event: weight_of_event(event, material.records))
        if not crowd.members:
            continue
        score = material.imdb_scores.get(crowd.imdb_id or "", crowd.score)
        opinions += [
            Opinion(
                poster=group,
                judgement=msgspec.convert(judgement, Judgement),
                genres=frozenset(crowd.genres),
                score=score,
            )
            for judgement in poster.judgements.values()
        ]
    return opinions
