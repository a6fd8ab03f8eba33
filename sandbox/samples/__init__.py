"""Posters of films that do not exist, for visitors who have none at hand; drawn by this project, see `render`."""
