"""Posters that teach and posters that measure."""

from hypothesis import given
from hypothesis import strategies as st

from model_engine.learning.sides import HELD_OUT, is_held_out


@given(st.text(), st.text())
def test_no_poster_ever_changes_sides(group: str, salt: str) -> None:
    assert is_held_out(group, salt) == is_held_out(group, salt)


def test_about_the_promised_share_measures_and_which_ones_only_the_salt_tells() -> None:
    groups = [f"{number:064x}" for number in range(4_000)]
    mine, others = ({group for group in groups if is_held_out(group, salt)} for salt in ("mine", "another"))
    for side in (mine, others):
        assert abs(len(side) / len(groups) - HELD_OUT) < 0.03
    assert abs(len(mine & others) / len(groups) - HELD_OUT**2) < 0.03
