"""A recipe: everything that a version is made from except the posters, as one small declarative file."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from model_engine.datasets.filters import Filters
from model_engine.errors import EngineError
from model_engine.preprocessing import Preprocessing

ORIGINAL_SIZE: Final = (268, 182)
"""Rows and columns of the posters that the public data sets link to; `--ratio` is a percentage of it."""

ENSEMBLE: Final = "ensemble"
"""What stands in the place of a network's name where several judge together."""

TaskName = Literal["both", "genres", "verdict", "classes"]
"""What is learnt: genres and score, genres alone, good or bad, or the five classes of the score."""

LossName = Literal["crossentropy", "asymmetric", "focal"]


class RecipeError(EngineError):
    """There is no such recipe, or its file cannot be used; the message says which there are, or what is wrong."""


class Augmentation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far training pictures are changed at random, anew in each epoch; 0 leaves that out."""

    flip: bool = False
    """Left and right exchanged in half of the pictures."""
    zoom: float = 0.0
    """Nearer or further by up to this share of the side."""
    rotation: float = 0.0
    """Degrees to either side, at most."""
    shift: float = 0.0
    """Share of the side, in each direction, at most."""
    shear: float = 0.0
    """Share of the side by which opposite edges are moved apart, at most."""
    brightness: float = 0.0
    """Share of the full range, lighter or darker, at most."""
    contrast: float = 0.0
    """Share by which the contrast is raised or lowered, at most."""
    saturation: float = 0.0
    """Share by which colours are made stronger or paler, at most."""
    crop: float = 1.0
    """Share of each side that is seen in training, cut out anywhere at the input's own scale; smaller pictures also
    train faster, and the whole one that is judged later is seen in more detail (https://arxiv.org/abs/1906.06423)."""
    mixup: float = 0.0
    """Each poster is laid over another, and so are their labels; alpha of the Beta distribution that says how much of
    either is seen (https://arxiv.org/abs/1710.09412)."""

    def __post_init__(self) -> None:
        """Refuses what could not be applied; msgspec tells it as a `ValidationError`."""
        names = ("zoom", "shift", "shear", "brightness", "contrast", "saturation")
        odd = [name for name in names if not 0.0 <= getattr(self, name) < 1.0]
        if not 0.0 < self.crop <= 1.0 or not 0.0 <= self.mixup <= 100.0:
            raise ValueError("crop is above 0 and at most 1, mixup from 0 to 100")
        if odd or not 0.0 <= self.rotation <= 180.0:
            raise ValueError(f"{odd[0] if odd else 'rotation'} is out of range")

    @property
    def any(self) -> bool:
        """Whether anything is changed."""
        return self != Augmentation()


class Phase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stretch of training, in which the same layers move."""

    trainable: Literal["all", "heads"] | tuple[str, ...] = "all"
    """`heads`: what lies behind the last feature map. Names: the layers that begin so, and the heads; BatchNorm among
    them stands still unless `batchnorm` says otherwise."""
    batchnorm: bool = False
    """Whether BatchNorm among the named layers moves too: measures the batches, and learns. Under `all` it does."""
    epochs: int
    """At most; the epoch with the least validation loss is kept."""
    batch: int
    """Posters per step."""
    learning_rate: float
    """Adam's first."""
    schedule: Literal["constant", "cosine"] = "cosine"
    """`cosine` lets the rate fall to zero along a half cosine."""
    weight_decay: float = 0.0
    """Of linear heads on features: times half the squared weights, added to the loss per poster. Else: AdamW's."""
    warmup: int = 0
    """Epochs, of all, in which the rate first rises from 0; under `cosine` alone."""
    averaging: float = 0.0
    """Momentum of the moving average of the weights, taken at every step, that is measured and kept in their place; 0:
    none (https://arxiv.org/abs/1803.05407)."""
    augmented: bool = True
    """Whether the pictures are changed as the recipe says; heads on frozen features train faster without."""
    patience: int = 5
    """Epochs without a better validation loss before the phase ends."""

    def __post_init__(self) -> None:
        """Refuses numbers that cannot be; msgspec tells it as a `ValidationError`."""
        if min(self.epochs, self.batch, self.patience) < 1 or self.learning_rate <= 0 or self.weight_decay < 0:
            raise ValueError("epochs, batch and patience are at least 1, the learning rate is above 0")
        if self.warmup < 0 or not 0.0 <= self.averaging < 1.0:
            raise ValueError("warmup is at least 0, averaging from 0 to below 1")


class ScoreTargets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an IMDb score becomes a target over the bins."""

    spread: float = 1.0
    """Standard deviation of its Gaussian, in points."""
    half_weight_votes: float = 30.0
    """Votes at which a score weighs half of what a score with endless votes does; 0: all weigh the same."""
    weight: float = 1.0
    """Of the score's loss beside the genres'."""


class Teacher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who softens the labels that are learnt, see `training.teaching`."""

    recipe: str
    """One that fits heads on frozen features."""
    share: float
    """What its word counts in a label, above 0 and below 1."""
    folds: int = 5
    """Each poster is spoken of by heads that were fitted on the other folds."""

    def __post_init__(self) -> None:
        """Refuses what cannot be; msgspec tells it as a `ValidationError`."""
        if not 0.0 < self.share < 1.0 or self.folds < 2:
            raise ValueError("a teacher's share is above 0 and below 1, and it has 2 folds or more")


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values that `tune` may try: from `low` to `high`, or one of `choices`."""

    low: float | int | None = None
    high: float | int | None = None
    log: bool = False
    """Drawn evenly in the logarithm."""
    choices: tuple[str | float | int | bool, ...] = ()

    def __post_init__(self) -> None:
        """Refuses a range that is none; msgspec tells it as a `ValidationError`."""
        bounded = self.low is not None and self.high is not None and self.low < self.high
        if bounded == bool(self.choices):
            raise ValueError("a range is low and high, or choices")


LEARNT_BY_MEMBERS: Final[dict[str, Any]] = {
    "options": {},
    "weights": "none",
    "augmentation": Augmentation(),
    "loss": "crossentropy",
    "class_weights": False,
    "label_smoothing": 0.0,
    "score_targets": ScoreTargets(),
    "teacher": None,
}
"""What says how a network learns, by name, and what stands there where nothing is said: so it is in an ensemble."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`model_engine/recipes/<name>.toml`."""

    name: str
    source: str
    """Where it comes from, in one line."""
    version: str
    """Name of the version that it makes."""
    network: str
    """A key of `networks.judge_network.NETWORKS`; `ensemble` where there are members."""
    members: tuple[str, ...] = ()
    """Recipes whose networks judge together, see `training.ensembling`; then there are no phases."""
    options: dict[str, Any] = {}
    """What the network's builder takes, such as `dropout`."""
    weights: str = "none"
    """What it starts from: `imagenet`, `none` (random), or the path of a file of weights."""
    task: TaskName = "both"
    seed: int
    input: Preprocessing
    filters: Filters = Filters()
    """Posters that it is meant for; the command line's come on top."""
    augmentation: Augmentation = Augmentation()
    phase: tuple[Phase, ...] = ()
    """One after the other, each from the best epoch of the one before."""
    loss: LossName = "crossentropy"
    class_weights: bool = False
    """Whether rare classes weigh more, so that all weigh the same together."""
    label_smoothing: float = 0.0
    """Share of each label that is spread over all answers, 0 to below 1."""
    score_targets: ScoreTargets = ScoreTargets()
    teacher: Teacher | None = None
    """None where the labels are learnt as they are."""
    least_support: int = 150
    """Posters over all splits from which a genre is judged."""
    rehearsal: int = 0
    """Posters of the training split whose features the version keeps, so that later ones need not forget."""
    kernel_bits: Literal[8, 16] = 16
    """Of each number in the convolutions' kernels as files hold them, see `training.keras_file.round_kernels`."""
    search: dict[str, Range] = {}
    """What `tune` varies: names of values as `recipe_values.with_values` takes them."""

    def __post_init__(self) -> None:
        """Refuses what cannot be; msgspec tells it as a `ValidationError`."""
        if self.rehearsal < 0:
            raise ValueError("rehearsal is at least 0")
        if bool(self.phase) == bool(self.members) or len(self.members) == 1:
            raise ValueError("a recipe has a phase at least; or two members or more, and no phase")
        learnt = [name for name, plain in LEARNT_BY_MEMBERS.items() if self.members and getattr(self, name) != plain]
        if learnt:
            raise ValueError(f"an ensemble learns nothing itself: {learnt[0]} belongs to its members")
        if bool(self.members) != (self.network == ENSEMBLE):
            raise ValueError(f"the network of members is called {ENSEMBLE}, and no other is")
        if not 0.0 <= self.label_smoothing < 1.0:
            raise ValueError("label_smoothing is from 0 to below 1")
        if self.teacher is not None and self.task != "both":
            raise ValueError("a teacher speaks of genres and score: task has to be both")

    @property
    def frozen_features(self) -> bool:
        """Whether all that is trained lies behind features that never change."""
        heads = ("genre_logits", "score_logits")
        only_heads = (phase.trainable == "heads" or set(phase.trainable) <= set(heads) for phase in self.phase)
        changed = self.augmentation.any and any(phase.augmented for phase in self.phase)
        return not self.members and not changed and all(only_heads)

    def changed(
        self, *, epochs: int | None = None, batch: int | None = None, ratio: int | None = None, **others: Any
    ) -> "Recipe":
        """This recipe with what the command line overrides; None leaves a value alone.

        Args:
            epochs: at most, in each phase.
            batch: in each phase.
            ratio: the input's size, in percent of `ORIGINAL_SIZE`.
            others: fields of this class.

        Raises:
            RecipeError: an ensemble has neither epochs nor batches.
        """
        given = {"epochs": epochs, "batch": batch}
        phase_changes = {name: value for name, value in given.items() if value is not None}
        if self.members and phase_changes:
            members = ", ".join(self.members)
            raise RecipeError(f"The recipe {self.name} joins others and has no {min(phase_changes)}: change {members}.")
        changes = {name: value for name, value in others.items() if value is not None}
        changes["phase"] = tuple(msgspec.structs.replace(phase, **phase_changes) for phase in self.phase)
        if ratio is not None:
            height, width = (max(1, round(side * ratio / 100)) for side in ORIGINAL_SIZE)
            changes["input"] = msgspec.structs.replace(self.input, height=height, width=width)
        return msgspec.structs.replace(self, **changes)


def recipe_names() -> list[str]:
    """Every recipe that ships, sorted."""
    files = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))


def read_recipe(name: str) -> Recipe:
    """The recipe of this name; or of this file, where the name ends in `.toml`.

    Raises:
        RecipeError: there is none, or its file breaks the rules above.
    """
    if name.endswith(".toml"):
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise RecipeError(f"The recipe {name} cannot be read: {error.strerror}.") from error
    elif name in recipe_names():
        data = (_folder() / f"{name}.toml").read_bytes()
    else:
        raise RecipeError(f"There is no recipe {name}; there are: {', '.join(recipe_names())}.")
    try:
        return msgspec.toml.decode(data, type=Recipe)
    except msgspec.DecodeError as error:
        raise RecipeError(f"The recipe {name} cannot be used: {error}.") from error


def _folder() -> Traversable:
    return resources.files("model_engine") / "recipes"
