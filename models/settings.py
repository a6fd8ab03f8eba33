"""Settings shared by every process, and how a wrong one is told."""

from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message is one readable line."""


class Settings(BaseSettings):
    """Base of every group of settings: read from the environment and from `.env`, prefix `POSTER_JUDGE_`."""

    model_config = SettingsConfigDict(
        env_prefix="POSTER_JUDGE_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder for everything that is kept: database, queue, posters, versions",
    )

    @field_validator("data_dir")
    @classmethod
    def _is_a_folder(cls, data_dir: Path) -> Path:
        if data_dir.exists() and not data_dir.is_dir():
            raise ValueError("is a file; expected a folder")
        return data_dir


SettingsGroup = TypeVar("SettingsGroup", bound=Settings)


def load(group: type[SettingsGroup]) -> SettingsGroup:
    """The group as the environment gives it.

    Raises:
        SettingsError: a value is wrong; names the variable, what is wrong with it, and never a secret's value.
    """
    try:
        return group()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if not first["loc"]:  # About several settings: the sentence names them.
            raise SettingsError(_reason(first["msg"])) from None
        raise SettingsError(f"{variable_name(group, str(first['loc'][0]))}: {_reason(first['msg'])}") from None


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".") + "."


def variable_name(group: type[Settings], field: str) -> str:
    """The environment variable that sets `field`, for tables and messages."""
    info = group.model_fields.get(field)
    if info is None:  # pydantic names a field with an alias by that alias, which is the variable.
        return field
    alias = info.validation_alias
    return alias if isinstance(alias, str) else f"POSTER_JUDGE_{field.upper()}"
