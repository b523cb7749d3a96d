"""Customers: named once, found by name, and not one name in the database."""

from pathlib import Path

import pytest
from django.db import connection
from tests.rooms.records.conftest import NOW, Vault

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions, queries, rules

pytestmark = pytest.mark.django_db


def test_a_customer_is_registered_and_found_however_the_name_is_typed(vault: Vault, engineer: Actor) -> None:
    event = actions.register_customer(actor=engineer, now=NOW, name="  Blue   Harbour Ltd ")
    assert vault.names[event.name_object] == "Blue Harbour Ltd"
    found = queries.find_customer(name="BLUE harbour ltd")
    assert found == queries.customer(customer=event.customer)
    assert queries.customers() == [found]
    assert queries.name_objects(customers=[event.customer, "f" * 32]) == {event.customer: event.name_object}
    assert queries.find_customer(name="Red Harbour Ltd") is None
    assert [entry.kind for entry in ledger.history(subject=event.customer)] == ["records.register_customer"]


def test_a_customer_keeps_the_id_of_the_companys_own_systems(vault: Vault, engineer: Actor) -> None:
    event = actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd", customer="7" * 32)
    assert event.customer == "7" * 32
    assert len(vault.names) == 1


def test_a_name_or_an_id_is_taken_once(vault: Vault, engineer: Actor) -> None:
    actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd", customer="7" * 32)
    for name, customer in (("blue HARBOUR ltd", None), ("Another", "7" * 32)):
        with pytest.raises(actions.NameTakenError):
            actions.register_customer(actor=engineer, now=NOW, name=name, customer=customer)
    assert len(queries.customers()) == len(vault.names) == 1


@pytest.mark.parametrize(("name", "customer"), [("", None), ("   ", None), ("x" * 201, None), ("Good", "not an id")])
def test_a_bad_name_or_id_is_refused(vault: Vault, engineer: Actor, name: str, customer: str | None) -> None:
    with pytest.raises(rules.RecordsError):
        actions.register_customer(actor=engineer, now=NOW, name=name, customer=customer)
    assert vault.names == {}


def test_nobody_registers_without_the_permission(vault: Vault) -> None:
    visitor = Actor(person="a" * 32, account="b" * 32, organisation="c" * 32)
    with pytest.raises(NotPermittedError):
        actions.register_customer(actor=visitor, now=NOW, name="Blue Harbour Ltd")
    assert vault.names == {}


@pytest.mark.usefixtures("vault")
def test_the_name_stands_nowhere_in_the_database(engineer: Actor) -> None:
    actions.register_customer(actor=engineer, now=NOW, name="Blue Harbour Ltd")
    with connection.cursor() as cursor:
        rows = [
            str(row)
            for table in connection.introspection.table_names()
            for row in cursor.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - every table there is
        ]
    assert len(rows) > 3
    assert [row for row in rows if "harbour" in row.lower()] == []


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(queries.UnknownRecordError):
        queries.customer(customer="0" * 32)
    with pytest.raises(queries.UnknownRecordError):
        queries.import_run(run="0" * 32)


def test_the_readme_draws_the_lifecycle_as_it_is() -> None:
    readme = Path(rules.__file__).with_name("README.md").read_text("utf-8")
    assert f"```mermaid\n{rules.IMPORT_RUN.mermaid()}\n```" in readme
    assert set(rules.STATE_NAMES) == set(rules.IMPORT_RUN.states)
