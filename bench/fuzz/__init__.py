"""Posters spoilt by chance and by malice, sent through the real intake."""
