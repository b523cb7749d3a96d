"""A customer's end, against a real vault process: told once, gone on with after a crash, refused afterwards."""

from datetime import timedelta

import pytest
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.rooms.records.conftest import NOW
from tests.rooms.records.test_with_the_vault import Running, running

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
