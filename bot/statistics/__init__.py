"""How often the crowd finds the model right, beside what a constant answer would get. Knows no Discord."""
