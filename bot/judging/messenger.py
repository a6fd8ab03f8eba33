"""What judging needs of a chat service; the one for Discord is in `bot.discord_messenger`."""

from dataclasses import dataclass
from typing import Protocol

from models.tables import Reply


class TellingError(Exception):
    """A message could not be brought to the member."""


class TryAgain(TellingError):
    """The service is out of order or out of reach; the same call may succeed later.

    Attributes:
        perhaps_done: whether the service may have taken the call before it failed to say so.
    """

    def __init__(self, reason: str, *, perhaps_done: bool) -> None:
        super().__init__(reason)
        self.perhaps_done = perhaps_done


class TokenExpired(TellingError):
    """The interaction no longer takes an answer; a message of the bot's own still may."""


class Undeliverable(TellingError):
    """The service will never take this message. The text is a code such as `message_deleted`."""


@dataclass(frozen=True, kw_only=True)
class FirstReply:
    """The deferred reply as it stands in its channel."""

    message_id: int
    answered: bool
    """Whether it shows the judgement: an edit got through, perhaps without a word of it to us."""


class Messenger(Protocol):
    """The ways to tell a member something about a reply.

    All of them raise `TryAgain`, `TokenExpired` or `Undeliverable`.
    """

    async def show(self, reply: Reply) -> int:
        """Edits the deferred reply into its answer; gives the message's id. May be repeated without harm."""
        ...

    async def show_progress(self, reply: Reply, sentence: str) -> None:
        """Edits the deferred reply into a word about the wait. May be repeated without harm."""
        ...

    async def withdraw(self, reply: Reply) -> None:
        """Removes the deferred reply. May be repeated without harm."""
        ...

    async def tell_privately(self, reply: Reply, sentences: list[str]) -> None:
        """Follows up so that only the member sees it. Must not be repeated."""
        ...

    async def post(self, reply: Reply) -> int:
        """Writes the answer as an ordinary message into the channel; gives its id.

        May be repeated within minutes: the service drops the second one (Discord: `enforce_nonce`).
        """
        ...

    async def first_reply(self, reply: Reply) -> FirstReply | None:
        """Looks for the deferred reply in its channel; None where it is not, or cannot be seen."""
        ...

    async def remove(self, reply: Reply, message_id: int) -> None:
        """Takes a message of the bot's own out of the reply's channel. May be repeated without harm."""
        ...
