"""A customer is placed in a region before any row came, and erased when they ask."""

from datetime import datetime, timedelta

from tests.entries.records_steps import take_a_file_in

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.records import actions
from safeconduct.rooms.records.actions import customer_ends

PASSING = "5" * 32


def place_and_erase(engineer: Actor, counsel: Actor, now: datetime) -> None:
    """Register a customer who leaves again."""
    actions.register_customer(actor=engineer, now=now, name="Passing Trade", customer=PASSING)
    customer_ends.place_customer(actor=engineer, now=now, customer=PASSING, region="own-disk")
    customer_ends.erase_customer(actor=counsel, now=now, customer=PASSING, asked=now - timedelta(days=1))


def take_in_and_erase(engineer: Actor, counsel: Actor, now: datetime, customer: str) -> None:
    """Take in a file of one customer, and end another."""
    take_a_file_in(engineer, now, customer)
    place_and_erase(engineer, counsel, now)
