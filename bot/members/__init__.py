"""What members do about themselves: see what is kept of them, have it erased, look back, appear among others."""
