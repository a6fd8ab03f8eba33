"""Where the database is."""

from pydantic import Field, SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.settings import Settings, SettingsError


class DatabaseSettings(Settings):
    """The address of the database; by default a file below the data directory."""

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="`postgresql://…` or `sqlite:///file`; unset: SQLite below the data directory",
    )

    def url(self) -> URL:
        """The address with its driver.

        Raises:
            SettingsError: it is neither SQLite nor PostgreSQL, or no address at all. Its value is not repeated.
        """
        if self.database_url is None:
            return URL.create("sqlite", database=str(self.data_dir / "poster-judge.db"))
        try:
            url = make_url(self.database_url.get_secret_value())
        except (ArgumentError, ValueError):
            # The driver's own words would repeat a part of the address, and with it of the password.
            raise SettingsError(
                "DATABASE_URL: not a database address; expected postgresql://user:password@host:5432/name, with odd "
                "characters of the password as %XX, or sqlite:///file."
            ) from None
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError("DATABASE_URL: only postgresql://… and sqlite:///… are supported.")
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise SettingsError("DATABASE_URL: names no file, so that nothing would be kept; expected sqlite:///file.")
        return url
