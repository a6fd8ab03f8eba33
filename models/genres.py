"""The vocabulary of genres: IMDb's film genres, in the order of every probability vector of this project."""

from typing import Final

GENRES: Final[tuple[str, ...]] = (
    "Action",
    "Adventure",
    "Animation",
    "Biography",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Family",
    "Fantasy",
    "Film-Noir",
    "History",
    "Horror",
    "Music",
    "Musical",
    "Mystery",
    "News",
    "Romance",
    "Sci-Fi",
    "Short",
    "Sport",
    "Thriller",
    "War",
    "Western",
)
"""Fixed for ever: stored vectors and trained heads depend on the order. A new genre may only be appended."""

GENRE_INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(GENRES)}
"""Position of each genre in `GENRES`."""
