"""Reads e-mail of strangers: strict limits, stable codes, no guessing. What it refuses is kept whole by its caller."""
