"""The looks of judgements: within Discord's limits, whatever is to be shown."""

import discord
import msgspec
import pytest

from bot.components.pressable import Pressable
from bot.earshot import IN_WORDS
from bot.feedback.crowds import Crowd
from bot.layouts.crowd_words import crowd_words
from bot.layouts.judgement_layout import JudgementLayout, poster_filename
from models.consensus import Consensus, GenreVote
from models.genres import GENRES
from models.judgements import Judgement
from models.tables import Film, Prediction, PredictionState
from tests.bot.scene import judgement

WORDIEST = Crowd(
    Consensus(
        members=100_000,
        votes=tuple(GenreVote(genre, 0.6, 99_999) for genre in GENRES),
        genre_members=100_000,
        score=10.0,
        score_members=100_000,
        score_range=(0.0, 10.0),
        imdb_id="tt12345678",
        imdb_members=100_000,
        imdb_agreement=0.5,
    ),
    Film(id="tt0000001", title="*[" * 250, year=1995, genres=list(GENRES), score=10.0, votes=1),
)
"""More than members will ever say."""


def prediction(position: int = 0, title: str | None = None) -> Prediction:
    said = judgement()
    rare = msgspec.structs.replace(said, model_version="v" * 60, too_rare=GENRES)
    return Prediction(
        id=f"{position:032x}",
        reply_id=9_000_000_000_000_000_000,
        position=position,
        outcome=PredictionState.ANSWERED,
        judgement=msgspec.to_builtins(rare),
        title=title,
    )


@pytest.mark.parametrize(("pictures", "title"), [(1, "*" * 200), (2, None), (4, None)])
def test_the_wordiest_reply_fits_a_message(pictures: int, title: str | None) -> None:
    rows = [prediction(position, title) for position in range(pictures)]
    layout = JudgementLayout(
        rows, {poster_filename(row) for row in rows}, {row.id: WORDIEST for row in rows}, tip=IN_WORDS
    )
    components = list(layout.walk_children())
    assert len(components) <= 40
    assert layout.content_length() <= 4000
    custom_ids = [part.custom_id for part in components if isinstance(part, Pressable)]
    assert len(custom_ids) == len(set(custom_ids)) == 3 * pictures + 1
    assert all(len(custom_id) <= 100 for custom_id in custom_ids)


def test_the_crowds_word_comes_with_its_contradictions() -> None:
    votes = (GenreVote("Horror", 1.0, 3), GenreVote("Comedy", 0.6, 2), GenreVote("Crime", 0.3, 1))
    split = Consensus(members=3, votes=votes, genre_members=3, score=6.4, score_members=2, score_range=(5.1, 7.8))
    assert crowd_words(Crowd(split, None)) == (
        "**The crowd (3 members):** Comedy, Horror · IMDb 6.4\n"
        "-# They do not agree about Comedy, Crime and about the score (5.1 to 7.8)."
    )
    assert crowd_words(Crowd(Consensus(), None)) == ""


def test_the_film_is_shown_as_imdb_has_it() -> None:
    heat = Film(id="tt0113277", title="Heat", year=1995, genres=["Action", "Crime"], score=8.3, votes=1)
    told = crowd_words(Crowd(Consensus(), heat))
    assert told == "**At IMDb:** [Heat (1995)](<https://www.imdb.com/title/tt0113277/>) · 8.3 · Action, Crime"


@pytest.mark.parametrize("pictures", [1, 2])
@pytest.mark.parametrize(
    ("worth_asking", "may_ask", "asks"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_members_are_asked_about_posters_that_would_teach_most_where_their_word_counts(
    pictures: int, worth_asking: bool, may_ask: bool, asks: bool
) -> None:
    rows = [prediction(position) for position in range(pictures)]
    said = msgspec.structs.replace(judgement(), worth_asking=worth_asking)
    rows[0].judgement = msgspec.to_builtins(said)
    layout = JudgementLayout(rows, (), {row.id: Crowd(Consensus(), None, may_ask) for row in rows})
    text = "\n".join(part.content for part in layout.walk_children() if isinstance(part, discord.ui.TextDisplay))
    assert text.count("Is this right?") == (1 if asks else 0)


def test_the_wordiest_reply_that_asks_fits_a_message() -> None:
    rows = [prediction(position) for position in range(4)]
    for row in rows:
        said = msgspec.structs.replace(msgspec.convert(row.judgement, Judgement), worth_asking=True)
        row.judgement = msgspec.to_builtins(said)
    crowds = {row.id: WORDIEST._replace(consensus=Consensus(), may_ask=True) for row in rows}
    layout = JudgementLayout(rows, {poster_filename(row) for row in rows}, crowds, tip=IN_WORDS)
    assert layout.content_length() <= 4000
