"""What the bot is handed by an engine that serves a version with features of another length than the starter's."""

import shutil

import keras
import msgspec
import numpy as np
import pytest

from broker.connection import Broker
from model_engine.judging import Judge, judgements, unpack_features
from model_engine.networks.judge_network import build_judge_network
from model_engine.preprocessing import Preprocessing
from model_engine.runtimes import open_runtime
from model_engine.training.keras_file import round_kernels
from model_engine.training.onnx_export import save_onnx
from model_engine.versions import (
    HEADS_FILE,
    LIKENESS_FILE,
    MANIFEST_FILE,
    ONNX_FILE,
    PREPROCESSING_FILE,
    REHEARSAL_FILE,
    Version,
    load_version,
    seal,
)
from models.messages import ResultKind
from posters.intake import decode
from posters.store import PosterStore
from tests.model_engine.serving.test_server import ask, results, serving, stored

WIDTH = 12


@pytest.fixture(scope="module")
def plain(starter: Version, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The starter with another network in it: a `basic-cnn` that learnt nothing."""
    keras.utils.set_random_seed(1)
    network = build_judge_network("basic-cnn", 24, 16, options={"widths": [8], "hidden": WIDTH})
    round_kernels(network)
    folder = tmp_path_factory.mktemp("versions") / "plain"
    shutil.copytree(starter.folder, folder)
    # What the starter knows by its own features goes, too.
    for name in (MANIFEST_FILE, LIKENESS_FILE, REHEARSAL_FILE):
        (folder / name).unlink(missing_ok=True)
    save_onnx(network, folder / ONNX_FILE)
    (folder / PREPROCESSING_FILE).write_bytes(msgspec.json.encode(Preprocessing(height=24, width=16)))
    heads = {}
    for head in ("genre", "score"):
        heads[f"{head}_kernel"], heads[f"{head}_bias"] = network.get_layer(f"{head}_logits").get_weights()
    np.savez(folder / HEADS_FILE, **heads)
    seal(folder, "plain-1", "basic-cnn")
    return load_version(folder)


async def test_features_travel_at_their_own_length_under_their_networks_name(plain: Version, broker: Broker) -> None:
    store = PosterStore.open("memory://")
    picture = await stored(store, "darkred")
    await ask(broker, "p", picture.sha256)
    judge = Judge(plain, open_runtime("onnx", plain, max_batch_size=4))
    async with serving(broker, store, judge):
        result = (await results(broker, 1))["p"]
    outputs = judge.runtime.infer(judge.prepare(decode(picture.jpeg))[np.newaxis])
    assert (result.kind, result.backbone) == (ResultKind.JUDGED, "basic-cnn")
    assert result.judgement == judgements(outputs, plain)[0]
    assert len(result.features) == 2 * WIDTH
    assert unpack_features(result.features) == pytest.approx(outputs.features[0], rel=1e-3, abs=1e-6)


def test_what_stands_in_for_a_version_gives_as_many_features(plain: Version) -> None:
    stand_in = open_runtime("fake", plain)
    assert stand_in.infer(np.zeros((2, *plain.preprocessing.shape), np.uint8)).features.shape == (2, WIDTH)
