"""Interactions: the application's commands, their use, and what a bot may answer."""
