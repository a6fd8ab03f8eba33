"""One clause: which genres it states, adds, removes or doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.feedback.understanding.items import Item
from bot.feedback.understanding.mentions import Mention, Mode
from bot.feedback.understanding.roles import Role
from bot.feedback.understanding.verdicts import ALONE, heed_verdicts

POINTING = {"the", "this", "that", "these", "those"}
"""Before a genre these point at something: "that music though"."""
VERBS = {"add", "adding", "+", "remove", "drop"}
"""What asks for a genre by name, so that a word behind it that is none deserves an answer."""


@dataclass(kw_only=True)
class ClauseReader:
    """Reads a clause word by word; afterwards `mentions` say what it means.

    Words that it does not know are heard only within a statement that opened clearly ("it's a …"), and only before a
    genre: there they are adjectives. Elsewhere they make the clause one that is not about the genres.
    """

    mode: Mode = Mode.STATE
    mentions: list[Mention] = field(default_factory=list)
    asserted: bool = False
    known: bool = True
    """Whether every word so far is known."""
    sticky: bool = False
    """Whether the mode outlasts the next "it's"."""
    negated: bool = False
    void: bool = False
    """Whether it names genres without saying anything of the film."""
    seems: bool = False
    closed: bool = False
    instead: bool = False
    explicit: bool = False
    """Whether it names genres on purpose: "genre: …", "add …"."""
    unknown_words: list[Item] = field(default_factory=list)
    named: list[Item] = field(default_factory=list)
    """Unknown words that stand where a genre is named on purpose."""
    last_mode_by_verb: bool = False
    _replacing: bool = False
    _judged: bool = False
    _alternatives: bool = False
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
        if self.explicit:
            self.named.append(item)
        if self.asserted and self.mentions:
            self.closed = True
        elif self.asserted and self.mode is Mode.REMOVE:
            self.mode = Mode.VOID  # "not a bad horror", "not a Pixar animation"
            self.sticky = True
        elif not self.asserted:
            self.known = False

    def _word(self, item: Item, *, genre_follows: bool) -> None:
        role = item.role
        self.seems = self.seems or Role.SEEMS in role
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
            self.negated = True
            self._turn(Mode.REMOVE, sticky=True)
        elif self._negates(role):
            self.negated = True
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
        if role & (Role.REPLACE | Role.INSTEAD | Role.BECOMES):
            self._exchange(role)
        elif Role.TOO in role:
            self._too(genre_follows)
        elif role & (Role.ADD | Role.REMOVE):
            self.explicit = self.explicit or item.text in VERBS
            if genre_follows:
                self._turn(Mode.ADD if Role.ADD in role else Mode.REMOVE, sticky=True)
        elif self._replacing and role & (Role.WITH | Role.INTO):
            self._turn(Mode.ADD)
            self._replacing = False
        elif Role.WITH in role:
            if not self.mentions and not self.asserted and self.mode is Mode.STATE:
                self._turn(Mode.ADD)
        elif Role.OR in role:
            self._alternatives = True
        elif role & (Role.STOP | Role.INTO):
            self._stop(item)

    def _exchange(self, role: Role) -> None:
        if Role.BECOMES in role:
            self._change_unsettled(Mode.REMOVE)
            self._turn(Mode.ADD)
            return
        self._turn(Mode.REMOVE)
        self._replacing = self._replacing or Role.REPLACE in role
        self.instead = self.instead or Role.INSTEAD in role

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
        if not (self.asserted or self.known) or self._replacing:
            self.void = any(item.is_genre for item in items)
            self.mentions.clear()
        if self._alternatives and len(self.mentions) > 1:
            for mention in self.mentions:
                if mention.mode in {Mode.STATE, Mode.ADD}:
                    mention.mode = Mode.DOUBT
        first = next((index for index, item in enumerate(items) if item.is_genre), 0)
        if not self.asserted:
            heed_verdicts(self.mentions, items, negated=self.negated)
            if first and items[first - 1].text in POINTING and not any(item.text in ALONE for item in items):
                self.mentions = [mention for mention in self.mentions if mention.mode is not Mode.STATE]
