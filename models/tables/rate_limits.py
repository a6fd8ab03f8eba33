"""How much each member and each server asked for lately."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class RateLimit(Base):
    """A token bucket; see `models.rates`. Without a row the bucket is full."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Whose it is, such as `member:1234`."""
    arrival: Mapped[int] = mapped_column(BigInteger)
    """Theoretical arrival time: microseconds since 1970, UTC. A number, because the databases add to times in
    different words."""
