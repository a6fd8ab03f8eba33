"""`poster-judge imdb`: IMDb's files into the database."""
