"""The champion's network, cut in two: what stays as it is, and its last stage, which may learn too.

The cut is the narrowest place before the feature map at which a picture is as small as there, so that what comes before
is computed once for each poster, and little has to be kept of it. An ensemble is cut through all its members at once.

Corrections pull; what the champion says of the same pictures holds back (learning without forgetting,
https://arxiv.org/abs/1606.09282): each poster counts as its members' word, and once more as the champion's. BatchNorm
keeps its statistics, which came from far more posters.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Self

import keras
import numpy as np

from model_engine.learning.challenger import sigmoid, softmax
from model_engine.learning.examples import Examples
from model_engine.learning.faults import RunFailed
from model_engine.runtimes.keras_runtime import compiled
from model_engine.training.accuracies import genres_right
from model_engine.training.batches import Batches
from model_engine.training.computing import jit_pays
from model_engine.training.freezing import HEAD_LAYERS, layer_inputs
from model_engine.training.keras_file import round_kernels
from model_engine.training.losses import Loss, grouped_loss, multilabel_loss
from model_engine.training.tasks import HeadTask, Task
from model_engine.versions import Heads, Version
from models.genres import GENRES

CHAMPIONS_WORD: Final = 1.0
"""What the champion's word on a poster weighs, beside at most 1 of its members'."""

LEARNING_RATE: Final = 1e-4
WEIGHT_DECAY: Final = 1e-2
BATCH: Final = 32
"""Posters at a time, to learn from and to look at."""
EPOCHS: Final = 3
SEED: Final = 7

NO_LAST_STAGE: Final = "The network of {champion} cannot learn deeper: leave the recipe out, or say `heads`."

Progress = Callable[[int, int], None]
"""Called with batches done and in all."""


class LastStage:
    """A network that learns behind a cut. Calls block, and take what Keras takes: keep them off an event loop."""

    def __init__(self, network: keras.Model, cut: Sequence[keras.KerasTensor]) -> None:
        self.network = network
        """As it is by now."""
        learning = keras.Model(list(cut), {name: network.output[name] for name in HEAD_LAYERS})
        self._learning = of_one_value(learning)
        self._features = of_one_value(keras.Model(list(cut), {"features": network.output["features"]}))
        moving = {layer.name for layer in learning.layers}
        for layer in network.layers:
            layer.trainable = layer.name in moving and learns(layer)
        # Compiled last: on JAX a compiled network holds its lists of weights as they are now.
        self._before = compiled(keras.Model(network.input, {"cut": _side_by_side(cut)}))

    @classmethod
    def of(cls, champion: Version) -> Self:
        """The champion's.

        Raises:
            RunFailed: its network has no place to be cut at.
        """
        network = keras.models.load_model(champion.keras_file, compile=False, safe_mode=True)
        cut = narrowest_place(network)
        if not cut:
            raise RunFailed("no_last_stage", NO_LAST_STAGE.format(champion=champion.name))
        return cls(network, cut)

    def activations(self, pictures: np.ndarray) -> np.ndarray:
        """(B, …) float16 at the cut, of prepared pictures (B, height, width, 3)."""
        return np.asarray(self._before(pictures)["cut"]).astype(np.float16)

    def features(self, activations: np.ndarray, places: np.ndarray) -> np.ndarray:
        """(N, width) float32, as the network now sees them, of N places among activations (M, …)."""
        call = compiled(self._features)
        parts = [
            np.asarray(call(np.asarray(activations[places[start : start + BATCH]], np.float32))["features"])
            for start in range(0, len(places), BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self._features.output["features"].shape[-1]))

    def learn(
        self,
        activations: np.ndarray,
        places: np.ndarray,
        examples: Examples,
        champion: Heads,
        start: Heads,
        progress: Progress,
        *,
        epochs: int,
        look: Callable[[], None] = lambda: None,
    ) -> Heads:
        """Moves the stage, and gives its heads; all weights are rounded as files hold them.

        Args:
            activations: (M, …), which may be mapped from a file.
            places: (N,) of those that teach among them, N > 0.
            examples: what is said of all M, with the champion's features.
            champion: its heads, whose word holds back.
            start: heads to start from.
            progress: told batches done.
            epochs: passes over the posters.
            look: called after each.
        """
        self._take(start)
        keras.utils.set_random_seed(SEED)
        task = _task(examples, champion)
        batches = Batches(activations, places, task, BATCH, seed=SEED)
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, epochs * len(batches))
        optimizer = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        losses = {name: head.loss for name, head in task.heads.items()}
        self._learning.compile(optimizer, loss=losses, jit_compile="auto" if jit_pays() else False)
        told = _Told(batches, progress, epochs, look)
        self._learning.fit(batches, epochs=epochs, shuffle=False, callbacks=[told], verbose=0)
        round_kernels(self.network)
        return self.heads()

    def heads(self) -> Heads:
        """As they are by now."""
        (genre_kernel, genre_bias), (score_kernel, score_bias) = (
            self.network.get_layer(name).get_weights() for name in HEAD_LAYERS
        )
        return Heads(genre_kernel=genre_kernel, genre_bias=genre_bias, score_kernel=score_kernel, score_bias=score_bias)

    def _take(self, heads: Heads) -> None:
        pairs = (heads.genre_kernel, heads.genre_bias), (heads.score_kernel, heads.score_bias)
        for name, pair in zip(HEAD_LAYERS, pairs, strict=True):
            self.network.get_layer(name).set_weights(pair)


def learns(layer: keras.Layer) -> bool:
    """Whether a layer has weights that a last stage may move."""
    return bool(layer.weights) and not isinstance(layer, keras.layers.BatchNormalization)


def narrowest_place(network: keras.Model) -> tuple[keras.KerasTensor, ...]:
    """The fewest numbers on which all that follows hangs: maps as small as the feature map, an ensemble's each its own.

    Of several such places it is the first; none where no layer between there and the feature map could learn.
    """
    feature_map = network.output["feature_map"]
    last_use = {id(tensor): place for place, layer in enumerate(network.layers) for tensor in layer_inputs(layer)}
    end = next(place for place, layer in enumerate(network.layers) if layer.output is feature_map)
    last_to_learn = max(place for place, layer in enumerate(network.layers[: end + 1]) if learns(layer))
    found: tuple[keras.KerasTensor, ...] = ()
    channels, crossing = float("inf"), found
    for place, layer in enumerate(network.layers[:last_to_learn]):
        crossing = tuple(value for value in (*crossing, layer.output) if last_use.get(id(value), -1) > place)
        small = all(value.shape[1:3] == feature_map.shape[1:3] for value in crossing)
        if small and (width := sum(value.shape[-1] for value in crossing)) < channels:
            found, channels = crossing, width
    return found


def of_one_value(stage: keras.Model) -> keras.Model:
    """What follows a cut, as a model of one value: the cut's maps side by side."""
    cut = stage.inputs
    joined = keras.Input((*cut[0].shape[1:3], sum(value.shape[-1] for value in cut)))
    ends = np.cumsum([value.shape[-1] for value in cut])
    parts = [joined[..., end - value.shape[-1] : end] for value, end in zip(cut, ends.tolist(), strict=True)]
    return keras.Model(joined, stage(parts))


def _side_by_side(cut: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    return keras.layers.Concatenate()(cut) if len(cut) > 1 else cut[0]


def _task(examples: Examples, champion: Heads) -> Task:
    """The members' word and the champion's as one: cross-entropies are linear in what is true."""
    genres = sigmoid(examples.features @ champion.genre_kernel + champion.genre_bias)
    score = softmax(examples.features @ champion.score_kernel + champion.score_bias)
    everything = np.ones(len(GENRES), np.float32)
    by_genre = multilabel_loss("crossentropy", smoothing=0.0, mask=everything, positive_weights=everything)
    by_bin = grouped_loss("crossentropy", smoothing=0.0, groups=None)
    pairs = {
        HEAD_LAYERS[0]: _head(examples.genres, examples.genre_weights, genres, by_genre),
        HEAD_LAYERS[1]: _head(examples.score_shares, examples.score_weights, score, by_bin),
    }
    return Task(heads=pairs, priors={}, judged=())


def _head(truth: np.ndarray, weights: np.ndarray, said: np.ndarray, loss: Loss) -> HeadTask:
    together = weights + CHAMPIONS_WORD
    mixed = (weights[:, np.newaxis] * truth + CHAMPIONS_WORD * said) / together[:, np.newaxis]
    return HeadTask(
        truth=mixed.astype(np.float32),
        weights=(together / (1.0 + CHAMPIONS_WORD)).astype(np.float32),
        loss=loss,
        right=genres_right(np.ones(truth.shape[1], np.float32)),
    )


class _Told(keras.callbacks.Callback):
    """Deals the posters out anew in each epoch, and tells how far it is."""

    def __init__(self, batches: Batches, progress: Progress, epochs: int, look: Callable[[], None]) -> None:
        super().__init__()
        self._batches, self._progress, self._epochs, self._look = batches, progress, epochs, look
        self._done = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Shuffles by epoch and seed."""
        self._batches.start_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Counts it."""
        self._done += 1
        self._progress(self._done, self._epochs * len(self._batches))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Lets somebody look."""
        self._look()
