"""Executor grants: the page keys that a distributed engine may hold, and reading with nothing else."""
