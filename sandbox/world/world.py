"""Everything the sandbox knows, and word of every change to it."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from sandbox.cdn.attachments import AttachmentStore
from sandbox.config import SandboxConfig
from sandbox.faults.faults import Faults
from sandbox.gateway.session_starts import SessionStarts
from sandbox.interactions.commands import Commands
from sandbox.interactions.interactions import Interactions
from sandbox.messages.drafts import Drafts
from sandbox.messages.mentions import mentioned
from sandbox.messages.message import Message, MessageFlag
from sandbox.world.channels import Channel, DirectChannel, TextChannel
from sandbox.world.clock import Clock
from sandbox.world.guilds import Guild, Member, Role, User
from sandbox.world.permissions import ORDINARY, Permission
from sandbox.world.records import Breach, RequestRecord
from sandbox.world.signals import Signal
from sandbox.world.snowflakes import Snowflakes
from sandbox.world.threads import Thread

_log = structlog.get_logger(__name__)

#: Requests kept in the log; older ones are forgotten.
REQUEST_LOG_LENGTH = 20_000
#: Breaches kept; a bot that breaks a rule again and again shows in the newest.
KEPT_BREACHES = 1000
#: Messages kept in a channel.
KEPT_MESSAGES = 50_000
#: Days since an account was made, unless a test wants a newer one.
ACCOUNT_AGE_DAYS = 365.0

#: Seconds that the clock moves at a time: a year.
FURTHEST = 366 * 24 * 3600

#: Told of changes: what happened ("message_created", …) and to what.
Listener = Callable[[str, Any], None]


@dataclass(eq=False)
class World:
    """The state of one sandbox. All changes happen on one event loop, none awaits."""

    config: SandboxConfig
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        """Set up the application, its bot and one guild with a channel and a few members."""
        self.clock = Clock(frozen=self.config.frozen_clock)
        self.faults = Faults(self.clock)
        self.ids = Snowflakes(self.clock)
        self.session_starts = SessionStarts(
            self.clock, total=self.config.session_starts, max_concurrency=self.config.max_concurrency
        )
        self.changed = Signal()
        self.breaches: list[Breach] = []
        self.requests: deque[RequestRecord] = deque(maxlen=REQUEST_LOG_LENGTH)
        self.store = AttachmentStore(self.clock, self.ids)
        self.drafts = Drafts(self.store, self.ids)
        self.interactions = Interactions(self)
        self.application_id = self.ids.next()
        self.commands = Commands(application_id=self.application_id, ids=self.ids)
        name = self.config.application_name
        self.bot = User(id=self.application_id, name=name, bot=True)
        self.verify_key = secrets.token_hex(32)
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, TextChannel] = {}
        self._direct: dict[str, DirectChannel] = {}
        self._listeners: list[Listener] = []
        self.owner = self.user("olga")
        guild = self.add_guild("Film club", owner=self.owner, members=("alice", "bob", "mona"), channels=("posters",))
        managing = int(Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES)
        self.add_role(guild, "Manager", managing, self.member(guild, "mona"))

    def listen(self, listener: Listener) -> None:
        """Have `listener` told of every change from now on."""
        self._listeners.append(listener)

    def stop_listening(self, listener: Listener) -> None:
        """Tell `listener` of nothing any more."""
        self._listeners.remove(listener)

    def emit(self, kind: str, subject: Any) -> None:
        """Tell everybody of a change."""
        for listener in self._listeners:
            listener(kind, subject)
        self.changed.notify()

    def move_clock(self, seconds: Any) -> None:
        """Move the clock on for all to see: pages show it, and recordings write it down.

        Raises:
            ValueError: If it is no number of seconds that a clock may move by.
        """
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= FURTHEST:
            raise ValueError(f"a number of seconds between 0 and {FURTHEST}")
        self.emit("clock_moves", seconds)
        self.clock.advance(seconds)
        self.emit("clock_moved", self.clock.stamp())

    def record_breach(self, breach: Breach) -> None:
        """Remember and log something the bot must not do."""
        self.breaches.append(breach)
        del self.breaches[:-KEPT_BREACHES]
        path = breach.shown_path
        _log.error("sandbox.breach", method=breach.method, path=path, rule=breach.rule, message=breach.message)
        self.emit("breach", breach)

    def user(self, name: str, *, created_days_ago: float = ACCOUNT_AGE_DAYS) -> User:
        """Return the account of that name, made if there was none; its id says how old it is."""
        if name not in self.users:
            made_at = self.clock.now() - created_days_ago * 24 * 3600
            self.users[name] = User(id=self.ids.next(at=made_at), name=name, display_name=name.capitalize())
        return self.users[name]

    def account(self, user_id: str) -> User | None:
        """Return an account, the bot's among them, by its id."""
        return next((user for user in (self.bot, *self.users.values()) if user.id == user_id), None)

    def add_guild(
        self, name: str, *, owner: User, members: Iterable[str] = (), channels: Iterable[str] = ("general",)
    ) -> Guild:
        """Make a guild the bot is in; bots that are connected hear of it."""
        guild = Guild(id=self.ids.next(), name=name, owner_id=owner.id)
        guild.roles[guild.id] = Role(id=guild.id, name="@everyone", permissions=int(ORDINARY), position=0)
        bot_role = Role(id=self.ids.next(), name=self.bot.name, permissions=int(ORDINARY), managed_by_bot=self.bot.id)
        guild.roles[bot_role.id] = bot_role
        for user in (owner, self.bot, *(self.user(member) for member in members)):
            self.join(guild, user)
        guild.members[self.bot.id].roles.append(bot_role)
        for position, channel in enumerate(channels):
            self.add_channel(guild, channel, position=position)
        self.guilds[guild.id] = guild
        self.emit("guild_created", guild)
        return guild

    def join(self, guild: Guild, user: User, roles: Iterable[Role] = ()) -> Member:
        """Make somebody a member of a guild."""
        member = Member(user=user, guild=guild, joined_at=self.clock.stamp(), roles=list(roles))
        guild.members[user.id] = member
        if guild.id in self.guilds:
            self.emit("member_joined", member)
        return member

    def add_role(self, guild: Guild, name: str, permissions: int, *members: Member) -> Role:
        """Make a role and give it to members."""
        role = Role(id=self.ids.next(), name=name, permissions=permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        if guild.id in self.guilds:
            self.emit("role_created", (guild, role))
        for member in members:
            self.give_role(member, role)
        return role

    def give_role(self, member: Member, role: Role) -> None:
        """Give a member a role of their guild."""
        member.roles.append(role)
        self.emit("member_changed", member)

    def add_channel(self, guild: Guild, name: str, *, position: int = 0) -> Channel:
        """Make a text channel."""
        channel = Channel(id=self.ids.next(), name=name, guild=guild, position=position)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        if guild.id in self.guilds:
            self.emit("channel_created", channel)
        return channel

    def start_thread(self, channel: Channel, name: str, owner: User, *, message: Message | None = None) -> Thread:
        """Begin a thread; one that a message began has that message's id."""
        thread = Thread(
            id=self.ids.next() if message is None else message.id,
            name=name,
            guild=channel.guild,
            parent=channel,
            owner_id=owner.id,
            created_at=self.clock.stamp(),
            joined={owner.id},
        )
        channel.guild.threads[thread.id] = self.channels[thread.id] = thread
        if message is not None:
            message.flags |= MessageFlag.HAS_THREAD
            self.message_edited(message, stamp=False)
        self.emit("thread_created", thread)
        return thread

    def direct_channel(self, user: User) -> DirectChannel:
        """Return a user's direct messages with the bot, opened if they were not."""
        channel = self._direct.get(user.id)
        if channel is None:
            channel = DirectChannel(id=self.ids.next(), name=user.name, user=user, bot=self.bot)
            self._direct[user.id] = self.channels[channel.id] = channel
        return channel

    def member(self, guild: Guild, name: str) -> Member:
        """Return a guild's member by name.

        Raises:
            KeyError: If nobody there is called so.
        """
        for member in guild.members.values():
            if member.user.name == name:
                return member
        raise KeyError(name)

    def bot_member(self, guild: Guild) -> Member:
        """Return the bot as a member of a guild."""
        return guild.members[self.bot.id]

    def new_message(self, channel: TextChannel, author: User) -> Message:
        """Return an empty message that nobody sees yet."""
        stamp = self.clock.stamp()
        return Message(id=self.ids.next(), channel=channel, author=author, store=self.store, timestamp=stamp)

    def add_message(self, message: Message) -> None:
        """Put a message into its channel."""
        message.mentions = mentioned(message, self.account)
        messages = message.channel.messages
        messages[message.id] = message
        if len(messages) > KEPT_MESSAGES:
            del messages[next(iter(messages))]
        self.emit("message_created", message)

    def message_edited(self, message: Message, *, stamp: bool = True) -> None:
        """Say that a message changed; `stamp` marks it as "(edited)"."""
        if stamp:
            message.edited_timestamp = self.clock.stamp()
        message.mentions = mentioned(message, self.account)
        self.emit("message_edited", message)

    def delete_message(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        self.emit("message_deleted", message)
