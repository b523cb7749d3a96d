"""A second package: the same gates, its own number, the first one named, and still one request in the tables."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.decide import NotApprovedError
from safeconduct.rooms.government_requests.actions.supplement import NoReasonError
from safeconduct.rooms.government_requests.models import Supplement
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.counting import countable
from safeconduct.rooms.government_requests.queries.productions import productions
from safeconduct.rooms.government_requests.rules.supplement import SupplementError, SupplementReason, outcome_after
from safeconduct.rooms.government_requests.rules.words import Outcome, Process
from safeconduct.rooms.ledger import queries as ledger

ALWAYS = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
WHY = "A second table was found."


def _delivered(world: World) -> str:
    matter = world.released()
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    return matter


def _again(world: World, matter: str, **more: object) -> None:
    given = {
        "actor": world.analyst,
        "now": world.now,
        "matter": matter,
        "reason": SupplementReason.FOUND_LATER,
        "words": WHY,
    }
    actions.open_supplement(**(given | more))  # type: ignore[arg-type] # a table of arguments


def _second_package(world: World, matter: str) -> None:
    world.propose(matter, expires=world.now + timedelta(days=20))
    world.vault.approved.add(world.row(matter).scope_digest)
    actions.authorise(actor=world.analyst, now=world.now, matter=matter)
    actions.collect(actor=world.analyst, now=world.now, matter=matter)
    actions.propose_release(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(NotApprovedError):
        actions.release(actor=world.colleague, now=world.now, matter=matter)
    world.vault.approved.add(world.row(matter).release_digest)
    world.waived(matter)
    actions.release(actor=world.colleague, now=world.now, matter=matter)
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)


def _told(world: World, matter: str, kind: str) -> list[dict[str, object]]:
    del world
    return [line.facts for line in ledger.history(subject=matter) if line.kind.endswith(f".{kind}")]


def test_a_second_package_passes_the_same_gates_and_names_the_first(world: World) -> None:
    matter = _delivered(world)
    answered = world.row(matter).responded_at
    world.now += timedelta(days=3)
    _again(world, matter)
    assert world.row(matter).state == "in_review"
    _second_package(world, matter)
    first, second = productions(world.row(matter))
    reference = world.row(matter).reference
    assert (first.reference, second.reference) == (reference, f"{reference}-S2")
    named = [(one["reference"], one.get("supplements")) for one in _told(world, matter, "authorise")]
    assert named == [(reference, None), (f"{reference}-S2", first.manifest_root)]
    assert world.row(matter).responded_at == answered
    assert Supplement.objects.get().follows == first.release_digest
    assert books.alterations() == ()
    assert WHY not in str(_told(world, matter, "open_supplement"))


def test_it_is_one_request_in_the_tables_and_its_customer_is_told_again(world: World) -> None:
    matter = world.released()
    world.notified(matter)
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    before = countable(window=ALWAYS)
    _again(world, matter)
    assert world.row(matter).notice_state == "due"
    assert countable(window=ALWAYS) == before
    _second_package(world, matter)
    assert countable(window=ALWAYS) == before
    with pytest.raises(Exception, match="SC-NOT-SETTLED"):
        actions.close(actor=world.analyst, now=world.now, matter=matter)
    world.notified(matter)
    actions.close(actor=world.analyst, now=world.now, matter=matter)
    assert len(countable(window=ALWAYS)) == 1
    assert books.alterations() == ()


def test_what_has_left_stays_left(world: World) -> None:
    matter = _delivered(world)
    _again(world, matter)
    actions.withdraw(actor=world.analyst, now=world.now, matter=matter)
    row = world.row(matter)
    assert (row.state, row.outcome in {"produced", "produced_in_part"}) == ("withdrawn", True)
    assert books.alterations() == ()
    left = {Outcome.PRODUCED, Outcome.PRODUCED_IN_PART}
    for before in Outcome:
        for now in Outcome:
            after = outcome_after(before=before, now=now)
            assert (before in left) <= (after in left)
            assert (before is Outcome.PRODUCED_IN_PART) <= (after is Outcome.PRODUCED_IN_PART)


def test_a_closed_matter_is_resumed_by_counsel_with_a_reason(world: World) -> None:
    matter = world.released()
    world.notified(matter)
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    actions.close(actor=world.analyst, now=world.now, matter=matter)
    asked = {"now": world.now, "matter": matter, "reason": SupplementReason.COURT_ORDERED}
    with pytest.raises(TransitionError):
        _again(world, matter)
    with pytest.raises(NotPermittedError):
        actions.resume_matter(actor=world.analyst, words=WHY, **asked)  # type: ignore[arg-type] # a table
    with pytest.raises(NoReasonError):
        actions.resume_matter(actor=world.counsel, words=" ", **asked)  # type: ignore[arg-type] # a table
    actions.resume_matter(actor=world.counsel, words=WHY, **asked)  # type: ignore[arg-type] # a table
    row = world.row(matter)
    assert (row.state, row.closed_at, row.notice_state) == ("in_review", None, "due")
    assert books.alterations() == ()


def test_a_preservation_letter_and_an_unseen_matter_are_not_taken_up_again(world: World) -> None:
    kept = world.receive(paper(**OF_KIND[Process.PRESERVATION_REQUEST]))
    with pytest.raises(SupplementError):
        _again(world, kept)
    hidden = world.receive(paper(silence=SILENCE), cleared=frozenset({world.analyst.person}))
    with pytest.raises(UnknownMatterError):
        _again(world, hidden, actor=world.stranger)
