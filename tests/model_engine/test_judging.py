import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.judging import Judge, judgements, pack_features, unpack_features
from model_engine.runtimes.fake_runtime import FakeRuntime
from model_engine.runtimes.interface import RawOutputs
from model_engine.versions import Version
from models.genres import GENRES
from models.messages import JudgeResult, ResultKind

any_logit = st.floats(-1e6, 1e6, width=32)


@pytest.fixture
def judge(starter: Version) -> Judge:
    return Judge(starter, FakeRuntime(starter.name, starter.preprocessing.shape, max_batch_size=2, width=2560))


def test_a_judgement_names_the_version_and_every_genre(judge: Judge, posters: list[np.ndarray]) -> None:
    judgement = judge.judge(posters[:1])[0]
    assert judgement.model_version == "starter-3"
    assert tuple(judgement.genres) == GENRES
    assert set(judgement.too_rare) == {"News", "Film-Noir", "Short"}


def test_more_posters_than_fit_a_batch_come_back_in_their_order(judge: Judge, posters: list[np.ndarray]) -> None:
    together = judge.judge(posters)
    assert together == [judge.judge([poster])[0] for poster in posters]


def test_good_and_great_make_the_verdict_and_the_classes_make_one(judge: Judge, posters: list[np.ndarray]) -> None:
    for judgement in judge.judge(posters):
        classes = judgement.score.classes
        assert classes["good"] + classes["great"] == pytest.approx(judgement.score.p_good)
        assert sum(classes.values()) == pytest.approx(1.0)


@given(
    genre=hnp.arrays(np.float32, (2, 24), elements=any_logit),
    score=hnp.arrays(np.float32, (2, 20), elements=any_logit),
)
def test_whatever_the_network_says_probabilities_come_out(
    starter: Version, genre: np.ndarray, score: np.ndarray
) -> None:
    outputs = RawOutputs(genre, score, np.zeros((2, 1, 1, 2560)), np.zeros((2, 2560)))
    for judgement in judgements(outputs, starter):
        assert all(0.0 <= p <= 1.0 for p in judgement.genres.values())
        assert sum(judgement.score.distribution) == pytest.approx(1.0)
        assert 0.0 <= judgement.score.expected <= 10.0


def test_a_result_with_features_and_judgement_survives_the_queue(judge: Judge, posters: list[np.ndarray]) -> None:
    said, outputs = judge.judge_prepared(judge.prepare(posters[0])[np.newaxis])
    result = JudgeResult(
        prediction_id="p",
        kind=ResultKind.JUDGED,
        engine="e",
        runtime=judge.runtime.name,
        judgement=said[0],
        features=pack_features(outputs.features[0]),
    )
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=JudgeResult)
    assert again == result
    assert unpack_features(again.features) == pytest.approx(outputs.features[0], rel=1e-3)


def test_the_temperature_sharpens_and_the_bias_shifts() -> None:
    logits = np.array([[0.0, 1.0]])
    plain = ScoreCalibration(temperature=1.0, bias=(0.0, 0.0)).distributions(logits)[0]
    sharp = ScoreCalibration(temperature=0.5, bias=(0.0, 0.0)).distributions(logits)[0]
    shifted = ScoreCalibration(temperature=1.0, bias=(1.0, 0.0)).distributions(logits)[0]
    assert sharp[1] > plain[1]
    assert shifted[0] == pytest.approx(0.5)


def test_a_calibration_of_the_wrong_length_does_not_fit() -> None:
    genres = GenreCalibration(scale=(1.0,), bias=(0.0,), thresholds=(0.5,))
    calibration = Calibration(genres=genres, score=ScoreCalibration(temperature=1.0, bias=(0.0, 0.0)))
    assert calibration.fits(1, 2)
    assert not calibration.fits(24, 20)
