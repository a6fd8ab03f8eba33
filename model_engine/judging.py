"""Posters in, judgements out: preprocessing, a runtime and a version's calibration put together."""

import numpy as np

from model_engine.asking import Asking
from model_engine.float16 import as_float16
from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.versions import Version
from models.genres import GENRES
from models.judgements import Judgement, ScoreJudgement


def judgements(outputs: RawOutputs, version: Version, asking: Asking | None = None) -> list[Judgement]:
    """Calibrated judgements of raw outputs, in their order; pure numpy."""
    likeness = version.likeness
    looks = [True] * len(outputs.features) if likeness is None else likeness.looks_like_poster(outputs.features)
    probabilities = version.calibration.genres.probabilities(outputs.genre_logits)
    distributions = version.calibration.score.distributions(outputs.score_logits)
    worth = [False] * len(outputs.features)
    if asking is not None:
        worth = asking.worth_asking(outputs.features, probabilities, distributions) & looks
    return [
        _judgement(version, genres, distribution, looks_like_poster=bool(poster), worth_asking=bool(worth_it))
        for genres, distribution, poster, worth_it in zip(probabilities, distributions, looks, worth, strict=True)
    ]


def _judgement(
    version: Version, genres: np.ndarray, distribution: np.ndarray, *, looks_like_poster: bool, worth_asking: bool
) -> Judgement:
    score = version.calibration.score
    return Judgement(
        model_version=version.name,
        genres=dict(zip(GENRES, genres.tolist(), strict=True)),
        score=ScoreJudgement.from_distribution(
            tuple(distribution.tolist()), threshold=score.threshold, cuts=score.cuts
        ),
        too_rare=version.labels.too_rare,
        looks_like_poster=looks_like_poster,
        worth_asking=worth_asking,
    )


def pack_features(features: np.ndarray) -> bytes:
    """Features of one poster, (width,), for `JudgeResult.features`: two bytes each, see `as_float16`."""
    return as_float16(features).tobytes()


def unpack_features(packed: bytes) -> np.ndarray:
    """The (width,) float32 features that `pack_features` packed."""
    return np.frombuffer(packed, "<f2").astype(np.float32)


class Judge:
    """A version on a runtime. As little thread-safe as its runtime; `prepare` may run in any thread."""

    def __init__(self, version: Version, runtime: Runtime) -> None:
        """Takes a runtime that was opened for this version; `close` closes it."""
        self.version = version
        self.runtime = runtime
        self._asking = Asking.of(version)

    def prepare(self, poster: np.ndarray) -> np.ndarray:
        """One network input of a decoded RGB poster (rows, columns, 3), uint8."""
        return self.version.preprocessing.prepare(poster)

    def judge_prepared(self, batch: np.ndarray) -> tuple[list[Judgement], RawOutputs]:
        """Judgements and raw outputs of prepared inputs (N, rows, columns, 3), N up to the runtime's maximum.

        Raises:
            ValueError: the batch has another shape or type.
            DeviceError: out of memory, or the device was lost.
        """
        outputs = self.runtime.infer(batch)
        return judgements(outputs, self.version, self._asking), outputs

    def judge(self, posters: list[np.ndarray]) -> list[Judgement]:
        """Judgements of any number of decoded posters, in their order; raises as `judge_prepared`."""
        size = self.runtime.best_batch_size
        said: list[Judgement] = []
        for start in range(0, len(posters), size):
            batch = self.version.preprocessing.prepare_batch(posters[start : start + size])
            said += self.judge_prepared(batch)[0]
        return said

    def close(self) -> None:
        """Closes the runtime."""
        self.runtime.close()
