"""Labels that a teacher softened."""

from pathlib import Path

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.training.recipe import RecipeError, Teacher
from model_engine.training.tasks import Task, task_of
from model_engine.training.teaching import taught
from tests.model_engine.training import tiny

RECIPE = """
name = "tiny-features"
source = "a test"
version = "tiny-features-1"
network = "tiny"
seed = 3
input = { height = 24, width = 16 }

[[phase]]
trainable = "heads"
epochs = 3
batch = 16
learning_rate = 0.05
"""


Softened = tuple[Task, Task]
"""A task before and after."""


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Teacher:
    path = tmp_path_factory.mktemp("teacher") / "teacher.toml"
    path.write_text(RECIPE)
    return Teacher(recipe=str(path), share=0.4, folds=2)


def softened(dataset: Dataset, teacher: Teacher, cache: Path) -> Softened:
    plain = task_of(tiny.recipe(), dataset)
    return plain, taught(plain, teacher, dataset, 3, cache, lambda done, total: None)


@pytest.fixture(scope="module")
def toys_softened(toys: Dataset, teacher: Teacher, tmp_path_factory: pytest.TempPathFactory) -> Softened:
    return softened(toys, teacher, tmp_path_factory.mktemp("cache"))


def test_its_word_counts_its_share_in_every_label_that_is_learnt_and_in_no_other(
    toys: Dataset, toys_softened: Softened
) -> None:
    plain, soft = toys_softened
    train = toys.rows("train")
    others = np.setdiff1d(np.arange(len(toys)), train)
    for name, head in soft.heads.items():
        before = plain.heads[name].truth
        assert (head.truth[others] == before[others]).all()
        word = (head.truth[train] - 0.6 * before[train]) / 0.4
        assert word.min() >= -1e-6
        assert word.max() <= 1.0 + 1e-6
        assert word.std() > 0.01
    assert soft.heads["score_logits"].truth[train].sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_nobody_is_asked_about_a_poster_whose_label_they_know_and_a_poster_without_genres_gets_none(
    toys: Dataset, toys_softened: Softened, teacher: Teacher, tmp_path: Path
) -> None:
    without, poster = (int(row) for row in toys.rows("train")[[0, 4]])
    scores, table = toys.scores.copy(), toys.table.copy()
    scores[poster] = 9.9 if scores[poster] < 5 else 1.1
    table.loc[table.index[without], "genres"] = ""
    changed = softened(Dataset(toys.folder, table.assign(score=scores)), teacher, tmp_path)
    said = []
    for plain, soft in (toys_softened, changed):
        truth = plain.heads["score_logits"].truth
        said.append((soft.heads["score_logits"].truth - 0.6 * truth) / 0.4)
    assert said[0][poster] == pytest.approx(said[1][poster], abs=1e-5)
    rest = np.setdiff1d(toys.rows("train"), [poster])
    assert np.abs(said[0][rest] - said[1][rest]).max() > 1e-4
    assert not changed[1].heads["genre_logits"].truth[without].any()


def test_a_recipe_that_trains_more_than_heads_is_no_teacher(toys: Dataset, tmp_path: Path) -> None:
    task = task_of(tiny.recipe(), toys)
    with pytest.raises(RecipeError, match="fits heads on frozen features"):
        taught(task, Teacher(recipe="basic-cnn", share=0.4), toys, 3, tmp_path, lambda done, total: None)
    with pytest.raises(ValueError, match="share is above 0"):
        Teacher(recipe="basic-cnn", share=1.0)
    with pytest.raises(RecipeError, match="task has to be both"):
        tiny.recipe(task="genres", teacher={"recipe": "basic-cnn", "share": 0.4})
