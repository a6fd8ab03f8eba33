"""A last stage that learns; run as a program by a test, on the backend that the environment names."""

import os

import keras
import numpy as np

from model_engine.learning.examples import Examples
from model_engine.learning.last_stage import LastStage, narrowest_place
from model_engine.networks.judge_network import build_judge_network
from models.lessons import Lesson
from tests.model_engine.training.tiny import registered

COUNT = 64


def main() -> None:
    assert keras.backend.backend() == os.environ["KERAS_BACKEND"]
    keras.utils.set_random_seed(5)
    with registered():
        network = build_judge_network("tiny-deep", 24, 16)
    cut = narrowest_place(network)
    assert cut
    stage = LastStage(network, cut)
    bright = np.arange(COUNT) % 2
    pictures = np.random.default_rng(1).integers(0, 60, (COUNT, 24, 16, 3)) + 150 * bright[:, None, None, None]
    seen = stage.activations(pictures.astype(np.uint8))
    places = np.arange(COUNT)
    lessons = [
        Lesson(
            group_id=str(place),
            genres=("Horror",) if bright[place] else ("Comedy",),
            genre_weight=1.0,
            score=7.0,
            score_weight=1.0,
            measures=True,
        )
        for place in places
    ]
    examples, start = Examples.of(lessons, stage.features(seen, places)), stage.heads()
    stage.learn(seen, places, examples, start, start, lambda done, total: None, epochs=2)
    assert np.abs(stage.features(seen, places) - examples.features).max() > 0


if __name__ == "__main__":
    main()
