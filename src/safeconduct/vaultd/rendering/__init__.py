"""Showing hostile papers: drawn to pixels by a child without rights, and rebuilt from the pixels alone."""
