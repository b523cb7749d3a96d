"""The sealed record store: pages, directory and token index of one segment. Arrow in, exact Arrow out."""
