"""What members do, as their client would let them."""
