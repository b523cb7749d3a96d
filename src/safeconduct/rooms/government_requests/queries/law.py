"""Asks the rulebook what the rules need for one process on one day."""
