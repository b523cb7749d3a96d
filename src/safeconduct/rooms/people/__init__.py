"""Persons, accounts, organisations, roles, sign-in: who may act, and as whom."""
