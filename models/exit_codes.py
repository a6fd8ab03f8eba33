"""Exit codes that say what to do (BSD's sysexits.h)."""

from typing import Final

UNAVAILABLE: Final = 69
"""Something that is needed is not there right now; starting again later may help."""

CONFIGURATION: Final = 78
"""A setting is wrong; starting again is of no use."""
