"""Database migrations of government requests."""
