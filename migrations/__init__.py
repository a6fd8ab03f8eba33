"""Alembic: how the database gets from one version of the code to the next."""
