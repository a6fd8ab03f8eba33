"""Which posters members are asked about."""

import dataclasses
import itertools

import numpy as np
import pytest

from model_engine.asking import ASKED, Asking
from model_engine.judging import Judge, judgements
from model_engine.likeness import PosterLikeness
from model_engine.runtimes import open_runtime
from model_engine.runtimes.interface import RawOutputs
from model_engine.versions import Version, load_version
from tests.model_engine.learning.small_champion import write_small_champion


def outputs_of(version: Version, features: np.ndarray) -> RawOutputs:
    heads = version.heads()
    return RawOutputs(
        features @ heads.genre_kernel + heads.genre_bias,
        features @ heads.score_kernel + heads.score_bias,
        np.zeros((len(features), 6, 4, features.shape[1]), np.float32),
        features,
    )


def test_about_one_poster_in_ten_of_those_that_are_known_is_asked_about(small_champion: Version) -> None:
    known = small_champion.rehearsal()
    assert known is not None
    said = judgements(outputs_of(small_champion, known), small_champion, Asking.of(small_champion))
    assert np.mean([one.worth_asking for one in said]) == pytest.approx(ASKED, abs=0.02)


def test_a_judge_asks_by_its_own_version(small_champion: Version) -> None:
    judge = Judge(small_champion, open_runtime("onnx", small_champion))
    pictures = np.random.default_rng(1).integers(0, 256, (40, 24, 16, 3), np.uint8)
    said = [judge.judge_prepared(pictures[start : start + 8]) for start in range(0, 40, 8)]
    asking = Asking.of(small_champion)
    assert asking is not None
    for judged, outputs in said:
        assert judged == judgements(outputs, small_champion, asking)
    judge.close()


def test_a_version_that_remembers_no_posters_asks_about_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    version = load_version(write_small_champion(tmp_path_factory.mktemp("forgetful"), rehearsal=False))
    assert Asking.of(version) is None
    features = np.random.default_rng(2).normal(0, 9, (5, 16)).astype(np.float32)
    assert not any(one.worth_asking for one in judgements(outputs_of(version, features), version))


def test_the_expected_gradient_is_the_mean_over_what_the_answers_may_be() -> None:
    """Counted out over two genres and three bins."""
    chance = np.random.default_rng(3)
    genres, bins, features = chance.random(2), chance.dirichlet(np.ones(3)), chance.normal(0, 1, 4)
    counted = 0.0
    with_one = np.append(features, 1.0)
    for answers in itertools.product((0.0, 1.0), repeat=2):
        likely = np.prod(np.where(np.array(answers) > 0, genres, 1.0 - genres))
        for place in range(3):
            error = np.concatenate([genres - answers, bins - np.eye(3)[place]])
            counted += likely * bins[place] * float((np.outer(with_one, error) ** 2).sum())
    asking = Asking(mean=np.zeros(4), spread=np.ones(4), judged=np.ones(2, bool))
    found = asking.expected_gradient(features[np.newaxis], genres[np.newaxis], bins[np.newaxis])
    assert found == pytest.approx([counted])


def test_what_is_no_poster_is_not_asked_about(small_champion: Version) -> None:
    nothing = PosterLikeness(kernel=np.zeros(16, np.float32), bias=0.0, least=1.0)
    version = dataclasses.replace(small_champion, likeness=nothing)
    features = np.random.default_rng(2).normal(0, 9, (5, 16)).astype(np.float32)
    asking = Asking.of(small_champion)
    assert all(one.worth_asking for one in judgements(outputs_of(small_champion, features), small_champion, asking))
    assert not any(one.worth_asking for one in judgements(outputs_of(version, features), version, asking))
