"""Labelled posters on disk: brought in, cleaned, split, filtered, described, and read for training."""
