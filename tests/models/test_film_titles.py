"""How film titles are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.film_titles import LENGTH, search_title, split_year


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("The Godfather", "godfather"),
        ("Léon: The Professional", "  LEON the professional"),
        ("Schindler's List", "schindlers list"),
        ("E.T. the Extra-Terrestrial", "et the extra terrestrial"),
        ("Fast & Furious", "fast and furious"),
        ("WALL·E", "wall-e"),
        ("Straße", "strasse"),
        ("Ødipus Łódź", "odipus lodz"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
    ],
)
def test_a_title_is_found_as_people_type_it(title: str, typed: str) -> None:
    assert search_title(title) == search_title(typed) != ""


@pytest.mark.parametrize(
    ("title", "searched"),
    [
        ("$", "$"),
        ("The", "the"),
        ("A", "a"),
        ("The The", "the"),
        (" ", ""),
        ("\0\ud800", ""),
        ("Am\u00adé\0lie", "ame lie"),
    ],
)
def test_a_title_is_never_lost_with_its_signs_and_articles(title: str, searched: str) -> None:
    assert search_title(title) == searched


@given(st.text(st.characters(), max_size=2 * LENGTH))
def test_a_searched_title_is_its_own_and_fits(title: str) -> None:
    searched = search_title(title)
    assert search_title(searched) == searched
    assert len(searched) <= LENGTH
    assert "  " not in searched
    assert searched.isprintable()  # PostgreSQL takes no null and no half of a surrogate pair.
    assert searched == searched.strip()
    assert bool(searched) or not any(sign.isalnum() for sign in title)
    assert search_title(f"\t{title} ") == searched


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Heat 1995", ("Heat", "1995")),
        ("heat (1995)", ("heat", "1995")),
        ("heat (19", ("heat", "19")),
        ("Blade Runner 2049", ("Blade Runner", "2049")),
        (" Heat ,  [1995] ", ("Heat", "1995")),
        (", 1995", None),
        ("Ocean's 8", None),
        ("1917", None),
        ("Se7en", None),
        ("", None),
    ],
)
def test_a_year_is_what_ends_a_title_and_may_be_one(typed: str, parts: tuple[str, str] | None) -> None:
    assert split_year(typed) == parts
