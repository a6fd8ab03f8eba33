"""What every network asks of its input."""

import keras


def check_input(images: keras.KerasTensor, least: int) -> None:
    """Refuses images that are no (N, height, width, 3), or less than `least` pixels a side.

    Raises:
        ValueError: says what was expected and what was received.
    """
    shape = tuple(images.shape)
    if len(shape) != 4 or shape[-1] != 3:
        raise ValueError(f"A network expects images (N, height, width, 3). Received: shape={shape}")
    if min((side for side in shape[1:3] if side is not None), default=least) < least:
        raise ValueError(f"This network needs at least {least} pixels a side. Received: shape={shape}")
