"""Scenarios: what members did and what the bot answered, recorded, kept as a file, and done again as a test."""
