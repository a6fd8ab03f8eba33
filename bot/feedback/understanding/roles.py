"""What the words of a correction do in it."""

from enum import Flag, auto


class Role(Flag):
    """What a word does in a message. A word may do several things; `FILLER` is a known word that does nothing."""

    FILLER = auto()
    FILM = auto()
    """A filler that speaks of a film: "old", "movie". Beside it a lone figure may be part of a title."""
    ASSERT = auto()
    """Opens a statement: "it's", "more like", "tag it as"."""
    SEEMS = auto()
    """Opens one that a "but" takes back: "looks like horror but it's a comedy"."""
    IS = auto()
    """Opens one where the rest is understood: "Alien is …"."""
    NOT = auto()
    DENY = auto()
    """A negation that reaches over the next assertion: "I don't think it's …"."""
    NO = auto()
    """Disagrees, or negates the genre behind it: "no"."""
    WRONG = auto()
    YES = auto()
    RIGHT = auto()
    ALL = auto()
    ADD = auto()
    TOO = auto()
    """Adds what stands before it, or else what comes behind it: "also"."""
    REMOVE = auto()
    REPLACE = auto()
    """The genres behind it go, those after "with", "for" or "to" come."""
    INSTEAD = auto()
    """The genres before it come, those behind it go."""
    BECOMES = auto()
    """The genres before it go, those behind it come: an arrow."""
    WITH = auto()
    INTO = auto()
    AND = auto()
    OR = auto()
    BUT = auto()
    STOP = auto()
    """Ends what is said of the film itself: "about", "because", "my"."""
    DOUBT = auto()
    VOID = auto()
    """What follows is somebody else's word or a condition: "you said", "if"."""
    QUALITY = auto()
    """Praise or blame: "not a bad horror" says nothing of horror."""
    QUESTION = auto()
    REQUEST = auto()
    """Asks for something to be done, so that the question mark is only polite: "can you add crime?"."""
    GENRES = auto()
    SCORE = auto()
    IMDB = auto()
    OWN = auto()
    """Marks the member's own rating."""
    OTHER_SITE = auto()
    BOUND = auto()
    """A limit, not a score: "over 7"."""
    ROUGHLY = auto()
    """Before a number: it is meant as said."""
    UNIT = auto()
    """Behind a number that counts something else: "120 min"."""
    COUNTER = auto()
    """Before such a number: "top 10"."""
    STARS = auto()
    UNDO = auto()
    RESTART = auto()
    """The member corrects what the same message said before."""
