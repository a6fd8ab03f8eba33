import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_engine.datasets.alike import groups_of_alike
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.looking import Look
from model_engine.datasets.manifest import DatasetError, typed
from model_engine.datasets.shares import parse_shares
from model_engine.datasets.splitting import deal, fold_numbers, labels_of

tables = st.integers(2, 60).flatmap(
    lambda count: st.tuples(
        st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=count, max_size=count),
        st.lists(st.integers(0, 2 * count), min_size=count, max_size=count),
    )
)
proportions = st.lists(st.integers(1, 9), min_size=2, max_size=5)


@settings(deadline=None)
@given(table=tables, parts=proportions, seed=st.integers(0, 2**31))
def test_shares_are_as_large_as_asked_groups_stay_together_and_a_seed_repeats(
    table: tuple[list[list[bool]], list[int]], parts: list[int], seed: int
) -> None:
    labels, groups = np.array(table[0], bool), np.array(table[1])
    shares = np.array(parts) / sum(parts)

    dealt = deal(labels, groups, shares, seed)

    largest = np.unique(groups, return_counts=True)[1].max()
    sizes = np.bincount(dealt, minlength=len(parts))
    assert sizes.sum() == len(groups)
    assert (np.abs(sizes - shares * len(groups)) < largest + (largest > 1)).all()
    assert all(len(set(dealt[groups == group])) == 1 for group in set(groups.tolist()))
    assert (deal(labels, groups, shares, seed) == dealt).all()


def films(count: int) -> Dataset:
    drawing = np.random.default_rng(5)
    common, rare = drawing.random(count) < 0.5, drawing.random(count) < 0.04
    genres = ["Comedy" + "|Drama" * int(a) + "|Western" * int(b) for a, b in zip(common, rare, strict=True)]
    table = pd.DataFrame({"id": map(str, range(count)), "genres": genres, "score": drawing.uniform(1, 10, count)})
    return Dataset(Path(), typed(table))


def test_every_split_has_its_share_of_every_genre_and_class() -> None:
    dataset = films(1000)
    labels = labels_of(dataset)

    dealt = deal(labels, np.arange(1000), (0.8, 0.1, 0.1), seed=3)

    for number, share in enumerate((0.8, 0.1, 0.1)):
        there = labels[dealt == number].sum(axis=0)
        assert (np.abs(there - share * labels.sum(axis=0)) <= 4).all()
    assert (deal(labels, np.arange(1000), (0.8, 0.1, 0.1), seed=4) != dealt).any()


def test_folds_hold_each_poster_out_once_and_leave_the_test_split_out() -> None:
    dataset = films(90)
    held = Dataset(Path(), dataset.table.assign(split=["test"] * 30 + [None] * 60))
    groups = np.arange(90)
    groups[40:43] = 40

    numbers = fold_numbers(held, groups, 5, seed=1)

    assert (numbers[:30] == -1).all()
    assert np.bincount(numbers[30:]).tolist() == [12] * 5
    assert len(set(numbers[40:43])) == 1
    with pytest.raises(DatasetError, match="too few for 61 folds"):
        fold_numbers(held, groups, 61, seed=1)


@pytest.mark.parametrize(
    ("words", "shares"),
    [
        ("80/20", [Fraction(4, 5), Fraction(1, 5)]),
        ("4,1", [Fraction(4, 5), Fraction(1, 5)]),
        ("70/15/15", [Fraction(7, 10), Fraction(3, 20), Fraction(3, 20)]),
        ("5/7,1/7,1/7", [Fraction(5, 7), Fraction(1, 7), Fraction(1, 7)]),
        ("5/7-1/7-1/7", [Fraction(5, 7), Fraction(1, 7), Fraction(1, 7)]),
        ("0.8 0.1 0.1", [Fraction(4, 5), Fraction(1, 10), Fraction(1, 10)]),
        ("0.33,0.33,0.33", [Fraction(1, 3)] * 3),
    ],
)
def test_shares_are_read_as_people_write_them(words: str, shares: list[Fraction]) -> None:
    assert list(parse_shares(words).values()) == shares
    assert list(parse_shares(words)) == (["train", "test"] if len(shares) == 2 else ["train", "validation", "test"])


@pytest.mark.parametrize("words", ["", "80", "80/x", "1/0,1/2", "80/0", "10/20/30/40", "-1,2", "nan/1", "5/7,1/7"])
def test_shares_that_are_none_are_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(DatasetError, match="shares"):
        parse_shares(words)


RISING, FALLING = bytes(range(256)), bytes(reversed(range(256)))


def seen(value: int | None, grey: bytes = RISING) -> Look:
    return Look(2, 3, "", value, grey)


def test_near_duplicates_are_one_group_also_by_way_of_others() -> None:
    groups = groups_of_alike([seen(value) for value in (0b0, None, 0b111, 0b111111, -1, None, 0b0)], bits=3)

    assert groups[0] == groups[2] == groups[3] == groups[6]
    assert len(set(groups.tolist())) == 4


def test_pictures_of_one_hash_that_show_something_else_are_not_alike() -> None:
    darker = bytes(value // 2 for value in RISING)

    groups = groups_of_alike([seen(5), seen(5, FALLING), seen(5, darker), seen(5, bytes(256))])

    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


hashes = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(0, 255)


@settings(deadline=None)
@given(looks=st.lists(st.builds(seen, hashes, st.sampled_from([RISING, FALLING])), max_size=20), bits=st.integers(0, 8))
def test_no_two_groups_have_pictures_that_are_alike(looks: list[Look], bits: int) -> None:
    groups = groups_of_alike(looks, bits)

    for (i, first), (j, second) in itertools.combinations(enumerate(looks), 2):
        if first.hash is None or second.hash is None or first.grey != second.grey:
            assert groups[i] != groups[j]
        elif ((first.hash ^ second.hash) & (2**64 - 1)).bit_count() <= bits:
            assert groups[i] == groups[j]


def test_eras_are_spread_evenly_since_scores_hang_on_them() -> None:
    years = [1950] * 50 + [2010] * 450
    table = pd.DataFrame({"id": map(str, range(500)), "year": years})

    dealt = deal(labels_of(Dataset(Path(), typed(table))), np.arange(500), (0.8, 0.2), seed=0)

    assert np.bincount(dealt[:50]).tolist() == [40, 10]


def test_groups_are_spread_by_their_labels_too() -> None:
    groups = np.repeat(np.arange(60), 5)
    labels = np.repeat(np.arange(60) % 3, 5)[:, np.newaxis] == np.arange(3)

    dealt = deal(labels, groups, (0.6, 0.2, 0.2), seed=6)

    assert np.bincount(dealt).tolist() == [180, 60, 60]
    assert [labels[dealt == number].sum(axis=0).tolist() for number in range(3)] == [[60] * 3, [20] * 3, [20] * 3]
