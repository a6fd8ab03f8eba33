"""The form for IMDb's score, and films by their titles, as members live them."""

from typing import Any

import pytest

from models.database import Database
from models.repositories import FilmRepository
from sandbox import Interaction
from tests.bot.corrections import button, events, judged, told
from tests.bot.scene import Scene, upload

HEAT, SEVEN = "tt0113277", "tt0114369"


async def import_films(scene: Scene) -> None:
    def row(film_id: str, title: str, year: int, genres: list[str]) -> dict[str, Any]:
        return {"id": film_id, "title": title, "search_title": title.lower(), "year": year, "genres": genres}

    database = Database(scene.database_settings.url())
    try:
        async with database.writing() as session:
            films = FilmRepository(session)
            await films.keep_titles(
                [row(HEAT, "Heat", 1995, ["Action", "Crime", "Drama"]), row(SEVEN, "Se7en", 1995, ["Crime", "Mystery"])]
            )
            await films.rate(
                [
                    {"film_id": HEAT, "new_score": 8.3, "new_votes": 700_000},
                    {"film_id": SEVEN, "new_score": 8.6, "new_votes": 1_800_000},
                ]
            )
    finally:
        await database.close()


async def opened(scene: Scene, member: str = "bob") -> Interaction:
    """A judgement of alice's, below which a member opened the form."""
    message = await judged(scene, scene.sandbox.member("alice"))
    press = await scene.sandbox.member(member).click(message, button(message, "IMDb score"))
    await press.until(lambda interaction: interaction.modal is not None)
    return press


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("7.3", "IMDb score **7.3**"),
        (" 7,3 ", "IMDb score **7.3**"),
        ("7.3/10", "IMDb score **7.3**"),
        ("https://www.imdb.com/title/tt0114369/?ref_=fn", "**tt0114369**"),
        ("tt0114369", "**tt0114369**"),
    ],
)
async def test_a_score_in_any_usual_form_is_noted(scene: Scene, typed: str, noted: str) -> None:
    form = await opened(scene)
    answer = await told(await scene.sandbox.member("bob").submit(form, {"score": typed}))
    assert noted in answer.text
    assert len(await events(scene)) == 1


async def test_what_cannot_be_a_score_gets_one_sentence_and_is_not_stored(scene: Scene) -> None:
    form = await opened(scene)
    bob = scene.sandbox.member("bob")
    sentences = []
    for typed in (
        "11",
        "-1",
        "seven or eight",
        "horror",
        "tt12",
        "6.1 6.4",
        "",
        "@everyone 77",
        "\u202e3.7.1\u202e x" * 10,
    ):
        answer = await told(await bob.submit(form, {"score": typed}))
        assert "@everyone" not in answer.text
        sentences.append(answer.text)
    assert all(sentences)
    assert [event.value for event in await events(scene)] == []
    assert "0 to 10" in sentences[0] or "between 0 and 10" in sentences[0]


async def test_a_form_that_was_open_for_an_hour_and_over_a_restart_is_taken_and_twice_stored_once(
    scene: Scene,
) -> None:
    form = await opened(scene)
    await scene.stop_bot()
    scene.sandbox.clock.advance(3600)
    await scene.start_bot()
    bob = scene.sandbox.member("bob")
    assert "Noted: IMDb score **6.4**." in (await told(await bob.submit(form, {"score": "6.4"}))).text
    assert "from you already" in (await told(await bob.submit(form, {"score": "6.4"}))).text
    assert [(event.value, event.way) for event in await events(scene)] == [(6.4, "modal")]


async def test_a_title_is_answered_by_the_film_that_it_names_and_imdbs_own_score_is_told(scene: Scene) -> None:
    await import_films(scene)
    form = await opened(scene)
    bob = scene.sandbox.member("bob")
    message = form.source_message
    assert message is not None
    question = await told(await bob.submit(form, {"score": "9.5", "title": "heat 1995"}))
    assert "Did you mean **Heat \\(1995\\)**, IMDb 8.3?" in question.text
    named = await bob.click(question, button(question, "Yes, that film"))
    await named.until(lambda _: "At IMDb that is **Heat" in question.text)
    await scene.sandbox.until(lambda: "**At IMDb:** [Heat (1995)]" in message.text and "8.3" in message.text)
    assert "Action, Crime, Drama" in message.text
    # From now on a score is held against IMDb's own.
    again = await told(await bob.submit(form, {"score": "9.4"}))
    assert "IMDb itself gave **Heat \\(1995\\)** **8.3**" in again.text
    unknown = await told(await bob.submit(form, {"title": "no such film at all"}))
    assert "I know no film of that title" in unknown.text
    unknown = await told(await bob.submit(form, {"score": "8.3", "title": "no such film at all"}))
    assert "Noted: IMDb score **8.3**" in unknown.text
    assert "I know no film of that title" in unknown.text
    known = await told(await bob.submit(form, {"title": "heat"}))
    assert "I have no other film of that title" in known.text
    assert [event.value for event in await events(scene)] == [9.5, HEAT, 9.4, 8.3]


async def test_titles_complete_themselves_and_the_chosen_film_is_shown_with_the_judgement(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    assert await alice.autocomplete("judge", focused="title", value="hea", poster=upload()) == []
    await import_films(scene)
    choices = await alice.autocomplete("judge", focused="title", value="hea", poster=upload())
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Heat (1995)", HEAT)]
    message = await judged(scene, alice, title=HEAT)
    assert "Heat (1995)" in message.text
    assert "**At IMDb:** [Heat (1995)](<https://www.imdb.com/title/tt0113277/>) · 8.3" in message.text
    own = await judged(scene, alice, title="My own film")
    assert "My own film" in own.text
    assert "At IMDb" not in own.text
