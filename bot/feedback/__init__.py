"""What members say of judgements: who may, what it means, what is noted. Knows no Discord."""
