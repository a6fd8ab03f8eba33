"""What a run learns from, as it is kept and named; and which posters look alike."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_engine.learning.near_duplicates import look_like_any
from model_engine.learning.snapshot import pack, public_part, unpack
from posters.perceptual_hash import ALIKE
from tests.model_engine.learning.conftest import corrected
from tests.model_engine.learning.small_champion import WIDTH

HASHES = st.integers(-(2**63), 2**63 - 1)


def test_equal_snapshots_are_equal_bytes_and_come_back_as_they_were() -> None:
    (packed, name), again = pack(corrected(20)), pack(corrected(20))
    assert (packed, name) == again
    assert unpack(packed) == corrected(20)
    assert unpack(packed).matrix().shape == (20, WIDTH)
    assert pack(corrected(20, seed=2))[1] != name


def test_a_snapshot_names_its_champion_so_that_another_one_learns_anew() -> None:
    other = msgspec.structs.replace(corrected(5), champion="run-1")
    assert pack(other)[1] != pack(corrected(5))[1]


def test_posters_that_are_held_out_never_teach_and_measure_only_with_labels_to_trust() -> None:
    snapshot = corrected(20)
    teaching, measuring = set(snapshot.teaching()), set(snapshot.measuring())
    held_out = {row for row, out in enumerate(snapshot.held_out) if out}
    assert teaching.isdisjoint(held_out)
    assert measuring == {row for row in held_out if snapshot.lessons[row].measures}
    assert len(teaching) + len(held_out) == 20


@pytest.mark.parametrize("damaged", [b"", b"no snapshot", pack(corrected(3))[0][:-4]])
def test_a_damaged_snapshot_is_told_in_a_sentence(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="frozen corrections cannot be read"):
        unpack(damaged)


def test_a_version_keeps_labels_and_weights_and_nothing_that_tells_the_sides() -> None:
    kept = msgspec.json.decode(public_part(corrected(3)))
    assert set(kept) == {"champion", "lessons"}
    assert set(kept["lessons"][0]) == {"group_id", "genres", "genre_weight", "score", "score_weight"}


@given(st.lists(st.lists(HASHES, max_size=3), max_size=6), st.lists(HASHES, max_size=6))
def test_groups_look_like_others_where_any_hash_is_near(groups: list[list[int]], others: list[int]) -> None:
    near = [
        any(((one ^ other) & (2**64 - 1)).bit_count() <= ALIKE for one in group for other in others) for group in groups
    ]
    assert look_like_any(groups, others).tolist() == near


def test_a_copy_is_found_and_another_picture_is_not() -> None:
    picture, copy, other = 0, 2**ALIKE - 1, 2 ** (ALIKE + 1) - 1
    assert look_like_any([[copy], [other], []], [picture]).tolist() == [True, False, False]
    assert np.array_equal(look_like_any([], [picture]), np.zeros(0, bool))
