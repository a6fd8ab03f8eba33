import numpy as np
import pytest
from PIL import Image

from model_engine.networks.efficientnet_lite import build_efficientnet_lite0
from model_engine.networks.imagenet_weights import assign_lite0, lite0_tensors
from tests.model_engine.conftest import centre_square, picture


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return lite0_tensors()


@pytest.fixture(scope="module")
def network(tensors: dict[str, np.ndarray]):
    built = build_efficientnet_lite0(224, 224)
    assign_lite0(built, tensors)
    return built


@pytest.mark.parametrize(("name", "known_class", "known_probability"), [("chelsea", 285, 0.39), ("coffee", 967, 0.94)])
def test_the_converted_network_gives_the_known_imagenet_answer(
    network, tensors: dict[str, np.ndarray], name: str, known_class: int, known_probability: float
) -> None:
    pixels = Image.fromarray(centre_square(picture(name))).resize((224, 224), Image.Resampling.BILINEAR)
    features = np.asarray(network(np.asarray(pixels)[np.newaxis])["features"])[0]
    logits = tensors["_fc.weight"] @ features + tensors["_fc.bias"]
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    assert int(probabilities.argmax()) == known_class
    assert probabilities.max() == pytest.approx(known_probability, abs=0.01)


def test_every_tensor_of_the_file_but_the_classifier_has_its_place(network, tensors: dict[str, np.ndarray]) -> None:
    counted = [name for name in tensors if not name.endswith("num_batches_tracked") and not name.startswith("_fc")]
    assert len(network.weights) == len(counted)
    assert network.count_params() == sum(tensors[name].size for name in counted)
