"""What this room offers inside an open transaction."""
