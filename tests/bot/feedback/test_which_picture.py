"""Which of several pictures a member means."""

import pytest

from bot.feedback.which_picture import which_picture


@pytest.mark.parametrize(
    ("text", "picture", "rest"),
    [
        ("the second is a western", 1, "is a western"),
        ("first one: comedy", 0, "comedy"),
        ("picture 3 is a drama, imdb 7.1", 2, "is a drama, imdb 7.1"),
        ("#2 tt0114369", 1, "tt0114369"),
        ("4: horror", 3, "horror"),
        ("the last poster is horror", 3, "is horror"),
        ("2nd, sci-fi!", 1, "sci-fi!"),
    ],
)
def test_the_picture_that_is_named_is_meant_and_the_rest_is_what_is_said(text: str, picture: int, rest: str) -> None:
    named = which_picture(text, 4)
    assert named.picture == picture
    assert named.rest.split() == rest.split()


@pytest.mark.parametrize("text", ["horror", "7.3", "imdb 2", "the first and the second", "", "number 9 is bad"])
def test_where_none_or_several_are_named_it_has_to_be_asked(text: str) -> None:
    assert which_picture(text, 4).picture is None


def test_a_picture_that_there_is_not_is_none() -> None:
    assert which_picture("picture 3 is horror", 2).picture is None
