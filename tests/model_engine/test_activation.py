import numpy as np
import pytest

from model_engine.activation import class_activation_map, for_display, genre_weights, verdict_weights
from model_engine.runtimes import open_runtime
from model_engine.runtimes.interface import RawOutputs
from model_engine.versions import Heads, Version
from models.genres import GENRE_INDEX


@pytest.fixture(scope="module")
def outputs(starter: Version, posters: list[np.ndarray]) -> RawOutputs:
    runtime = open_runtime("onnx", starter)
    return runtime.infer(starter.preprocessing.prepare_batch(posters[:2]))


@pytest.fixture(scope="module")
def heads(starter: Version) -> Heads:
    return starter.heads()


def test_the_heads_in_the_version_are_those_of_the_network(heads: Heads, outputs: RawOutputs) -> None:
    assert outputs.features @ heads.genre_kernel + heads.genre_bias == pytest.approx(outputs.genre_logits, abs=1e-4)
    assert outputs.features @ heads.score_kernel + heads.score_bias == pytest.approx(outputs.score_logits, abs=1e-4)


@pytest.mark.parametrize("genre", ["Drama", "Horror", "Western"])
def test_a_genres_map_averages_to_its_logit(heads: Heads, outputs: RawOutputs, genre: str) -> None:
    index = GENRE_INDEX[genre]
    activation = class_activation_map(outputs.feature_map[0], genre_weights(heads, genre))
    assert activation.shape == (9, 6)
    assert activation.mean() + heads.genre_bias[index] == pytest.approx(outputs.genre_logits[0, index], abs=1e-4)


def test_the_verdicts_weights_are_the_slope_of_its_logit(starter: Version, heads: Heads, outputs: RawOutputs) -> None:
    features = outputs.features[0].astype(np.float64)
    direction = np.random.default_rng(2).normal(size=len(features))

    def logit(step: float) -> float:
        logits = (features + step * direction) @ heads.score_kernel + heads.score_bias
        p = starter.calibration.score.distributions(logits[np.newaxis])[0, 14:].sum()
        return float(np.log(p / (1 - p)))

    slope = (logit(1e-4) - logit(-1e-4)) / 2e-4
    weights = verdict_weights(heads, features, starter.calibration.score)
    assert weights @ direction == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("flat", [np.zeros((10, 7)), np.full((10, 7), -2.0), np.full((10, 7), np.nan)])
def test_a_map_without_evidence_shows_nothing_instead_of_not_a_number(flat: np.ndarray) -> None:
    assert np.array_equal(for_display(flat), np.zeros((10, 7)))


def test_a_shown_map_reaches_from_nothing_to_one() -> None:
    shown = for_display(np.array([[-1.0, 0.5], [2.0, 1.0]]))
    assert shown.tolist() == [[0.0, 0.25], [1.0, 0.5]]


def test_an_unknown_genre_is_told(heads: Heads) -> None:
    with pytest.raises(ValueError, match="Received: 'Romcom'"):
        genre_weights(heads, "Romcom")


def test_weights_that_do_not_fit_the_map_are_told(outputs: RawOutputs) -> None:
    with pytest.raises(ValueError, match="Received"):
        class_activation_map(outputs.feature_map[0], np.zeros(7))
