"""What the clock ends by itself, and what it only asks about: preservation orders, and letters of the Bureau."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.lapse import StillOwedError, lapse_order
from safeconduct.rooms.government_requests.actions.silence import NoticeError
from safeconduct.rooms.government_requests.models import Prohibition
from safeconduct.rooms.government_requests.queries.books import require_unaltered
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.rules.alarms import AlarmKind
from safeconduct.rooms.government_requests.rules.silence import Source, Term, Terms
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.tasks import due

LATER = datetime(2026, 9, 1, 9, tzinfo=UTC)


def _asked(world: World, process: Process) -> str:
    world.now = LATER
    # A verified sender has a copy at once, and nothing is left to ask.
    matter = world.receive(paper(process=process, reply_by=None), officer="")
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    actions.ask_officer(actor=world.analyst, now=world.now, matter=matter, question="Which account is meant?")
    return matter


def test_a_preservation_order_that_nobody_explains_ends_on_its_day_and_not_before(world: World) -> None:
    matter = _asked(world, Process.EUROPEAN_PRESERVATION_ORDER)
    last = world.row(matter).questions.get().due_at
    due(now=last - timedelta(seconds=1))
    assert world.row(matter).state == "question_sent"
    assert f"order:{matter}" in due(now=last)
    assert (world.row(matter).state, world.row(matter).outcome) == ("refused", "refused")
    assert world.kinds(matter)[-1] == "lapse_order"
    require_unaltered()


@pytest.mark.parametrize("process", [Process.EUROPEAN_PRODUCTION_ORDER, Process.SUBPOENA])
def test_no_other_duty_ends_by_silence(world: World, process: Process) -> None:
    matter = _asked(world, process)
    over = world.row(matter).questions.get().due_at + timedelta(days=60)
    with pytest.raises(StillOwedError):
        lapse_order(actor=world.analyst, now=over, matter=matter)
    due(now=over)
    assert world.row(matter).state == "question_sent"


def test_one_that_was_explained_goes_on(world: World) -> None:
    matter = _asked(world, Process.EUROPEAN_PRESERVATION_ORDER)
    last = world.row(matter).questions.get().due_at
    actions.answer_question(actor=world.officer, now=world.now, matter=matter, answer="The first one.")
    due(now=last + timedelta(days=1))
    assert world.row(matter).state == "in_review"


def _silenced(world: World, source: Source) -> dict[str, Any]:
    matter = world.receive()
    who: dict[str, Any] = {"actor": world.counsel, "now": world.now, "matter": matter}
    cleared = frozenset({world.counsel.person})
    more = {"jurisdiction": "US-CA"} if source is Source.STATE_LAW else {}
    actions.prohibit_notice(**who, terms=Terms(source=source, term=Term.INDEFINITE, **more), cleared=cleared)
    return who | {"actor": world.counsel, "prohibition": Prohibition.objects.get(matter=matter).pk}


def test_a_letters_silence_is_reviewed_at_three_years_and_at_the_closure(world: World) -> None:
    who = _silenced(world, Source.STATUTE)
    found = Prohibition.objects.get()
    assert found.review_at == world.now + timedelta(days=1095)
    actions.record_closure(**who)
    due(now=world.now)
    assert AlarmKind.SILENCE_REVIEW in {one.kind for one in standing_alarms(actor=world.counsel)}
    actions.review_prohibition(**who)
    assert AlarmKind.SILENCE_REVIEW not in {one.kind for one in standing_alarms(actor=world.counsel)}
    assert Prohibition.objects.get().review_at == world.now + timedelta(days=1095)
    require_unaltered()


def test_no_other_silence_has_a_closure(world: World) -> None:
    who = _silenced(world, Source.COURT_ORDER)
    with pytest.raises(NoticeError):
        actions.record_closure(**who)
