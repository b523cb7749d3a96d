"""Paper that was typed in later counts from the day it came; who opened it stands in the row and in the entry."""

from datetime import timedelta

import pytest
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests.models import Arrival, Matter
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.rules.arrival import ArrivalError, Arrived
from safeconduct.rooms.ledger import queries as ledger


def test_a_faxed_paper_counts_from_its_arrival(world: World) -> None:
    at = world.now - timedelta(days=4)
    matter = world.receive(channel="fax", arrived=Arrived(at=at, opened_by=world.colleague.person))
    row, arrival = world.row(matter), Arrival.objects.get()
    assert (row.channel, row.received_at, row.received_by) == ("fax", at, world.analyst.person)
    assert (arrival.opened_by, arrival.entered_by, arrival.entered_at) == (
        world.colleague.person,
        world.analyst.person,
        world.now,
    )
    facts = next(iter(ledger.history(subject=matter))).facts
    assert (facts["channel"], facts["opened_by"]) == ("fax", world.colleague.person)
    assert alterations() == ()
    later = world.row(world.receive())
    assert row.answer_due_at <= later.answer_due_at


def test_paper_from_tomorrow_is_refused_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(ArrivalError):
        world.receive(arrived=Arrived(at=world.now + timedelta(days=1), opened_by="1" * 32))
    assert not Matter.objects.exists()
