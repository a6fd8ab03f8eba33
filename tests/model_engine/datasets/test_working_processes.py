import os

import pytest

from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.working_processes import in_processes


def squared(number: int) -> int:
    return number * number


def end_suddenly(number: int) -> int:
    os._exit(number)


def test_results_come_in_the_order_of_the_tasks_and_progress_is_told_of_each() -> None:
    told: list[tuple[int, int]] = []
    tasks = range(200)

    several = list(in_processes(squared, tasks, 2, lambda done, total: told.append((done, total))))

    assert several == [number * number for number in tasks]
    assert told == [(done, 200) for done in range(1, 201)]
    assert list(in_processes(squared, tasks, 1)) == several
    assert list(in_processes(squared, [], 2)) == []


def test_a_process_that_ends_suddenly_is_one_sentence_that_says_what_helps() -> None:
    with pytest.raises(DatasetError, match=r"came to a sudden end.*--processes 1"):
        list(in_processes(end_suddenly, [1, 2, 3], 2))
