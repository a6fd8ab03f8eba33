"""`poster-judge backup` and `restore`: everything that is kept, as one file that fits either database."""
