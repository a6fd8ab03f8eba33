"""The moving average of the weights, which is measured and kept in the place of the weights themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras


def averages(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether the optimizer keeps a moving average of what it trains."""
    return bool(getattr(optimizer, "inner_optimizer", optimizer).use_ema)


@contextmanager
def averaged_weights(trainee: keras.Model) -> Iterator[None]:
    """Within, the model has its averaged weights, where its optimizer keeps any."""
    if not averages(trainee.optimizer):
        yield
        return
    swapping = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    swapping.set_model(trainee)
    swapping.set_params({"epochs": 0})
    swapping.on_epoch_end(0)
    try:
        yield
    finally:
        swapping.on_epoch_begin(0)
