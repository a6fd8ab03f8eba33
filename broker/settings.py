"""Settings of the message broker."""

from pydantic import Field, SecretStr

from models.settings import Settings


class BrokerSettings(Settings):
    """Where the queue is and what it bears. The times are settings so that tests can shorten them."""

    nats_url: SecretStr | None = Field(
        default=None,
        validation_alias="NATS_URL",
        description="NATS server, `nats://token@host:4222`; unset: the embedded server of `poster-judge up`",
    )
    queue_limit: int = Field(
        default=500, ge=1, description="Posters that may wait for an engine; one more is refused kindly"
    )
    queue_ack_wait: float = Field(
        default=10.0,
        gt=0,
        description="Seconds without a sign of life after which another engine gets the poster",
    )
    queue_max_age: float = Field(
        default=1200.0,
        ge=1,
        description="Seconds that a request stays in the queue, and that its id is remembered",
    )
    queue_replicas: int = Field(default=1, ge=1, le=5, description="Copies of each stream in a NATS cluster")
