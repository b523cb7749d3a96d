"""Runs of a state machine apart from each other: what a run judges stays small however many runs there are."""

import sqlite3
from typing import Any

from django.db import connection


class Apart:
    """Keeps the whole SQLite database when a run begins and puts it back when it ends; mixed in before the machine."""

    def __init__(self) -> None:
        """Keep a copy, then begin."""
        self._kept = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(self._kept)
        super().__init__()

    def teardown(self) -> None:
        """End the run, also one that failed, and put the database back."""
        try:
            super().teardown()  # type: ignore[misc] # the machine's
        finally:
            self._kept.backup(connection.connection)
            self._kept.close()


def apart(machine: type[Any]) -> type[Any]:
    """Return the machine, each of whose runs starts from the database as it stood before the first."""
    return type(machine.__name__, (Apart, machine), {})
