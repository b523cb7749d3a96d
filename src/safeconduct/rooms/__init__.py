"""The rooms: one Django app per duty, the same file names in each; a room looks only at rooms below it."""
