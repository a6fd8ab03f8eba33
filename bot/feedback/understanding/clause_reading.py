"""One clause: which genres it states, adds, removes or doubts, and whether it agrees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.feedback.understanding.items import Item
from bot.feedback.understanding.roles import Role


class Mode(Enum):
    """What is said of a genre."""

    STATE = auto()
    ADD = auto()
    REMOVE = auto()
    DOUBT = auto()
    VOID = auto()
    """Nothing: it is somebody else's word, a condition or a question."""


STRESS = Role.FILLER | Role.YES
"""What agrees when it stands alone, and else only stresses: "definitely"."""
POINTING = {"the", "this", "that", "these", "those"}
"""Before a genre these point at something: "that music though"."""
VERBS = {"add", "adding", "+", "remove", "drop"}
"""What asks for a genre by name, so that a word behind it that is none deserves an answer."""


@dataclass(kw_only=True)
class Mention:
    """A genre, or what stands in its place, as a clause says it."""

    item: Item
    mode: Mode


@dataclass(kw_only=True)
class ClauseReader:
    """Reads a clause word by word; afterwards `mentions` and `attitude` say what it means.

    Words that it does not know are heard only within a statement that opened clearly ("it's a …"), and only before a genre: there
    they are adjectives. Elsewhere they make the clause one that is not about the genres.
    """

    mode: Mode = Mode.STATE
    mentions: list[Mention] = field(default_factory=list)
    asserted: bool = False
    known: bool = True
    """Whether every word so far is known."""
    sticky: bool = False
    """Whether the mode outlasts the next "it's"."""
    closed: bool = False
    instead: bool = False
    explicit: bool = False
    """Whether it names genres on purpose: "genre: …", "add …"."""
    unknown_words: list[Item] = field(default_factory=list)
    last_mode_by_verb: bool = False
    _replacing: bool = False
    _judged: bool = False
    _alternatives: bool = False
    _negated: bool = False
    _settled: int = 0

    def read(self, items: Sequence[Item]) -> None:
        """Reads the clause through."""
        last_genre = max((index for index, item in enumerate(items) if item.is_genre), default=-1)
        for index, item in enumerate(items):
            following = items[index + 1] if index + 1 < len(items) else None
            if item.is_genre:
                self._genre(item, following)
            elif item.unknown or item.role & (Role.QUALITY | Role.STARS):
                self._unknown(item)
            else:
                self._word(item, genre_follows=index < last_genre)
        self._finish(items)

    def _genre(self, item: Item, following: Item | None) -> None:
        if self.closed:
            return
        compound = following is not None and (
            following.text == "of" or (following.unknown and following.text.isalpha())
        )
        if compound:
            # "family guy", "war of the worlds", "drama queen": the other word says what it is.
            self.known = False
            return
        self.mentions.append(Mention(item=item, mode=self.mode))

    def _unknown(self, item: Item) -> None:
        self.unknown_words.append(item)
        if self.asserted and self.mentions:
            self.closed = True
        elif self.asserted and self.mode is Mode.REMOVE:
            self.mode = Mode.VOID  # "not a bad horror", "not a Pixar animation"
            self.sticky = True
        elif not self.asserted:
            self.known = False

    def _word(self, item: Item, *, genre_follows: bool) -> None:
        role = item.role
        if Role.GENRES in role:
            self.explicit = True
        if Role.VOID in role:
            self._turn(Mode.VOID, sticky=True)
        elif Role.DOUBT in role:
            self._turn(Mode.DOUBT, sticky=True)
        elif Role.ASSERT in role:
            self._assert()
        elif Role.IS in role and not self._negates(role):
            self._is()
        elif Role.DENY in role:
            self._negated = True
            self._turn(Mode.REMOVE, sticky=True)
        elif self._negates(role):
            self._negated = True
            self._turn(Mode.REMOVE)
        else:
            self._change(role, item, genre_follows=genre_follows)

    @staticmethod
    def _negates(role: Role) -> bool:
        return bool(role & (Role.NOT | Role.NO))

    def _assert(self) -> None:
        if not self.known and not self.asserted:
            self.mentions.clear()
            self._settled = 0
        if not self.sticky:
            self.mode = Mode.STATE
        self.asserted, self.known, self.closed = True, True, False

    def _is(self) -> None:
        if self.mentions:
            self._judged = True
        elif not self.known and not any(Role.STOP in word.role for word in self.unknown_words):
            self.known = True  # the film's title

    def _change(self, role: Role, item: Item, *, genre_follows: bool) -> None:
        if Role.REPLACE in role:
            self._turn(Mode.REMOVE)
            self._replacing = self.explicit = True
        elif Role.INSTEAD in role:
            self.instead = True
            self._turn(Mode.REMOVE)
        elif Role.BECOMES in role:
            self._change_unsettled(Mode.REMOVE)
            self._turn(Mode.ADD)
        elif Role.TOO in role:
            self._too(genre_follows)
        elif Role.ADD in role:
            self.explicit = self.explicit or item.text in VERBS
            if genre_follows:
                self._turn(Mode.ADD, sticky=True)
        elif Role.REMOVE in role:
            self.explicit = self.explicit or item.text in VERBS
            self._turn(Mode.REMOVE, sticky=True)
        elif role & (Role.WITH | Role.INTO) and self._replacing:
            self._turn(Mode.ADD)
            self._replacing = False
        elif Role.WITH in role:
            if not self.mentions and not self.asserted and self.mode is Mode.STATE:
                self._turn(Mode.ADD)
        elif Role.OR in role:
            self._alternatives = True
        elif role & (Role.STOP | Role.INTO):
            self._stop(item)

    def _turn(self, mode: Mode, *, sticky: bool = False) -> None:
        if self.sticky and self.mode in {Mode.VOID, Mode.DOUBT}:
            return
        self.mode, self.sticky = mode, sticky
        self.last_mode_by_verb = sticky
        if mode in {Mode.ADD, Mode.REMOVE}:
            self.closed = False

    def _too(self, genre_follows: bool) -> None:
        if genre_follows:
            self._turn(Mode.ADD, sticky=True)
            return
        if self.asserted:
            self._settled = max(self._settled, len(self.mentions) - 1)
        self._change_unsettled(Mode.ADD)

    def _change_unsettled(self, mode: Mode) -> None:
        """Gives the genres stated since the last such change another meaning."""
        for mention in self.mentions[self._settled :]:
            if mention.mode is Mode.STATE:
                mention.mode = mode
        self._settled = len(self.mentions)

    def _stop(self, item: Item) -> None:
        if self.asserted:
            self.closed = True
        elif not (Role.INTO in item.role and self.mentions):
            self.known = False
            self.unknown_words.append(item)

    def _finish(self, items: Sequence[Item]) -> None:
        if not (self.asserted or self.known):
            self.mentions.clear()
        if self._alternatives:
            for mention in self.mentions:
                if mention.mode in {Mode.STATE, Mode.ADD} and len(self.mentions) > 1:
                    mention.mode = Mode.DOUBT
        self._judge(items)
        first = next((index for index, item in enumerate(items) if item.is_genre), 0)
        if not self.asserted and first and items[first - 1].text in POINTING:
            self.mentions = [mention for mention in self.mentions if mention.mode is not Mode.STATE]

    def _judge(self, items: Sequence[Item]) -> None:
        """Heeds what is said behind the genres: "horror is wrong", "comedy yes, drama no"."""
        if not self.mentions or self.asserted:
            return
        last = max(index for index, item in enumerate(items) if item.is_genre)
        behind = Role(0)
        for item in items[last + 1 :]:
            if item.role != STRESS:
                behind |= item.role
        if not behind & (Role.RIGHT | Role.WRONG | Role.YES | Role.NO):
            return
        wrong = bool(behind & (Role.WRONG | Role.NO)) or self._negated
        for mention in self.mentions:
            if mention.mode is Mode.STATE:
                mention.mode = Mode.REMOVE if wrong else Mode.ADD

    def attitude(self, items: Sequence[Item]) -> bool | None:
        """Whether a clause without genres agrees with the judgement's (`True`), disagrees (`False`) or says neither."""
        roles = Role(0)
        for item in items:
            roles |= item.role
        if self.mode is Mode.VOID or self.mode is Mode.DOUBT:
            return None
        negative = bool(roles & (Role.NO | Role.WRONG))
        positive = bool(roles & (Role.YES | Role.RIGHT))
        of_score = bool(roles & (Role.SCORE | Role.IMDB)) and Role.GENRES not in roles
        if Role.WRONG in roles and any(
            item.role & (Role.NOT | Role.DENY) and Role.WRONG not in item.role for item in items
        ):
            return None  # "not wrong"
        if negative or (positive and self._negated):
            return False
        if not positive:
            return False if self._negated and self.known and not self.unknown_words and not of_score else None
        return None if of_score or not self.known or self.unknown_words else True
