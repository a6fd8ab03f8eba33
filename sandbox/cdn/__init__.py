"""Files: kept, and served behind signed links."""
