"""Settings of the bot."""

import re
from datetime import time
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from models.settings import Settings, SettingsError

NO_TOKEN: Final = "DISCORD_TOKEN is not set: put the bot's token into `.env`, or try the sandbox with `make run`."


class BotSettings(Settings):
    """How the bot talks to Discord and how long its members wait."""

    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias="DISCORD_TOKEN",
        description="The bot's token from Discord's developer portal; unset: `poster-judge up` serves the sandbox",
    )
    discord_api_url: str = Field(
        default="https://discord.com/api/v10",
        pattern=r"^https?://[^\s?#]+/api/v\d+$",
        description="Base of Discord's HTTP API; another one puts another server in Discord's place",
    )
    sync_commands: Literal["auto", "never"] = Field(
        default="auto", description="`auto` registers the commands with Discord when they changed; `never` leaves them"
    )
    shard_count: int | None = Field(
        default=None, ge=1, description="Number of shards over all bot processes; unset: Discord's recommendation"
    )
    shard_ids: str | None = Field(
        default=None,
        pattern=r"^\d+(,\d+)*$",
        description="This process's shards, such as `0,1`; unset: all of them. Needs the number of shards",
    )
    judgement_timeout: float = Field(
        default=600.0, gt=0, le=840, description="Seconds that a poster may wait for its judgement"
    )
    max_pending_intakes: int = Field(
        default=1000, ge=1, description="Posters that one bot process fetches and checks at a time; more are refused"
    )
    member_posters_per_minute: int = Field(
        default=20, ge=0, le=100_000, description="Posters a minute that one member may send; 0: no limit"
    )
    server_posters_per_minute: int = Field(
        default=300, ge=0, le=100_000, description="Posters a minute that one server's members may send; 0: no limit"
    )
    member_corrections_per_minute: int = Field(
        default=30, ge=0, le=100_000, description="Corrections a minute that one member may make; 0: no limit"
    )
    message_content: bool = Field(
        default=False,
        description="Asks Discord for what members write, which judging without a command needs (`/setup`); "
        "first switch *Message Content Intent* on in the developer portal (Bot)",
    )
    home_guild: int | None = Field(
        default=None,
        ge=1,
        lt=2**63,
        description="Id of the server whose administrators operate the bot; operators' commands are there alone",
    )
    operator_role: int | None = Field(
        default=None, ge=1, lt=2**63, description="Id of a role of the home guild whose members operate the bot too"
    )
    keep_posters_days: int = Field(
        default=30,
        ge=0,
        le=100_000,
        description="Days that a picture which nobody corrected is kept after it was last asked about; 0: for ever",
    )
    retrain_after: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Newly corrected posters that start a retraining by themselves; 0: never",
    )
    retrain_at: time | None = Field(
        default=None,
        description="Time of day, UTC, such as `03:00`, at which a retraining starts if anything was corrected since "
        "the last one; unset: never",
    )
    news_channel: int | None = Field(
        default=None,
        ge=1,
        lt=2**63,
        description="Id of the channel where retrainings that start by themselves tell how they go; unset: nowhere",
    )
    auto_promote: bool = Field(
        default=False,
        description="Promotes a retrained version by itself if it passed the whole gate, which a server with few "
        "corrections never does",
    )
    resume_after: float = Field(
        default=15.0, ge=0.1, le=600, description="Seconds after which a step that did not go on is taken up again"
    )

    @field_validator("discord_token")
    @classmethod
    def _is_one_word(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and (len(token.get_secret_value().split()) > 1):
            raise ValueError("holds blanks or line breaks; copy the token alone")
        return token

    @field_validator("retrain_at", mode="before")
    @classmethod
    def _is_a_time_of_day(cls, at: object) -> object:
        if isinstance(at, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
            raise ValueError("has to be hours and minutes, such as 03:00")
        return at

    @model_validator(mode="after")
    def _shards_fit(self) -> Self:
        shards = self.shards()
        if shards is not None and (self.shard_count is None or max(shards) >= self.shard_count):
            # pydantic names no field here, so the sentence does.
            raise ValueError("POSTER_JUDGE_SHARD_IDS needs POSTER_JUDGE_SHARD_COUNT, and ids below it")
        return self

    @model_validator(mode="after")
    def _role_has_its_guild(self) -> Self:
        if self.operator_role is not None and self.home_guild is None:
            raise ValueError("POSTER_JUDGE_OPERATOR_ROLE needs POSTER_JUDGE_HOME_GUILD, the server that it is of")
        return self

    def token(self) -> str:
        """The bot's token: a secret.

        Raises:
            SettingsError: there is none.
        """
        if self.discord_token is None:
            raise SettingsError(NO_TOKEN)
        return self.discord_token.get_secret_value().strip()

    def shards(self) -> list[int] | None:
        """This process's shard ids; None for all."""
        return None if self.shard_ids is None else [int(number) for number in self.shard_ids.split(",")]
