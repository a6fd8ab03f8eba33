"""What the shipped version's words are worth, and what more could be had from it."""
