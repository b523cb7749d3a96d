"""The queue counts what its filters choose, in the order that Python would give, and nobody else's is in it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.rooms.government_requests.crowd import crowd
from tests.rooms.government_requests.world import World

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.queue import next_to_take, queue
from safeconduct.rooms.government_requests.queries.queue_views import DUE, VIEWS, Chosen, counts
from safeconduct.rooms.government_requests.queries.workload import workload
from safeconduct.rooms.government_requests.rules.lifecycles import FINISHED, PAUSED

CROWD = 300


@pytest.fixture
def crowded(world: World) -> World:
    crowd(CROWD, now=world.now, persons=(world.analyst.person, world.colleague.person))
    return world


def _cleared(world: World) -> Actor:
    some = sorted(Matter.objects.filter(silenced=True).values_list("pk", flat=True))[::2]
    return replace(world.analyst, clearances=frozenset(some))


def _place(row: Matter) -> tuple[object, ...]:
    answered = row.state in FINISHED - {"closed"}
    rank = 1 if row.state in PAUSED else 2 if row.state == "preserved" else 3 if answered else 4
    clock = row.answer_due_at
    if row.state == "preserved":
        clock = row.preserved_until
    elif answered and row.silence_until:
        clock = row.silence_until
    known = row.state in PAUSED | FINISHED | {"preserved"}
    return rank if known else 0, clock is not None, clock, row.reference


def _ordered(rows: list[Matter]) -> list[str]:
    return [row.pk for row in sorted(rows, key=lambda row: [str(one) for one in _place(row)])]


def test_every_view_counts_what_it_shows(crowded: World) -> None:
    counted = 0
    for actor in (crowded.analyst, _cleared(crowded), crowded.colleague):
        found = counts(actor=actor, now=crowded.now)
        for view in VIEWS:
            wanted = Chosen(view=view.code).filter(person=actor.person, now=crowded.now)
            assert found[view.code] == visible(actor).filter(wanted).count()
            shown = queue(actor=actor, now=crowded.now, view=view.code, size=1000)
            assert len(shown.rows) == shown.total == found[view.code]
            counted += shown.total
    assert counted > CROWD


def test_pages_stand_in_the_order_that_python_gives(crowded: World) -> None:
    actor = _cleared(crowded)
    expected = _ordered(list(visible(actor).exclude(state="closed")))
    pages = queue(actor=actor, now=crowded.now).pages
    found = [row.id for page in range(1, pages + 1) for row in queue(actor=actor, now=crowded.now, page=page).rows]
    assert found == expected
    assert pages > 1


@pytest.mark.parametrize("due", sorted(DUE))
@pytest.mark.parametrize("holder", ["", "nobody", "1" * 32])
def test_filters_narrow_a_view(crowded: World, due: str, holder: str) -> None:
    actor, until = crowded.analyst, crowded.now + timedelta(days=DUE[due])
    shown = queue(actor=actor, now=crowded.now, chosen=Chosen(holder=holder, due=due), size=1000)
    rows = [Matter.objects.get(pk=row.id) for row in shown.rows]
    assert shown.total == len(rows)
    assert rows
    assert all(row.answer_due_at < until for row in rows)
    assert all(row.state not in PAUSED | FINISHED | {"preserved"} for row in rows)
    if holder:
        assert {row.holder for row in rows} == {"" if holder == "nobody" else holder}


def test_what_is_not_known_is_left_out_of_the_choice(crowded: World) -> None:
    plain = queue(actor=crowded.analyst, now=crowded.now)
    assert queue(actor=crowded.analyst, now=crowded.now, chosen=Chosen(view="?", due="never")).rows == plain.rows


def test_the_next_to_take_is_the_first_of_nobodys(crowded: World) -> None:
    live = [row for row in visible(crowded.analyst).filter(holder="") if _place(row)[0] == 0]
    assert next_to_take(actor=crowded.analyst) == _ordered(live)[0]


@pytest.mark.parametrize("page", [1, 5])
def test_a_page_asks_as_often_and_reads_indexes_only_however_long_the_queue(crowded: World, page: int) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            queue(actor=crowded.analyst, now=crowded.now, page=page)
        return [one["sql"] for one in seen.captured_queries]

    few = asked()
    crowd(1000, now=crowded.now, persons=(crowded.analyst.person,), seed=8, first=CROWD)
    many = asked()
    assert len(few) == len(many)
    with connection.cursor() as cursor:
        for sql in many[:2]:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [line[3] for line in cursor.fetchall()]
            assert [line for line in plan if "COVERING INDEX" not in line and "government_requests" in line] == []
            assert not any("TEMP B-TREE" in line for line in plan)


def test_the_workload_adds_up_to_what_is_open(crowded: World) -> None:
    actor = _cleared(crowded)
    loads = workload(actor=actor, now=crowded.now)
    open_rows = [row for row in visible(actor) if row.state != "closed"]
    assert sum(one.open for one in loads) == len(open_rows)
    for one in loads:
        own = [row for row in open_rows if row.holder == one.person]
        assert (one.open, sum(one.ages)) == (len(own), len(own))
        assert one.oldest == max((crowded.now - row.received_at).days for row in own)
        late = queue(actor=actor, now=crowded.now, chosen=Chosen(holder=one.person or "nobody", due="late"))
        assert (one.late, one.paused) == (late.total, sum(row.state in PAUSED for row in own))
    assert loads[0].person == ""
    assert len(loads) == len({row.holder for row in open_rows})
