"""What members can ask for. Each module is an extension: it parses, defers and replies."""
