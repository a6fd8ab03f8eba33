"""Fetches posters from the addresses in a manifest."""
