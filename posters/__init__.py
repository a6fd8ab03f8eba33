"""What a poster is: bytes checked and normalised, downloaded, and kept by their hash."""
