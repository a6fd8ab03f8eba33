"""The tables. Every change of them needs a migration; `tests/migrations` compares the two."""

from models.tables.base import Base
from models.tables.posters import Poster
from models.tables.predictions import OPEN_STATES, Prediction, PredictionState
from models.tables.pulses import Pulse
from models.tables.rate_limits import RateLimit
from models.tables.replies import Reply

__all__ = ["OPEN_STATES", "Base", "Poster", "Prediction", "PredictionState", "Pulse", "RateLimit", "Reply"]
