"""Settings of the message broker."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from models.settings import Settings


class BrokerSettings(Settings):
    """Where the queue is and what it bears. The times are settings so that tests can shorten them."""

    nats_url: SecretStr | None = Field(
        default=None,
        validation_alias="NATS_URL",
        description="NATS server, `nats://token@host:4222`; unset: the embedded server of `poster-judge up`",
    )
    queue_limit: int = Field(
        default=500, ge=1, le=1_000_000, description="Posters that may wait for an engine; one more is refused kindly"
    )
    queue_ack_wait: float = Field(
        default=10.0,
        ge=0.1,
        le=600,
        description="Seconds without a sign of life after which another engine gets the poster",
    )
    queue_max_age: float = Field(
        default=1200.0,
        ge=1,
        le=86_400,
        description="Seconds that a request stays in the queue, and that its id is remembered",
    )
    queue_replicas: int = Field(default=1, ge=1, le=5, description="Copies of each stream in a NATS cluster")

    @field_validator("nats_url")
    @classmethod
    def _is_an_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            try:
                parts = urlsplit(url.get_secret_value())
                fits = parts.scheme in ("nats", "tls", "ws", "wss") and bool(parts.hostname) and parts.port != 0
            except ValueError:
                fits = False
            if not fits:
                # Without the value: it holds a token.
                raise ValueError("not a NATS address; expected nats://token@host:4222")
        return url
