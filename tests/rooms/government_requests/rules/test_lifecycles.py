"""Lifecycles: the tables, the database that holds them, and the README that draws them."""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st
from tests.rooms.government_requests.world import World

from safeconduct.core.base.transition_sql import transition_triggers
from safeconduct.rooms import government_requests
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE, STATE_NAMES, notice_is_settled

README = Path(government_requests.__file__).parent / "README.md"
BEFORE_DISCLOSURE = ("scope_proposed", "authorised", "collected", "released")


@given(st.data())
def test_nothing_leaves_without_its_steps_however_often_a_matter_is_taken_up_again(data: st.DataObject) -> None:
    state, walked = MATTER.initial, [MATTER.initial]
    for _ in range(60):
        state = MATTER.next_state(state, data.draw(st.sampled_from(MATTER.permitted(state))))
        walked.append(state)
    for place in (place for place, one in enumerate(walked) if one == "released"):
        since = walked[: place + 1][::-1]
        back = since[: since.index("in_review")]
        assert [one for one in BEFORE_DISCLOSURE if one in back] == list(BEFORE_DISCLOSURE)
    assert all(pair in MATTER.steps() or pair[0] == pair[1] for pair in pairwise(walked))


def test_only_counsel_leads_out_of_closed_and_every_state_has_a_name() -> None:
    assert MATTER.permitted("closed") == ("resume",)
    assert MATTER.final_states == set()
    assert set(STATE_NAMES) == set(MATTER.states)
    assert NOTICE.permitted("released") == NOTICE.permitted("excepted") == ("supplement",)


@pytest.mark.parametrize(
    ("state", "owed", "known", "settled"),
    [
        ("released", True, False, True),
        ("excepted", True, False, True),
        ("prohibited", True, True, True),
        ("prohibited", True, False, False),
        ("drafted", True, False, False),
        ("due", True, False, False),
        ("not_due", False, False, True),
        ("not_due", True, False, False),
    ],
)
def test_a_notice_is_settled_by_name_only(*, state: str, owed: bool, known: bool, settled: bool) -> None:
    assert notice_is_settled(notice_state=state, owed=owed, prohibited_until_known=known) is settled


@pytest.fixture
def bare() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE m (id INTEGER PRIMARY KEY, state TEXT)")
        for sql in transition_triggers(table="m", initial=MATTER.initial, steps=MATTER.steps(), vendor="sqlite"):
            connection.execute(sql)
        yield connection
    connection.close()


def test_the_database_allows_exactly_the_table(bare: sqlite3.Connection) -> None:
    bare.execute("INSERT INTO m VALUES (1, ?)", (MATTER.initial,))
    with pytest.raises(sqlite3.IntegrityError):
        bare.execute("INSERT INTO m VALUES (2, 'released')")
    for start, end in product(MATTER.states, repeat=2):
        bare.execute("DROP TRIGGER m_state_step")
        bare.execute("UPDATE m SET state = ?", (start,))
        for sql in transition_triggers(table="m", initial=MATTER.initial, steps=MATTER.steps(), vendor="sqlite"):
            bare.execute(sql)
        if start == end or (start, end) in MATTER.steps():
            bare.execute("UPDATE m SET state = ?", (end,))
        else:
            with pytest.raises(sqlite3.IntegrityError):
                bare.execute("UPDATE m SET state = ?", (end,))


def test_the_room_refuses_a_jump_behind_the_actions(world: World) -> None:
    matter = world.receive()
    with pytest.raises(DatabaseError):
        Matter.objects.filter(pk=matter).update(state="released")
    with pytest.raises(DatabaseError):
        Matter.objects.filter(pk=matter).update(notice_state="not_due")
    assert world.row(matter).state == "received"


@pytest.mark.parametrize(("name", "lifecycle"), [("matter", MATTER), ("notice", NOTICE)])
def test_the_readme_draws_the_table(name: str, lifecycle: object) -> None:
    text = README.read_text("utf-8")
    drawn = text.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0]
    assert drawn.strip() == f"```mermaid\n{lifecycle.mermaid()}\n```"  # type: ignore[attr-defined] # a Lifecycle
