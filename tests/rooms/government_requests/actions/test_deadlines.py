"""A running day moves when counsel enters a holiday or the law lets a question rest it, on record; others never."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.rulebook.location import shipped
from safeconduct.rooms.government_requests import actions, tasks
from safeconduct.rooms.government_requests.actions.deadlines import DeadlineStandsError
from safeconduct.rooms.government_requests.models import Deadline, DueAlarm, Matter, Question
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.deadlines import (
    deadline_json,
    deadlines_to_reckon,
    reckoned_words,
    standing_deadline,
)
from safeconduct.rooms.government_requests.queries.due import standing_alarms
from safeconduct.rooms.government_requests.queries.matters import matter as matter_page
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.ledger import queries as ledger

OPEN = paper(reply_by=None)
LAST = date(2026, 3, 24)
"""Fourteen days after service, a Tuesday."""


def enter_holiday(world: World, tmp_path: Path, day: date, country: str = "US") -> None:
    folder = tmp_path / "rulebook"
    if not folder.exists():
        shutil.copytree(shipped(), folder)
    (folder / "calendars" / "entered.toml").write_text(
        f'[[holiday]]\nday = {day}\ncountry = "{country}"\nname = "Mourning"\nsource = "https://example.org/"\n'
        "entered = 2026-03-10\n"
    )
    world.settings.SAFECONDUCT = replace(world.settings.SAFECONDUCT, rulebook=folder)


def due_of(matter: str) -> date:
    return Matter.objects.get(pk=matter).answer_due_at.date()


def test_a_holiday_moves_the_running_day_on_record_and_its_reminders_follow(world: World, tmp_path: Path) -> None:
    matter = world.receive(OPEN)
    assert due_of(matter) == LAST
    assert deadlines_to_reckon() == ()
    before = standing_deadline(Matter.objects.get(pk=matter))
    enter_holiday(world, tmp_path, LAST)
    assert tasks.due(now=world.now) == (f"deadline:{matter}",)
    row = Matter.objects.get(pk=matter)
    found = standing_deadline(row)
    assert found is not None
    assert before is not None
    assert due_of(matter) == date(2026, 3, 23)
    assert (found.cause, found.skipped) == ("holiday", [["2026-03-24", "Mourning"]])
    assert found.warnings != before.warnings
    line = ledger.history(subject=matter)[-1]
    assert (line.kind, line.facts["cause"]) == ("government_requests.move_deadline", "holiday")
    assert line.facts["to"] == deadline_json(found)["due"]
    assert dict(reckoned_words(row))["Holidays skipped"] == "24 March 2026, Mourning"
    assert books.alterations() == ()
    assert tasks.due(now=world.now) == ()


def test_a_day_changed_past_the_program_is_named(world: World) -> None:
    matter = world.receive(OPEN)
    Matter.objects.filter(pk=matter).update(answer_due_at=world.now + timedelta(days=90))
    assert [one.part for one in books.alterations()] == ["answer_due_at"]


def test_the_papers_own_day_and_an_answered_matters_day_stay(world: World, tmp_path: Path) -> None:
    named, elsewhere = world.receive(paper(reply_by=LAST)), world.receive(OPEN)
    answered = world.receive(OPEN)
    Matter.objects.filter(pk=answered).update(responded_at=world.now)
    enter_holiday(world, tmp_path, LAST, country="DE")
    assert deadlines_to_reckon() == (elsewhere,)
    assert actions.move_deadline(actor=world.analyst, now=world.now, matter=elsewhere).entry == ""
    assert deadlines_to_reckon() == ()
    for one in (named, answered):
        with pytest.raises(DeadlineStandsError):
            actions.move_deadline(actor=world.analyst, now=world.now, matter=one)
        assert due_of(one) == LAST


def test_who_may_not_see_or_move_it_cannot(world: World) -> None:
    matter = world.receive(replace(OPEN, silence=SILENCE))
    with pytest.raises(UnknownMatterError):
        actions.move_deadline(actor=world.stranger, now=world.now, matter=matter)
    with pytest.raises(NotPermittedError):
        actions.move_deadline(actor=world.officer, now=world.now, matter=matter)


def test_days_that_the_paper_allows_run_on_over_a_closed_last_day(world: World) -> None:
    # Ten days from service is Friday 3 July 2026: the day on which Independence Day is kept.
    world.now = datetime(2026, 6, 23, 14, tzinfo=UTC)
    matter = world.receive(paper(reply_by=None, reply_days=10, dated=date(2026, 6, 22)))
    found = standing_deadline(Matter.objects.get(pk=matter))
    assert found is not None
    assert due_of(matter) == date(2026, 7, 6)
    assert found.citation == "Fed. R. Crim. P. 45(a)(1)"
    assert found.skipped == [["2026-07-03", "Independence Day (observed)"], ["2026-07-04", "Independence Day"]]
    shown = next(one for one in matter_page(actor=world.analyst, matter=matter, now=world.now).clocks if one.reckoned)
    assert dict(shown.reckoned)["A closed last day moves"] == "to the next working day"


def test_a_question_rests_the_clock_only_where_the_law_says_so(world: World) -> None:
    world.now = datetime(2026, 9, 1, 14, tzinfo=UTC)
    european = paper(
        process=Process.EUROPEAN_PRODUCTION_ORDER,
        country="DE",
        reply_by=None,
        zone="Europe/Berlin",
        recites=frozenset(),
    )
    rests, runs = world.receive(european), world.receive(OPEN)
    assert due_of(rests) == date(2026, 9, 11)
    before = {one: Matter.objects.get(pk=one).answer_due_at for one in (rests, runs)}
    for one in (rests, runs):
        actions.take(actor=world.analyst, now=world.now, matter=one)
        actions.ask_officer(actor=world.analyst, now=world.now, matter=one, question="Which days?")
    assert {one.matter_id: one.due_at.date() for one in Question.objects.all()} == {
        rests: date(2026, 9, 6),
        runs: date(2026, 9, 16),
    }
    world.now += timedelta(days=3)
    for one in (rests, runs):
        actions.answer_question(actor=world.officer, now=world.now, matter=one, answer="The first week.")
    assert deadlines_to_reckon() == (rests,)
    tasks.due(now=world.now)
    assert Matter.objects.get(pk=rests).answer_due_at == before[rests] + timedelta(days=3)
    assert Matter.objects.get(pk=runs).answer_due_at == before[runs]
    assert Deadline.objects.get(matter=rests, superseded_at__isnull=True).cause == "clarification"
    assert books.alterations() == ()


def test_each_hears_before_the_day_and_nobody_of_what_they_may_not_know(world: World) -> None:
    open_one, secret = world.receive(OPEN), world.receive(replace(OPEN, silence=SILENCE))
    actions.take(actor=world.analyst, now=world.now, matter=open_one)

    def heard(who: str) -> set[tuple[str, str]]:
        return {(one.matter, str(one.kind)) for one in standing_alarms(actor=getattr(world, who))}

    tasks.due(now=datetime(2026, 3, 17, 22, tzinfo=UTC))
    assert heard("analyst") == {(open_one, "soon_holder")}
    assert heard("colleague") == heard("stranger") == set()
    tasks.due(now=datetime(2026, 3, 20, 22, tzinfo=UTC))
    assert (secret, "soon_desk") in heard("colleague")
    assert heard("stranger") == {(open_one, "soon_desk")}
    tasks.due(now=datetime(2026, 3, 23, 22, tzinfo=UTC))
    assert (open_one, "soon_legal") in heard("counsel")
    assert "soon_legal" not in {kind for _, kind in heard("stranger")}
    assert not DueAlarm.objects.filter(kind="answer_due").exists()


def test_a_paper_that_only_asks_for_a_copy_has_no_day_for_an_answer(world: World) -> None:
    world.receive(paper(**{**OF_KIND[Process.PRESERVATION_REQUEST], "reply_by": None}))
    tasks.due(now=world.now + timedelta(days=60))
    assert not DueAlarm.objects.exists()
    tasks.due(now=world.now + timedelta(days=84))
    assert {one.kind for one in DueAlarm.objects.all()} == {"copy_ends"}
