"""Two companies of ours, in the United States and in Ireland: each has its law, its people and its matters."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import override_settings
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import NOW, World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import ServedEntity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Check, Matter
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, find_matter, visible
from safeconduct.rooms.government_requests.queries.assignment import able_to_have_of
from safeconduct.rooms.government_requests.queries.queue import queue
from safeconduct.rooms.government_requests.queries.search import find
from safeconduct.rooms.government_requests.queries.served import served_by
from safeconduct.rooms.government_requests.rules.assignment import HandoverError
from safeconduct.rooms.government_requests.rules.entities import OtherEntityError
from safeconduct.rooms.people.models import Account, Membership, Organisation, Person, Posting
from safeconduct.rooms.people.rules import Role

IRELAND = ServedEntity(
    id="northwind-ie",
    name="Northwind Messaging Ireland Limited",
    country="IE",
    address="4 Quay Row, Dublin",
    zone="Europe/Dublin",
    brands=("Northwind Ireland",),
)


@pytest.fixture
def two(world: World) -> Iterator[World]:
    place = settings.SAFECONDUCT
    with override_settings(SAFECONDUCT=replace(place, entities={**place.entities, IRELAND.id: IRELAND})):
        yield world


def _posted(actor: Actor, *entities: str) -> Actor:
    return replace(actor, entities=frozenset(entities))


def test_a_matter_of_another_company_is_not_there(two: World) -> None:
    american, irish = two.receive(), two.receive(served_entity=IRELAND, officer="")
    home, abroad = _posted(two.stranger, "northwind-us"), _posted(two.stranger, IRELAND.id)
    both, none = _posted(two.stranger, "northwind-us", IRELAND.id), _posted(two.stranger)
    assert [set(visible(one).values_list("pk", flat=True)) for one in (home, abroad, both, none, two.stranger)] == [
        {american},
        {irish},
        {american, irish},
        set(),
        {american, irish},
    ]
    reference = Matter.objects.get(pk=irish).reference
    with pytest.raises(UnknownMatterError):
        find_matter(actor=home, matter=reference)
    assert find(actor=home, now=NOW, words=reference) == ()
    assert find(actor=home, now=NOW, words="+12025550143") == (american,)
    assert [one.id for one in queue(actor=abroad, now=NOW).rows] == [irish]
    assert queue(actor=both, now=NOW).total == 2
    with pytest.raises(UnknownMatterError):
        actions.take(actor=home, now=NOW, matter=irish)


def test_silence_and_company_both_count(two: World) -> None:
    hidden = two.receive(paper(asks_silence=True), served_entity=IRELAND)
    Matter.objects.filter(pk=hidden).update(silenced=True)
    cleared = replace(_posted(two.stranger, IRELAND.id), clearances=frozenset({hidden}))
    assert visible(cleared).count() == 1
    assert visible(replace(cleared, clearances=frozenset())).count() == 0
    assert visible(replace(cleared, entities=frozenset({"northwind-us"}))).count() == 0


def test_each_company_has_its_own_law(two: World) -> None:
    irish_paper = paper(country="IE", issuer_name="Dublin District Court")
    at_home, abroad = two.receive(irish_paper, served_entity=IRELAND), two.receive(irish_paper)
    rows = {row.pk: row for row in Matter.objects.all()}
    assert (rows[at_home].served_country, rows[abroad].served_country) == ("IE", "US")
    checks = {one: dict(Check.objects.filter(matter=one).values_list("code", "outcome")) for one in (at_home, abroad)}
    assert checks[at_home] != checks[abroad], "an Irish paper is foreign in the United States and not in Ireland"


def test_a_matter_goes_to_nobody_who_works_for_another_company(two: World) -> None:
    us = Organisation.objects.create(id="b" * 32, name_object="0" * 32, country="US", governmental=False)
    for who in "67":
        person = Person.objects.create(id=who * 32, name_object=who * 32, organisation=us)
        Account.objects.create(id=f"{who}-account", person=person, opened_at=NOW)
        Membership.objects.create(person=person, role=str(Role.ANALYST), starts=NOW, ends=NOW.replace(year=2030))
    Posting.objects.create(person_id="6" * 32, entity="northwind-us")
    irish = two.receive(served_entity=IRELAND, officer="")
    assert able_to_have_of(actor=two.analyst, matter=irish, now=NOW) == {"7" * 32}
    with pytest.raises(HandoverError):
        actions.hand_over(actor=two.analyst, now=NOW, matter=irish, to="6" * 32)
    actions.hand_over(actor=two.analyst, now=NOW, matter=irish, to="7" * 32)


def test_a_colleague_takes_in_papers_for_their_own_companies(two: World) -> None:
    home = _posted(two.analyst, "northwind-us")
    assert [one.id for one in served_by(actor=home)] == ["northwind-us"]
    assert [one.id for one in served_by(actor=two.analyst)] == ["northwind-us", IRELAND.id]
    with pytest.raises(OtherEntityError):
        two.receive(actor=home, served_entity=IRELAND)
    assert Matter.objects.count() == 0
