"""What members press, choose and fill in below a judgement."""
