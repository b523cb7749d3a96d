"""Connectors: a scope asked of the company's own stores, in a child without keys, and every row checked again here."""
