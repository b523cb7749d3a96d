"""People: persons, accounts, organisations, roles, one permission enum, sign-in, sessions."""
