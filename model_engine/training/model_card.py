"""The card that travels with a version: what it is, what it was made from, what it can and cannot do."""

from collections.abc import Sequence
from typing import Any, Final

from model_engine.evaluation.results import learnt
from model_engine.training.card_eras import cell, eras_table, interval, weak_eras
from model_engine.training.recipe import Recipe, read_recipe
from model_engine.training.recipe_values import options_of
from model_engine.versions import Labels

GENRE_LINES: Final = (
    ("macro ROC-AUC", "macro_roc_auc"),
    ("mean average precision", "mean_average_precision"),
    ("macro F1", "macro_f1"),
    ("micro F1", "micro_f1"),
    ("samples F1", "samples_f1"),
    ("hit@1: the likeliest genre is one of the film's", "hit_at_1"),
    ("hit@3: one of the three likeliest is", "hit_at_3"),
    ("calibration error (ECE, mean over genres)", "ece_mean_over_genres"),
)
SCORE_LINES: Final = (
    ("score of 7 or more: ROC-AUC", "roc_auc"),
    ("score of 7 or more: balanced accuracy", "balanced_accuracy"),
    ("score of 7 or more: accuracy on a balanced test", "balanced_test_accuracy"),
    ("score of 7 or more: calibration error (ECE)", "ece"),
    ("score of 7 or more: calibration error beyond chance", "ece_beyond_chance"),
    ("score: Spearman", "spearman"),
    ("score: RMSE, points", "rmse"),
)

MOST_NAMES: Final = 4
"""Of layers that a phase trains; of more the first and the last are named."""

TASKS: Final = {
    "both": "genres and score",
    "genres": "genres alone",
    "verdict": "good or bad",
    "classes": "the five classes of the score",
}

STORED: Final = {
    8: "Kernels of convolutions have 255 steps (8 bits in the ONNX file), those of heads are float16.",
    16: "Kernels are stored as float16.",
}

CARD: Final = """\
# {version}

Judges a film by its poster: probabilities of {all_genres} genres, and a distribution over the film's IMDb score.

## Use
For fun and for study, in a Discord bot. It sees a picture and nothing else: neither title, cast nor plot.
A genre's probability is often right in the mean and often wrong for one film; the score's is a weak signal, and
the answer's standard deviation is nearly as wide as that of all films. Do not decide anything that matters by it.

## What it is
{what}. Input {height} x {width}
pixels, a poster stretched to it. Recipe `{recipe}`, seed {seed}. {stored}
Made by:

    poster-judge train --data DIR --out DIR {options}

The same command on the same posters gives the same figures: on one machine and with the same packages the same files
byte for byte; elsewhere the last digits of sums may differ.

## Data and rights
{train:,} posters to fit, {validation:,} to choose, stop, calibrate and set thresholds, {test:,} for the figures below.
Genres and scores come from IMDb's data for non-commercial use; the artwork belongs to the studios. Neither is
included here, and neither can be got back from these weights. Labels are noisy: what genres a film has is a matter of
who lists them, and a score from few votes is mostly chance (training weighs it less).


Judged are the {judged} genres with at least {least} posters over all splits. Too rare to judge: {rare}; their
probabilities are little more than their share of films.

## Figures
{table}

The constant answer is the training split's own mean: the share of each genre, the histogram of scores. Thresholds for
F1 and accuracy come from the validation split. A constant answer's F1 is that of saying the same commonest genres of
every poster, as many as are best for that F1 on the validation split.
Figures marked "1,000 votes" are for posters of films with at least that many votes. {many_votes}
"Beyond chance" is the error less what a calibrated model of as many posters would show.

### Genre by genre, on the test split
In brackets 95 % intervals (bootstrap over posters). A constant answer has a ROC-AUC of 0.5, and a mean precision equal
to the genre's share of the posters.

{genres}

### By the film's year, on the test split
{eras}

![reliability](reliability.png)
![roc](roc.png)
![history](history.png)

## Limits
- Trained on small pictures (longest side 248 pixels): small type cannot be read.
- {years}Series, games and fan art are outside of what it saw.
{weak}- {others}
- Sequels share artwork, so a neighbour of a test poster may have been seen in training: the figures flatter a little.
- It repeats what its labels repeat: what was filmed, how it was marketed, who votes on IMDb.
"""


def model_card(recipe: Recipe, labels: Labels, metrics: dict[str, Any]) -> str:
    """The card as Markdown, every figure in it taken from `metrics`."""
    posters = metrics["posters"]
    return CARD.format(
        version=recipe.version,
        all_genres=len(labels.genres),
        what=_what(recipe),
        height=recipe.input.height,
        width=recipe.input.width,
        recipe=recipe.name,
        options=options_of(recipe) + (" --non-posters OTHERS" if "likeness" in metrics else ""),
        seed=recipe.seed,
        stored=STORED[recipe.kernel_bits],
        train=posters["train"],
        validation=posters["validation"],
        test=posters["test"],
        judged=len(labels.judged),
        least=labels.least_support,
        rare=", ".join(labels.too_rare) or "none",
        others=_others(metrics),
        table=_table(metrics),
        many_votes=_many_votes(metrics["test"]["model"]["score_many_votes"]) if learnt(labels.task, "score") else "",
        genres=_genres(metrics["test"]),
        eras=eras_table(metrics["test"]["by_era"]),
        years=_years(metrics["years"]),
        weak=weak_eras(metrics["test"]["by_era"]["eras"]),
    ).replace("\n\n\n", "\n\n")


def _others(metrics: dict[str, Any]) -> str:
    """What becomes of pictures that are no posters."""
    if "likeness" not in metrics:
        return "What is not a poster gets an answer too; the model does not know that it is none."
    posters, others = metrics["likeness"]["posters"], metrics["likeness"]["others"]
    noticed, count = (sum(kind[key] for kind in others.values()) for key in ("noticed", "count"))
    kinds = "; ".join(f"{kind} {told['noticed']:,} of {told['count']:,}" for kind, told in others.items())
    return (
        f"What is not a poster gets an answer too, below the words that it does not look like one. They are said of "
        f"{noticed:,} of {count:,} other pictures, each kind measured by a test that was fitted without it ({kinds}; "
        f"`poster-judge dataset non-posters` has every picture twice, whole and cut to a poster's shape). Of true "
        f"posters they are said of {posters['test']['noticed']:,} of {posters['test']['count']:,} in the test split."
    )


def _what(recipe: Recipe) -> str:
    """The network, what it started from, what of it was trained, and for what."""
    if recipe.members:
        recipes = [read_recipe(member) for member in recipe.members]
        names, members = [each.version for each in recipes], dict.fromkeys(_what(each) for each in recipes)
        said = f"An ensemble: one network that gives the mean of the logits of {' and '.join(names)}"
        return f"{said}: {'; and '.join(members)}"
    if recipe.frozen_features and recipe.weights == "imagenet":
        return f"{recipe.network} with ImageNet weights (Apache-2.0), frozen; two linear heads on its pooled features"
    weights = {"imagenet": "ImageNet weights (Apache-2.0)", "none": "random weights"}.get(
        recipe.weights, "weights of its own"
    )
    moving = "; then ".join(
        phase.trainable if isinstance(phase.trainable, str) else _in_short(phase.trainable) for phase in recipe.phase
    )
    return f"{recipe.network} from {weights}, trained for {TASKS[recipe.task]}, layers by phase: {moving}"


def _in_short(names: Sequence[str]) -> str:
    """The first and the last name where there are many."""
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} to {names[-1]}"


def _table(metrics: dict[str, Any]) -> str:
    lines = ["| | validation | test | constant answer (test) |", "|---|---|---|---|"]
    lines += [_row(metrics, name, "genres", key) for name, key in GENRE_LINES]
    lines += [_row(metrics, name, "score", key) for name, key in SCORE_LINES]
    lines += [_row(metrics, f"{name} (1,000 votes)", "score_many_votes", key) for name, key in SCORE_LINES]
    for name, group in (("n", "score"), ("n (1,000 votes)", "score_many_votes")):
        counts = [metrics[split]["model"][group]["n"] for split in ("validation", "test")]
        lines.append(f"| {name} | {counts[0]:,.0f} | {counts[1]:,.0f} | {counts[1]:,.0f} |")
    return "\n".join(lines)


def _many_votes(score: dict[str, Any]) -> str:
    """How far off P(good) is in the mean for films that many have seen: a poster does not say how many."""
    if "p_good_mean" not in score:
        return ""
    good, said = score["good_share"], score["p_good_mean"]
    return f"Of these {good:.3f} are good (test) where it says {said:.3f} in the mean: it is calibrated on all films."


def _genres(test: dict[str, Any]) -> str:
    lines = ["| genre | posters | share | ROC-AUC | mean precision | F1 |", "|---|---:|---:|---|---|---|"]
    count = test["model"]["genres"]["n"]
    for told in test["by_genre"]:
        name = told["genre"] if told["judged"] else f"{told['genre']} (too rare to judge)"
        figures = " | ".join(interval(told[figure]) for figure in ("roc_auc", "average_precision", "f1"))
        lines.append(f"| {name} | {told['support']:,} | {told['support'] / count:.1%} | {figures} |")
    return "\n".join(lines)


def _years(years: list[int]) -> str:
    """When the training films are from."""
    if not years:
        return ""
    first, middle, last = years
    return f"It learnt from posters of films from {first} to {last}, half of them of {middle} or later. "


def _row(metrics: dict[str, Any], name: str, group: str, key: str) -> str:
    cells = [
        metrics["validation"]["model"][group].get(key),
        metrics["test"]["model"][group].get(key),
        metrics["test"]["constant"][group].get(key),
    ]
    return f"| {name} | " + " | ".join(map(cell, cells)) + " |"
