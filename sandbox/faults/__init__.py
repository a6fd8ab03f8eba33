"""What goes wrong because a test wants it to."""
