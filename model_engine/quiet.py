"""Keeps libraries' start-up notes off the terminal."""

import os


def quieten_tensorflow() -> None:
    """To be called before Keras is imported; the user's own setting is left alone."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
