"""Where everything is that a backup holds: the database, the poster store, the version store."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import URL

from launcher.configuration import Unavailable
from model_engine.errors import VersionError
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from models.database_settings import DatabaseSettings
from models.settings import SettingsError, load
from posters.settings import PosterSettings
from posters.store import PosterStore


@dataclass(frozen=True, kw_only=True)
class Places:
    """What is read by a backup and filled by a restore."""

    data_dir: Path
    database_url: URL
    posters: PosterStore
    versions: VersionStore

    @classmethod
    def from_settings(cls) -> Self:
        """The places that the environment names.

        Raises:
            SettingsError: a setting is wrong.
            Unavailable: a folder cannot be made.
        """
        database, posters, engine = load(DatabaseSettings), load(PosterSettings), load(EngineSettings)
        try:
            return cls(
                data_dir=database.data_dir,
                database_url=database.url(),
                posters=PosterStore.open(posters.poster_store_location),
                versions=VersionStore.from_settings(engine),
            )
        except ValueError as error:
            raise SettingsError(f"POSTER_JUDGE_POSTER_STORE: {error}") from None
        except VersionError as error:
            raise SettingsError(f"POSTER_JUDGE_VERSIONS_URL: {error}") from None
        except OSError as error:
            raise Unavailable(f"The folder {error.filename} cannot be made: {error.strerror}.") from None
