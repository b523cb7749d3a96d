"""Imports: no row is sent without an entry, no intent is left without an end, and the database holds the steps."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from tests.own_database import own_database, sqlite_settings
from tests.postgresql import postgresql_database, postgresql_server
from tests.rooms.records.conftest import NOW, Vault

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError, UnavailableError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions, queries, rules
from safeconduct.rooms.records.models import ImportRun

__all__ = ["postgresql_database", "postgresql_server"]

LATER = NOW + timedelta(minutes=5)


def kinds(run: str) -> list[str]:
    return [entry.kind for entry in ledger.history(subject=run)]


def test_the_intent_is_committed_before_the_vault_is_called(
    vault: Vault,
    engineer: Actor,
    rows: pa.Table,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    django_db_blocker: Any,
) -> None:
    seen = []

    def look(*, table: str, rows: pa.Table, entry: str) -> object:
        assert not connection.in_atomic_block
        seen.append((queries.import_runs()[0].state, ledger.proof_for(entry=entry, since=0)["opening"]["facts"]))
        return vault.import_rows(table=table, rows=rows, entry=entry)

    monkeypatch.setattr(actions.vault, "import_rows", look)
    # A database of its own, with real commits: the suite's shared one wraps every test in a transaction.
    with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger", "records"):
        event = actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
        assert seen == [("intended", {"table": "calls", "rows": 3})]
        assert event == actions.RowsImported(run=event.run, table="calls", rows=3, segments=6, at=NOW)
        assert queries.import_run(run=event.run).state == "imported"
        assert kinds(event.run) == ["records.import", "records.import_imported"]
        assert queries.status() == queries.RecordsStatus(customers=0, rows={"calls": 3}, open_runs=())


@pytest.mark.django_db
def test_a_refusal_is_recorded(vault: Vault, engineer: Actor, rows: pa.Table) -> None:
    vault.failure = BadInputError("A number is not E.164.")
    with pytest.raises(BadInputError):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
    run = queries.import_runs()[0]
    assert (run.state, run.ended) == ("refused", NOW)
    assert kinds(run.id) == ["records.import", "records.import_refused"]
    assert queries.status().rows == {}


@pytest.mark.django_db
@pytest.mark.parametrize("failure", [UnavailableError("gone"), ConflictError("stale")])
def test_an_unknown_end_stays_open_until_the_same_rows_are_sent_again(
    vault: Vault, engineer: Actor, rows: pa.Table, failure: UnavailableError | ConflictError
) -> None:
    vault.failure = failure
    with pytest.raises(type(failure)):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
    (run,) = queries.status().open_runs
    for table, other in (("messages", rows), ("calls", rows.slice(1))):
        with pytest.raises(rules.OtherImportError):
            actions.import_rows(actor=engineer, now=LATER, table=table, rows=other, run=run.id)
    event = actions.import_rows(actor=engineer, now=LATER, table="calls", rows=rows, run=run.id)
    assert event.run == run.id
    assert [entry for _, _, entry in vault.taken] == [run.entry, run.entry]
    assert kinds(run.id) == ["records.import", "records.import_imported"]
    with pytest.raises(TransitionError):
        actions.import_rows(actor=engineer, now=LATER, table="calls", rows=rows, run=run.id)
    assert len(vault.taken) == 2


@pytest.mark.django_db
def test_an_open_import_can_be_given_up_once(vault: Vault, engineer: Actor, rows: pa.Table) -> None:
    vault.failure = UnavailableError("gone")
    with pytest.raises(UnavailableError):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
    run = queries.import_runs()[0].id
    actions.give_up_import(actor=engineer, now=LATER, run=run)
    assert kinds(run) == ["records.import", "records.import_given_up"]
    with pytest.raises(TransitionError):
        actions.give_up_import(actor=engineer, now=LATER, run=run)
    with pytest.raises(queries.UnknownRecordError):
        actions.give_up_import(actor=engineer, now=LATER, run="0" * 32)


@pytest.mark.django_db
def test_nothing_is_sent_when_the_ledger_cannot_write(
    vault: Vault, engineer: Actor, rows: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(**_: object) -> None:
        raise UnavailableError("The ledger is closed.")

    monkeypatch.setattr(actions.ledger, "record", closed)
    with pytest.raises(UnavailableError):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=rows)
    assert vault.taken == []
    assert queries.import_runs() == []


@pytest.mark.django_db
def test_nothing_is_sent_without_permission_or_rows_or_to_an_unknown_table(
    vault: Vault, engineer: Actor, rows: pa.Table
) -> None:
    visitor = Actor(person="a" * 32, account="b" * 32, organisation="c" * 32)
    with pytest.raises(NotPermittedError):
        actions.import_rows(actor=visitor, now=NOW, table="calls", rows=rows)
    for table, some in (("secrets", rows), ("calls", rows.slice(0, 0))):
        with pytest.raises(rules.RecordsError):
            actions.import_rows(actor=engineer, now=NOW, table=table, rows=some)
    assert vault.taken == []
    assert queries.import_runs() == []


def put(state: str, *, ended: bool) -> ImportRun:
    return ImportRun.objects.create(
        id="1" * 32,
        table="calls",
        rows=1,
        state=state,
        entry="2" * 32,
        person="3" * 32,
        began=NOW,
        ended=NOW if ended else None,
    )


def refused_by_the_database() -> None:
    for state, ended in (("imported", True), ("nonsense", True), ("intended", True)):
        with pytest.raises(IntegrityError), transaction.atomic():
            put(state, ended=ended)
    run = put("intended", ended=False)
    run.state, run.ended = "imported", NOW
    run.save()
    for state in ("intended", "refused", "given_up", "nonsense"):
        run.state = state
        with pytest.raises(IntegrityError), transaction.atomic():
            run.save()


@pytest.mark.django_db
def test_sqlite_holds_the_lifecycle_by_itself() -> None:
    refused_by_the_database()


def test_postgresql_holds_the_lifecycle_by_itself(
    postgresql_database: dict[str, object],
    django_db_blocker: Any,
) -> None:
    settings = {**postgresql_database, "OPTIONS": {}}
    with django_db_blocker.unblock(), own_database(settings, "records"):
        refused_by_the_database()
        call_command("migrate", "records", "zero", verbosity=0)
