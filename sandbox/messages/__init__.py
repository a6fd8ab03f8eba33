"""Messages: what may stand in one, components and mentions included, and how Discord keeps it."""
