"""How well perceptual hashes tell copies of a poster from other posters."""
