"""Mappings: how a table of the company's own, or a file, is read as one of our record tables."""
