"""What is remembered and said: tables, repositories (all SQL), messages, genres and scores."""
