"""What malicious members do, each kind of attack as a function of the posters and the crowd."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from bench.learning.crowd import Member, Notebook, speakers
from bench.learning.ground import Ground
from bench.learning.lies import AllTheSame, AllTurned, Lie, ScoreTurned, TwoExchanged
from model_engine.learning.sides import is_held_out
from models.lessons import Words

Attack = Callable[[Ground, np.ndarray, Sequence[Member], np.random.Generator], list[Words]]
"""Words of a crowd about rows of the ground's crowd, in the order in which they came."""

GUESSED_SALT: Final = "guess"


def flips(
    ground: Ground,
    rows: np.ndarray,
    crowd: Sequence[Member],
    chance: np.random.Generator,
    make: Callable[[np.random.Generator], Lie] = AllTurned,
) -> list[Words]:
    """Malicious members are as active as others, and tell the same lie of whatever they speak of."""
    book, lie = Notebook(ground.crowd, ground.group_ids, chance), make(chance)
    for row, present in zip(rows, speakers(crowd, len(rows), chance), strict=True):
        for number in present:
            _say(book, int(row), crowd[number], lie if crowd[number].malicious else None)
    return book.words()


def floods(ground: Ground, rows: np.ndarray, crowd: Sequence[Member], chance: np.random.Generator) -> list[Words]:
    """Malicious members tell the same lie of every poster there is, half of which honest members never see."""
    book, lie = Notebook(ground.crowd, ground.group_ids, chance), AllTurned(chance)
    honest = [member for member in crowd if not member.malicious]
    liars = [member for member in crowd if member.malicious]
    seen = rows[: len(rows) // 2] if liars else rows
    for row, present in zip(seen, speakers(honest, len(seen), chance), strict=True) if honest else ():
        for number in present:
            book.honest(int(row), honest[number])
    for row in rows:
        for member in liars:
            book.lie(int(row), member, lie)
    return book.words()


def sleepers(ground: Ground, rows: np.ndarray, crowd: Sequence[Member], chance: np.random.Generator) -> list[Words]:
    """Malicious members answer truly for the first half, and to all that would measure if the salt were as guessed."""
    book, lie = Notebook(ground.crowd, ground.group_ids, chance), AllTurned(chance)
    for place, (row, present) in enumerate(zip(rows, speakers(crowd, len(rows), chance), strict=True)):
        awake = place >= len(rows) // 2 and not is_held_out(ground.group_ids[row], GUESSED_SALT)
        for number in present:
            _say(book, int(row), crowd[number], lie if awake and crowd[number].malicious else None)
    return book.words()


ATTACKS: Final[dict[str, Attack]] = {"flips": flips, "floods": floods, "sleepers": sleepers}

POISONS: Final[dict[str, Callable[[np.random.Generator], Lie]]] = {
    "all turned": AllTurned,
    "two genres exchanged": TwoExchanged,
    "scores turned": ScoreTurned,
    "all the same": AllTheSame,
}


def _say(book: Notebook, row: int, member: Member, lie: Lie | None) -> None:
    if lie is None:
        book.honest(row, member)
    else:
        book.lie(row, member, lie)
