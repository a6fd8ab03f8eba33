"""A soak: members send posters at a steady rate while faults are made, and every one is accounted for."""
