"""SQL triggers made from a lifecycle table, so that the database itself refuses a step the table does not have.

A migration runs them for its own vendor::

    def forwards(apps, schema_editor):
        for sql in transition_triggers(
            table="records_importrun", initial="intended", steps=STEPS, vendor=schema_editor.connection.vendor
        ):
            schema_editor.execute(sql, params=None)

The states themselves are a CHECK constraint of the model. A later migration that alters such a table must run this
again: Django rebuilds an altered SQLite table, and a rebuilt table has lost its triggers.
"""

import re
from collections.abc import Iterable

Step = tuple[str, str]
"""A permitted (state, next state), as ``Lifecycle.steps`` returns it."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_VENDORS = ("sqlite", "postgresql")


def _checked(*names: str) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a plain lower-case name")


def _vendor(vendor: str) -> str:
    if vendor not in _VENDORS:
        raise ValueError(f"there are no triggers for {vendor}")
    return vendor


def transition_triggers(
    *, table: str, initial: str, steps: Iterable[Step], vendor: str, column: str = "state"
) -> tuple[str, ...]:
    """Return the statements that hold ``table.column`` to the lifecycle: rows begin in ``initial`` and only step.

    ``vendor`` is ``sqlite`` or ``postgresql``. Any earlier version of the triggers is replaced.
    Raises ``ValueError`` for a name that is not plain lower case.
    """
    pairs = sorted(set(steps))
    _checked(table, column, initial, *(state for pair in pairs for state in pair))
    allowed = " OR ".join(f"(OLD.{column} = '{start}' AND NEW.{column} = '{end}')" for start, end in pairs) or "1 = 0"
    wrong_step = f"NEW.{column} <> OLD.{column} AND NOT ({allowed})"
    wrong_start = f"NEW.{column} <> '{initial}'"
    make = _sqlite if _vendor(vendor) == "sqlite" else _postgresql
    return (
        *make(table, f"{table}_{column}_start", "INSERT", wrong_start, f"{table}: a row begins as {initial}"),
        *make(table, f"{table}_{column}_step", f"UPDATE OF {column}", wrong_step, f"{table}: no such step"),
    )


def append_only_triggers(*, table: str, vendor: str) -> tuple[str, ...]:
    """Return the statements that refuse every UPDATE and DELETE of rows of ``table``."""
    _checked(table)
    make = _sqlite if _vendor(vendor) == "sqlite" else _postgresql
    return (
        *make(table, f"{table}_no_update", "UPDATE", "1 = 1", f"{table}: rows are never changed"),
        *make(table, f"{table}_no_delete", "DELETE", "1 = 1", f"{table}: rows are never deleted"),
    )


def drop_triggers(*, table: str, vendor: str, column: str = "state") -> tuple[str, ...]:
    """Return the statements that remove what the two functions above made; what is not there is passed over."""
    _checked(table, column)
    names = [f"{table}_{column}_start", f"{table}_{column}_step", f"{table}_no_update", f"{table}_no_delete"]
    if _vendor(vendor) == "sqlite":
        return tuple(f"DROP TRIGGER IF EXISTS {name}" for name in names)
    return tuple(f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in names)


def _sqlite(table: str, name: str, event: str, wrong: str, message: str) -> tuple[str, ...]:
    body = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return (
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {wrong} {body}",
    )


def _postgresql(table: str, name: str, event: str, wrong: str, message: str) -> tuple[str, ...]:
    body = f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END"
    return (
        f"DROP FUNCTION IF EXISTS {name}() CASCADE",
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({wrong}) EXECUTE FUNCTION {name}()",
    )
