"""What the card says in words, from figures that were measured or made up."""

import copy
from typing import Any

import msgspec
import pytest

from model_engine.training.model_card import model_card
from model_engine.training.recipe import read_recipe
from model_engine.versions import METRICS_FILE, Version


@pytest.fixture
def metrics(starter: Version) -> Any:
    return copy.deepcopy(msgspec.json.decode((starter.folder / METRICS_FILE).read_bytes()))


def card(starter: Version, metrics: Any, task: str = "both") -> str:
    labels = msgspec.structs.replace(starter.labels, task=task)
    return model_card(read_recipe("starter"), labels, metrics)


def limits(text: str) -> str:
    return text.partition("## Limits")[2]


def test_a_time_in_which_it_is_no_better_than_a_constant_answer_is_among_the_limits(
    starter: Version, metrics: Any
) -> None:
    era = metrics["test"]["by_era"]["eras"][0]
    hit, verdict, excess = (era["figures"][name] for name in ("hit_at_1", "roc_auc", "excess"))
    hit["leads"]["constant"], verdict["low"], excess["low"], excess["high"] = [0.1, 0.2], 0.51, -0.1, 0.1
    assert "Films before 1970" not in limits(card(starter, metrics))
    hit["leads"]["constant"] = [-0.1, 0.2]
    assert (
        "- Films before 1970: its likeliest genre is not for certain right more often than the commonest one is.\n"
        in (limits(card(starter, metrics)))
    )
    excess["high"], verdict["low"] = -0.05, 0.49
    assert "commonest one is; its verdict is not for certain better than a coin's; P(good) is 0." in (
        limits(card(starter, metrics))
    )


def test_without_eras_and_years_the_card_has_no_empty_table(starter: Version, metrics: Any) -> None:
    metrics["test"]["by_era"] = {"genres": [], "left_out": 7, "eras": []}
    metrics["years"] = []
    text = card(starter, metrics)
    assert "7 posters have no year that is known, or are of an era with fewer than 50: too few to tell by." in text
    assert "| years |" not in text
    assert "- Series, games and fan art" in limits(text)


def test_what_it_did_not_learn_is_not_told_of_films_of_a_time(starter: Version, metrics: Any) -> None:
    figures = metrics["test"]["by_era"]["eras"][0]["figures"]
    for name in ("roc_auc", "p_good", "good", "excess"):
        del figures[name]
    text = card(starter, metrics, task="genres")
    [row] = [line for line in text.splitlines() if line.startswith("| before 1970 |")]
    assert row.endswith("| – | – | – |")
    assert "in the mean: it is calibrated" not in text
