"""Killed at any moment: every acknowledged entry is there, nothing is half there, and the next process goes on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.rooms.ledger.world import MATTER

from safeconduct.rooms.ledger import actions, queries

KILLS = 6
WRITER = """
import sys
from datetime import UTC, datetime
import django
from django.conf import settings
options = {"transaction_mode": "IMMEDIATE", "timeout": 10,
           "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"}
database = {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1], "OPTIONS": options}
settings.configure(INSTALLED_APPS=["safeconduct.rooms.ledger"], USE_TZ=True, DATABASES={"default": database})
django.setup()
from django.db import transaction
from safeconduct.core.base.actors import Actor
from safeconduct.rooms.ledger import steps
actor = Actor(person="p", account="a", organisation="o")
while True:
    with transaction.atomic(durable=True):
        entry = steps.record(
            actor=actor, now=datetime(2026, 1, 1, tzinfo=UTC), kind="a.b", subject="d" * 32, facts={}
        )
        if sys.argv[2] == "early":
            print(entry.id, flush=True)
            raise SystemExit(9)
    print(entry.id, flush=True)
"""


@contextmanager
def writer(database: str, when: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", WRITER, database, when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def acknowledged(database: str, when: str, after: float) -> list[str]:
    """Run the writer, kill it some time after its first word, and return what it acknowledged."""
    with writer(database, when) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(after)
        process.kill()
        lines = (first + process.stdout.read()).split("\n")
    return [line for line in lines[:-1] if line]


def test_what_was_acknowledged_is_there_after_every_kill(sqlite_ledger: BaseDatabaseWrapper) -> None:
    database = str(sqlite_ledger.settings_dict["NAME"])
    promised: list[str] = []
    for number in range(KILLS):
        promised += acknowledged(database, "after commit", 0.01 + 0.013 * number)
        check = actions.check_log(log="private")
        present = {line.entry for line in queries.history(subject=MATTER)}
        assert set(promised) <= present
        assert check.openings == check.size == len(present)
        assert check.size - len(promised) <= number + 1
    assert len(promised) >= KILLS


def test_control_a_writer_that_speaks_before_the_commit_is_caught(sqlite_ledger: BaseDatabaseWrapper) -> None:
    """Negative control: the check above fails for an early acknowledgement."""
    promised = acknowledged(str(sqlite_ledger.settings_dict["NAME"]), "early", 0.2)
    assert len(promised) == 1
    assert set(promised) - {line.entry for line in queries.history(subject=MATTER)}
    assert actions.check_log(log="private").size == 0


@pytest.mark.usefixtures("ledger")
def test_the_tables_can_be_taken_away_and_made_again() -> None:
    call_command("migrate", "ledger", "zero", verbosity=0)
    call_command("migrate", "ledger", verbosity=0)
    assert actions.check_log(log="private").size == 0
