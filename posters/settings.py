"""What an operator may set about posters."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from models.settings import Settings
from posters.limits import Limits

_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?")

DISCORD_CDN_HOSTS = (
    "cdn.discordapp.com",
    "media.discordapp.net",
    "images-ext-1.discordapp.net",
    "images-ext-2.discordapp.net",
)
"""Where Discord keeps uploads (the first two) and proxies the pictures of link previews (the others)."""


class PosterSettings(Settings):
    """Limits of one poster, the workers that read them, where they come from and where they are kept."""

    max_upload_bytes: int = Field(default=10_000_000, ge=1_000, description="Largest picture taken, in bytes")
    max_pixels: int = Field(
        default=40_000_000,
        ge=1_024,
        le=89_000_000,
        description="Most pixels (width × height) of a picture, checked before decoding; "
        "more need more `INTAKE_MEMORY_BYTES`",
    )
    intake_workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="Processes that read pictures; two, so that a bad picture holds nobody up",
    )
    intake_timeout: float = Field(
        default=10.0, gt=0, description="Seconds that reading one picture may take before its worker is ended"
    )
    intake_memory_bytes: int = Field(
        default=1_000_000_000,
        ge=256_000_000,
        description="Address space of an intake worker in bytes (not on Windows)",
    )
    intake_queue_limit: int = Field(
        default=64,
        ge=0,
        description="Pictures that may wait for an intake worker, in memory; further ones are refused",
    )
    download_timeout: float = Field(
        default=20.0, gt=0, description="Seconds that fetching one picture may take, a second try included"
    )
    cdn_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=DISCORD_CDN_HOSTS,
        description="Hosts (`host` or `host:port`, separated by commas) that pictures may be fetched from; "
        "Discord's own by https only",
    )
    poster_store: str = Field(
        default="",
        description="Where normalised posters are kept: a folder or any address obstore knows (`s3://…`); "
        "empty: the folder `posters` in the data directory",
    )

    @field_validator("cdn_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("cdn_hosts")
    @classmethod
    def _hosts_only(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not hosts:
            raise ValueError("names no host, so that no picture could ever be fetched")
        for host in hosts:
            match = _HOST.fullmatch(host)
            if match is None or int((match[2] or ":0")[1:]) > 65_535:
                raise ValueError(f"each is `host` or `host:port`, without `https://` or a path. Received: {host}")
        return hosts

    @property
    def poster_store_location(self) -> str | Path:
        """What `PosterStore.open` takes."""
        return self.poster_store or self.data_dir / "posters"

    @property
    def limits(self) -> Limits:
        """The limits of one picture."""
        return Limits(max_bytes=self.max_upload_bytes, max_pixels=self.max_pixels)
