"""What versions of the model are called."""

from typing import Final

STARTER_VERSION: Final = "starter-3"
"""The version that ships inside the package: champion until another one is promoted."""
