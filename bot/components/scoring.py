"""The form that asks for IMDb's score and for the film."""

from typing import Any, Final

import discord

from bot.components.correcting import CorrectionPresses
from bot.components.deferring import in_time, keep_and_defer
from bot.components.forms import fields_of
from bot.components.naming import film_button
from bot.components.pressable import Verb
from bot.components.presses import Presses
from bot.components.speaking import speaker_of
from bot.feedback.corrections import Corrections, Noted, Saying
from bot.feedback.films import Films
from bot.feedback.permission import NotAccepted
from bot.feedback.sentences import sentence
from bot.feedback.titles import titled
from bot.feedback.understanding import Understood, parse_score
from bot.layouts.correction_layouts import SCORE_FIELD, TITLE_FIELD, NotedLayout, ScoreModal
from models.consensus import Slot
from models.tables import FeedbackKind, FeedbackWay, Film

EMPTY_FORM: Final = "That form was empty, so there is nothing to note."
NO_SUCH_FILM: Final = "I know no film of that title. Its number at IMDb, such as tt0114369, says which it is."
NO_OTHER_FILM: Final = "I have no other film of that title. Its number at IMDb, such as tt0114369, says which it is."

Interaction = discord.Interaction[Any]


class ScoreForm:
    """Opens the form, and takes it back however long it was open, in whatever process."""

    def __init__(self, corrections: Corrections, presses: CorrectionPresses, films: Films) -> None:
        self._corrections = corrections
        self._presses = presses
        self._films = films

    def add_to(self, presses: Presses) -> None:
        """Registers it."""
        presses.on_press(Verb.SCORE, self.open)
        presses.on_form(Verb.SCORE, self.take)

    async def open(self, interaction: Interaction, prediction_id: str) -> None:
        """Shows the form to whoever may fill it in."""
        judged = await in_time(self._corrections.look_at(prediction_id, speaker_of(interaction)))
        form = ScoreModal(judged.prediction)
        await interaction.response.send_modal(form)
        form.stop()  # discord.py would keep it for ever, and call it too.

    async def take(self, interaction: Interaction, prediction_id: str) -> None:
        """Stores what was filled in, and asks whether the film is the one that its title names."""
        fields = fields_of(interaction)
        typed = parse_score(fields.get(SCORE_FIELD, ""))
        if typed.problems:
            raise NotAccepted(sentence(typed.problems[0]))
        title = fields.get(TITLE_FIELD, "").strip()
        sayings = sayings_of(typed)
        if not sayings and not title:
            raise NotAccepted(EMPTY_FORM)
        noted = Noted(sentence="", reply_id=None)
        if sayings:
            noted = await self._presses.say(interaction, prediction_id, sayings, FeedbackWay.MODAL)
        else:
            await keep_and_defer(interaction, self._corrections.look_at(prediction_id, speaker_of(interaction)))
        film = None if typed.imdb_id is not None or not title else await self._meant(prediction_id, interaction, title)
        await interaction.followup.send(view=_answer(prediction_id, noted, film), ephemeral=True)

    async def _meant(self, prediction_id: str, interaction: Interaction, title: str) -> Film | str | None:
        """The film of a title, or that there is none; None where there is nothing new to say."""
        judged = await self._corrections.look_at(prediction_id, speaker_of(interaction))
        film = await self._films.best_match(title)
        if film is None:
            # The form came with the title that the asker gave.
            return None if title == judged.prediction.title else NO_SUCH_FILM
        known = (judged.prediction.imdb_id, judged.said.get(Slot.IMDB))
        return None if film.id in known else film


def _answer(prediction_id: str, noted: Noted, film: Film | str | None) -> NotedLayout:
    sentences = [noted.sentence] if noted.sentence else []
    if film is None:
        return NotedLayout(sentences or [NO_OTHER_FILM], noted.event_ids)
    if isinstance(film, str):
        return NotedLayout([*sentences, film], noted.event_ids)
    score = "" if film.score is None else f", IMDb {film.score:.1f}"
    sentences.append(f"Did you mean {titled(film)}{score}?")
    return NotedLayout(sentences, noted.event_ids, [film_button(prediction_id, film)])


def sayings_of(understood: Understood) -> list[Saying]:
    """What a text says of the film itself: its score, its id."""
    sayings = []
    if understood.score is not None:
        sayings.append(Saying(kind=FeedbackKind.SCORE, value=understood.score))
    if understood.imdb_id is not None:
        sayings.append(Saying(kind=FeedbackKind.IMDB, value=understood.imdb_id))
    return sayings
