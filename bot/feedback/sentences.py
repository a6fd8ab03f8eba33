"""How the bot asks back about a correction in words: one kind sentence a problem, safe to send as it is."""

import re
import unicodedata
from typing import Final

from bot.feedback.understanding import Problem, ProblemKind

LONGEST_QUOTE: Final = 30
NOT_QUOTED: Final = re.compile(r"<[^<>]{0,100}>|(?:https?://|www\.)\S*|[^\w\s.,/+%★☆-]", re.IGNORECASE)
"""What a quote leaves out: mentions, addresses, markdown, and all signs that Discord may read as something."""

NOT_UNDERSTOOD: Final = (
    "Sorry, I did not understand that. Tell me the genres, IMDb's score or its id in English, "
    "as in “horror and comedy, IMDb 6.4”."
)

WITHOUT_DETAILS: Final[dict[ProblemKind, str]] = {
    ProblemKind.SCORE_OUT_OF_RANGE: "IMDb's scores go from 0 to 10. Which one is it?",
    ProblemKind.SEVERAL_SCORES: "I read more than one score. Which one is IMDb's? Just say “IMDb 6.4”, for instance.",
    ProblemKind.WHOSE_SCORE: "Is that IMDb's score? If so, please say “IMDb” before it; own ratings do not count here.",
    ProblemKind.UNREADABLE_SCORE: "I could not read that as IMDb's score: it is a number from 0 to 10, such as 7.3.",
    ProblemKind.UNKNOWN_GENRE: "IMDb has no such genre. Please pick from its list with Fix genres.",
    ProblemKind.UNSURE: "I noted no genre, since that sounded unsure. Which one is it?",
    ProblemKind.CONTRADICTION: "You named the same genre with and without a “not”. Which one is it?",
    ProblemKind.NO_GENRE_LEFT: "Then none of my genres is left. Which ones are right?",
    ProblemKind.SEVERAL_IDS: "I read the ids of two films. Which one is it?",
    ProblemKind.UNREADABLE_ID: "That is no IMDb title: its id is “tt” and seven or eight digits, as in tt0114369.",
    ProblemKind.DISAGREES: "Then what is right? Tell me the genres, as in “it's a western”, or IMDb's score.",
}
"""The sentence where there is nothing to quote and nothing to suggest."""

WITH_QUOTE: Final[dict[ProblemKind, str]] = {
    ProblemKind.SCORE_OUT_OF_RANGE: "IMDb's scores go from 0 to 10, so I left out {about}. Which one is it?",
    ProblemKind.SEVERAL_SCORES: "I read more than one score ({about}). Which is IMDb's? Say “IMDb 6.4”, for instance.",
    ProblemKind.WHOSE_SCORE: "Is {about} IMDb's score? If so, say “IMDb {about}”; own ratings do not count here.",
    ProblemKind.UNREADABLE_SCORE: "I could not read “{about}” as IMDb's score, a number from 0 to 10 such as 7.3.",
    ProblemKind.UNKNOWN_GENRE: "IMDb has no genre “{about}”. Please pick from its list with Fix genres.",
    ProblemKind.SEVERAL_IDS: "I read the ids of two films ({about}). Which one is it?",
}

WITH_SUGGESTIONS: Final[dict[ProblemKind, str]] = {
    ProblemKind.UNKNOWN_GENRE: "IMDb has no genre “{about}”. Did you mean {suggestions}?",
    ProblemKind.UNSURE: "That sounded unsure, so I noted no genre. Is it {suggestions}?",
    ProblemKind.CONTRADICTION: "You named {suggestions} with and without a “not”, so I left that out. Which is it?",
}

MOST_SUGGESTED: Final = 4


def sentence(problem: Problem) -> str:
    """One kind sentence that asks back, of at most 200 characters and safe to send as it is."""
    about = quoted(problem.about)
    if (
        problem.suggestions
        and problem.kind in WITH_SUGGESTIONS
        and (about or problem.kind is not ProblemKind.UNKNOWN_GENRE)
    ):
        return WITH_SUGGESTIONS[problem.kind].format(about=about, suggestions=_alternatives(problem))
    if about and problem.kind in WITH_QUOTE:
        return WITH_QUOTE[problem.kind].format(about=about)
    return WITHOUT_DETAILS[problem.kind]


def quoted(text: str) -> str:
    """A short piece of a member's text that can neither ping, nor link, nor break the markdown around; may be empty."""
    plain = "".join(
        character for character in text if unicodedata.category(character)[0] in "LNPSZ" or character.isspace()
    )
    plain = " ".join(NOT_QUOTED.sub(" ", plain).replace("_", " ").split())
    return plain if len(plain) <= LONGEST_QUOTE else plain[: LONGEST_QUOTE - 1].rstrip() + "…"


def _alternatives(problem: Problem) -> str:
    join = " and " if problem.kind is ProblemKind.CONTRADICTION else " or "
    names = list(problem.suggestions[:MOST_SUGGESTED])
    return join.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
