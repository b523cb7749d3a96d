"""A customer's end, against a real vault process: told once, gone on with after a crash, refused afterwards."""

import argparse
from datetime import timedelta

import pytest
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.rooms.records.conftest import NOW
from tests.rooms.records.test_with_the_vault import Running, running

from safeconduct.cli import records_store
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError, NotPermittedError, UnavailableError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions, queries, rules
from safeconduct.rooms.records.actions import customer_ends
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault_steps

__all__ = ["running"]
CUSTOMER, ASKED = CUSTOMERS[0], NOW - timedelta(days=1)


@pytest.fixture
def counsel(engineer: Actor) -> Actor:
    permissions = engineer.permissions | {customer_ends.ERASE, customer_ends.PLACE}
    return Actor(person="d" * 32, account="e" * 32, organisation="c" * 32, permissions=permissions)


def test_an_erasure_broken_off_goes_on_and_is_told_once(running: Running, engineer: Actor, counsel: Actor) -> None:
    actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd", customer=CUSTOMER)
    actions.import_rows(actor=engineer, now=NOW, table="calls", rows=make_rows("calls", 50))
    running.stop()
    with pytest.raises(UnavailableError):
        customer_ends.erase_customer(actor=counsel, now=NOW, customer=CUSTOMER, asked=ASKED)
    assert queries.erasure_state(customer=CUSTOMER) == "asked"
    running.start()
    told = customer_ends.erase_customer(actor=counsel, now=NOW, customer=CUSTOMER, asked=NOW)
    assert told.asked == ASKED
    assert customer_ends.erase_customer(actor=counsel, now=NOW, customer=CUSTOMER, asked=NOW) == told
    assert queries.erasure_state(customer=CUSTOMER) == "destroyed"
    said = vault_queries.erasure(customer=CUSTOMER)
    assert (said["asked"], said["unreadable"]) == (rules.told_instant(ASKED), None)
    kinds = [entry.kind for entry in ledger.history(subject=CUSTOMER)]
    assert kinds == ["records.register_customer", "records.erase_customer", "records.customer_erased"]
    with pytest.raises(ConflictError, match="SC-CUSTOMER-ERASED"):
        actions.import_rows(actor=engineer, now=NOW, table="calls", rows=make_rows("calls", 9, seed=2))
    assert vault_steps.forget_erased() == {"forgotten": 1, "waiting": 0}


def test_who_may_not_or_asked_tomorrow_ends_nothing(running: Running, engineer: Actor, counsel: Actor) -> None:
    assert running.child is not None
    actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd", customer=CUSTOMER)
    with pytest.raises(NotPermittedError):
        customer_ends.erase_customer(actor=engineer, now=NOW, customer=CUSTOMER, asked=ASKED)
    with pytest.raises(rules.RecordsError):
        customer_ends.erase_customer(actor=counsel, now=NOW, customer=CUSTOMER, asked=NOW + timedelta(days=1))
    with pytest.raises(queries.UnknownRecordError):
        customer_ends.erase_customer(actor=counsel, now=NOW, customer="0" * 32, asked=ASKED)
    assert queries.erasure_state(customer=CUSTOMER) == ""
    placed = customer_ends.place_customer(actor=counsel, now=NOW, customer=CUSTOMER, region="own-disk")
    assert placed.region == "own-disk"
    with pytest.raises(rules.RecordsError):
        customer_ends.place_customer(actor=counsel, now=NOW, customer=CUSTOMER, region="Not A Region")


def test_the_store_is_checked_and_forgets_by_command(
    running: Running, engineer: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.import_rows(actor=engineer, now=NOW, table="calls", rows=make_rows("calls", 50))
    assert by_command("check") == 0
    assert "1 segments, 0 index runs and 50 rows open." in capsys.readouterr().out
    assert by_command("forget", "--json") == 0
    assert capsys.readouterr().out == '{"forgotten": 0, "waiting": 0}\n'
    pages = next(running.configuration.vault_store.rglob("pages"))
    pages.write_bytes(pages.read_bytes()[:-1])
    assert by_command("check") == 1
    assert "calls-2026-03-0" in capsys.readouterr().out


def by_command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    records_store.add_arguments(parser.add_subparsers(dest="verb"))
    return records_store.run(parser.parse_args(words), lambda _config: None)
