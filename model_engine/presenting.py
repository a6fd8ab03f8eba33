"""Answers as text for a terminal: one line, or a small table with bars."""

from typing import TYPE_CHECKING, Final

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from model_engine.predicting import FileAnswer
from models.judgements import Judgement

if TYPE_CHECKING:
    from model_engine.datasets.dataset import Film

SHOWN_GENRES: Final = 6
"""Rows of the table: what comes after is little more than its share of films."""

BAR_WIDTH: Final = 24


def printable(name: str) -> str:
    """A file's name on one line: a hostile one can neither break lines nor steer the terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in name
    )


def top_line(judgement: Judgement, count: int, known: "Film | None" = None) -> str:
    """`Drama 0.5605 | Thriller 0.2983 | …`: the likeliest genres, likeliest first.

    What does not look like a film poster is asked about first. With known genres each is marked, ✓ where the film has
    it and ✗ where not, and those that are missing are named.
    """
    top = judgement.top_genres(count)
    if not judgement.looks_like_poster:
        return f"no film poster? {top_line(msgspec.structs.replace(judgement, looks_like_poster=True), count, known)}"
    if known is None or not known.genres:
        return " | ".join(f"{genre} {probability:.4f}" for genre, probability in top)
    line = " | ".join(f"{genre} {probability:.4f} {_mark(genre, known)}" for genre, probability in top)
    named = {genre for genre, _ in top}
    missing = [genre for genre in known.genres if genre not in named]
    return f"{line} | missing: {', '.join(missing)}" if missing else line


def answer_table(answer: FileAnswer) -> RenderableType:
    """A picture of one answer for people."""
    title = Text(printable(answer.file), style="bold", overflow="fold")
    if answer.error is not None:
        return Group(title, Text(f"  {answer.error.message}", style="red"), Text())
    assert answer.judgement is not None
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    for genre, probability in answer.judgement.top_genres(SHOWN_GENRES):
        table.add_row(f"  {genre}", _bar(probability), f"{probability:4.0%}", _marked(genre, answer.known))
    if not answer.judgement.looks_like_poster:
        title.append("\n  does not look like a film poster", style="bold yellow")
    lines = [_verdict(answer.judgement), *([_truth(answer.known)] if answer.known else [])]
    return Group(title, table, *lines, Text())


def _mark(genre: str, known: "Film") -> str:
    return "✓" if genre in known.genres else "✗"


def _marked(genre: str, known: "Film | None") -> Text:
    if known is None or not known.genres:
        return Text()
    return Text(_mark(genre, known), style="green" if genre in known.genres else "red")


def _truth(known: "Film") -> Text:
    genres = ", ".join(known.genres) or "genres not known"
    score = "score not known" if known.score is None else f"IMDb score {known.score:.1f}"
    return Text(f"  in truth: {genres}; {score}", style="bold")


def _bar(share: float) -> Text:
    filled = round(share * BAR_WIDTH)
    return Text("█" * filled, style="cyan").append("░" * (BAR_WIDTH - filled), style="dim")


def _verdict(judgement: Judgement) -> Text:
    score = judgement.score
    return Text(
        f"  {score.p_good:.0%} for an IMDb score of {score.threshold:g} or more; "
        f"expected {score.expected:.1f} ± {score.sd:.1f}  ({judgement.model_version})"
    )
