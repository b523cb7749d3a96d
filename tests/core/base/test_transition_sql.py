"""The database allows exactly the steps of the lifecycle table: every pair of states is tried, on both databases."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.postgresql import postgresql_database, postgresql_server

from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.core.base.transition_sql import append_only_triggers, drop_triggers, transition_triggers

__all__ = ["postgresql_database", "postgresql_server"]

STATES = ("open", "sent", "done", "given_up")
TABLE = "thing"
CREATE = "CREATE TABLE thing (id INTEGER PRIMARY KEY, state VARCHAR(20) NOT NULL, other INTEGER NOT NULL DEFAULT 0)"
LIFECYCLE = Lifecycle(
    name="thing",
    initial="open",
    table={
        ("open", "send"): "sent",
        ("sent", "finish"): "done",
        ("open", "stop"): "given_up",
        ("sent", "again"): "sent",
    },
)
REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)

Execute = Callable[[str], Any]


def insert(number: int, state: str) -> str:
    return f"INSERT INTO thing (id, state) VALUES ({number}, '{state}')"  # noqa: S608 - the states above, no input


def update(state: str) -> str:
    return f"UPDATE thing SET state = '{state}'"  # noqa: S608 - the states above, no input


def install(execute: Execute, steps: tuple[tuple[str, str], ...], vendor: str) -> None:
    for sql in transition_triggers(table=TABLE, initial="open", steps=steps, vendor=vendor):
        execute(sql)


def allowed(execute: Execute, sql: str) -> bool:
    try:
        execute(sql)
    except REFUSED:
        return False
    return True


def reach(execute: Execute, vendor: str, steps: tuple[tuple[str, str], ...], state: str) -> None:
    """Put the one row into ``state``, past the triggers."""
    for sql in (*drop_triggers(table=TABLE, vendor=vendor), "DELETE FROM thing"):
        execute(sql)
    execute(insert(1, state))
    install(execute, steps, vendor)


def check_every_pair(execute: Execute, vendor: str, steps: tuple[tuple[str, str], ...]) -> None:
    for start in STATES:
        for end in STATES:
            reach(execute, vendor, steps, start)
            expected = start == end or (start, end) in steps
            assert allowed(execute, update(end)) == expected, (start, end)
            assert allowed(execute, "UPDATE thing SET other = other + 1")
    for number, state in enumerate(STATES, start=2):
        assert allowed(execute, insert(number, state)) == (state == "open")


@pytest.fixture(params=["sqlite", "postgresql"])
def link(request: pytest.FixtureRequest) -> Iterator[tuple[Execute, str]]:
    if request.param == "sqlite":
        connection = sqlite3.connect(":memory:", isolation_level=None)
        yield connection.execute, "sqlite"
        connection.close()
        return
    given_database = request.getfixturevalue("postgresql_database")
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parameters = {names[name]: value for name, value in given_database.items() if name in names and value}
    with psycopg.connect(**parameters, autocommit=True) as database:
        yield database.execute, "postgresql"


def test_a_lifecycle_is_held_by_the_database(link: tuple[Execute, str]) -> None:
    execute, vendor = link
    execute(CREATE)
    check_every_pair(execute, vendor, LIFECYCLE.steps())


def test_without_the_triggers_every_step_would_pass(link: tuple[Execute, str]) -> None:
    execute, vendor = link
    execute(CREATE)
    install(execute, LIFECYCLE.steps(), vendor)
    for sql in drop_triggers(table=TABLE, vendor=vendor):
        execute(sql)
    assert allowed(execute, "INSERT INTO thing (id, state) VALUES (1, 'done')")
    assert allowed(execute, "UPDATE thing SET state = 'open'")


def test_append_only_rows_stay(link: tuple[Execute, str]) -> None:
    execute, vendor = link
    execute(CREATE)
    for sql in append_only_triggers(table=TABLE, vendor=vendor):
        execute(sql)
    assert allowed(execute, "INSERT INTO thing (id, state) VALUES (1, 'open')")
    for sql in ("UPDATE thing SET other = 2", "UPDATE thing SET id = 3", "DELETE FROM thing"):
        assert not allowed(execute, sql)


@settings(max_examples=25, deadline=None)
@given(steps=st.frozensets(st.tuples(st.sampled_from(STATES), st.sampled_from(STATES)), max_size=8))
def test_any_table_of_steps_is_held_exactly(steps: frozenset[tuple[str, str]]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(CREATE)
    check_every_pair(connection.execute, "sqlite", tuple(sorted(steps)))
    connection.close()


@pytest.mark.parametrize("name", ["x; DROP TABLE y", "Upper", "", "a'b", "1x", "a" * 50])
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    for table, initial, steps in ((name, "open", []), (TABLE, name, []), (TABLE, "open", [("open", name)])):
        with pytest.raises(ValueError, match="plain"):
            transition_triggers(table=table, initial=initial, steps=steps, vendor="sqlite")
    with pytest.raises(ValueError, match="no triggers"):
        append_only_triggers(table=TABLE, vendor="oracle")
