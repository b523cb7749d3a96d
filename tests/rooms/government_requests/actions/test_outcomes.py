"""Every way out of the review: who gets which words, what stops for counsel, what the gate keeps shut."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import CUSTOMER, GRANT, World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Fault, Party
from safeconduct.rooms.government_requests.actions.outcomes import NotAskedError, NotMisdirectedError
from safeconduct.rooms.government_requests.actions.scope import ScopeError
from safeconduct.rooms.government_requests.models import Advice, Check, DataRole, Letter, Matter
from safeconduct.rooms.government_requests.queries import books, matters
from safeconduct.rooms.government_requests.queries.advice import advice_of
from safeconduct.rooms.government_requests.rules.findings.facts import Sender
from safeconduct.rooms.government_requests.rules.gate import GateError
from safeconduct.rooms.government_requests.rules.paper import Item, Paper
from safeconduct.rooms.government_requests.rules.words import (
    INTERCEPTION,
    MISDIRECTED,
    NATIONAL_SECURITY,
    Category,
    FindingKind,
    FindingOutcome,
    LetterKind,
    Process,
    Role,
)
from safeconduct.rooms.people.models import Organisation, Person
from safeconduct.rooms.records import actions as records
from safeconduct.rooms.records.models import Customer
from safeconduct.rooms.records.rules import RecordsError

FAULT = Fault(words="All records.", why="They name nothing.", cure="Name the records.")
CONTENT = Item(number=1, page=1, words="The messages.", categories=(Category.MESSAGE_CONTENT,))
HERE = sorted(INTERCEPTION - NATIONAL_SECURITY)


def of_kind(process: Process, **changes: Any) -> Paper:
    return paper(**{**OF_KIND[process], **changes})


def in_review(world: World, served: Paper) -> str:
    matter = world.receive(served)
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    actions.open_case(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    return matter


def act(world: World, action: Any, matter: str, **more: Any) -> Any:
    return action(actor=world.analyst, now=world.now, matter=matter, **more)


def sound_rows() -> None:
    assert books.alterations() == ()


@pytest.mark.parametrize("process", HERE)
def test_an_order_to_intercept_is_handed_over_and_never_refused(world: World, process: Process) -> None:
    matter = in_review(world, of_kind(process))
    world.find(matter, FindingOutcome.NOT_MET, FindingKind.LIMITED)
    for shut in (
        lambda: act(world, actions.refuse, matter, faults=(FAULT,), to=world.party),
        lambda: act(world, actions.redirect_to_customer, matter, to=world.party),
    ):
        with pytest.raises(GateError):
            shut()
    with pytest.raises(NotMisdirectedError):
        act(world, actions.return_paper, matter, to=world.party)
    moved = act(world, actions.hand_to_interception, matter)
    row = world.row(matter)
    assert (moved.state, row.outcome, row.responded_at) == ("redirected", "handed_over", world.now)
    entry = matters.history(actor=world.analyst, matter=matter)[-1]
    assert entry.facts["process"] == str(process)
    assert entry.facts["due"] == row.answer_due_at.isoformat().replace("+00:00", "Z")
    sound_rows()


def test_other_paper_is_not_handed_over(world: World) -> None:
    with pytest.raises(GateError):
        act(world, actions.hand_to_interception, in_review(world, paper()))


@pytest.mark.parametrize("process", sorted(MISDIRECTED))
def test_a_paper_that_is_not_ours_goes_back_and_is_neither_answered_nor_refused(world: World, process: Process) -> None:
    matter = in_review(world, of_kind(process, items=(CONTENT,)))
    assert Check.objects.get(matter=matter, code="ENFORCEABLE-8").outcome == "stop"
    assert Check.objects.get(matter=matter, code="LIMITED-7").outcome == "stop"
    world.find(matter, FindingOutcome.NOT_MET, FindingKind.ENFORCEABLE)
    with pytest.raises(GateError):
        act(world, actions.refuse, matter, faults=(FAULT,), to=world.party)
    written = act(world, actions.return_paper, matter, to=world.party)
    assert written.state == "redirected"
    assert world.row(matter).outcome == "returned"
    assert Letter.objects.get(pk=written.letter).kind == "paper_returned"
    sound_rows()


def test_an_authority_is_sent_to_the_customer_only_where_we_are_processor_and_may_tell(world: World) -> None:
    matter = in_review(world, of_kind(Process.SUBPOENA))
    assert DataRole.objects.get(matter=matter).role == "controller"
    with pytest.raises(GateError):
        act(world, actions.redirect_to_customer, matter, to=world.party)
    whose = {"matter": matter, "category": Category.SUBSCRIBER, "role": Role.PROCESSOR, "now": world.now}
    with pytest.raises(NotPermittedError):
        actions.set_data_role(actor=world.analyst, **whose)
    with pytest.raises(NotAskedError):
        actions.set_data_role(actor=world.counsel, **{**whose, "category": Category.PAYMENT})
    actions.set_data_role(actor=world.counsel, **whose)
    written = act(world, actions.redirect_to_customer, matter, to=world.party)
    body = world.vault.bodies[written.digest]
    assert "Tern" not in str(body)
    assert (world.row(matter).outcome, body["letter_kind"]) == ("redirected", "redirection_to_customer")
    silenced = in_review(world, paper(items=(CONTENT,), silence=SILENCE))
    assert DataRole.objects.get(matter=silenced).role == "processor"
    with pytest.raises(GateError):
        act(world, actions.redirect_to_customer, silenced, to=world.party)
    sound_rows()


def test_a_protected_customer_found_by_the_count_stops_for_counsel(world: World) -> None:
    Customer.objects.create(id=CUSTOMER, name_object="9" * 32, name_index="8" * 64, since=world.now)
    protect = {"now": world.now, "customer": CUSTOMER}
    with pytest.raises(NotPermittedError):
        records.protect_customer(actor=world.analyst, **protect, protected="press")
    with pytest.raises(RecordsError):
        records.protect_customer(actor=world.counsel, **protect, protected="friend")
    records.protect_customer(actor=world.counsel, **protect, protected="press")
    matter = world.reviewed()
    with pytest.raises(GateError):
        world.propose(matter)
    act(world, actions.refer_to_counsel, matter, question="May we?")
    actions.determine(
        actor=world.counsel,
        now=world.now,
        matter=matter,
        provision="policy.protected-customers",
        reason="The account is not the newsroom's.",
        expires=world.now + timedelta(days=9),
    )
    world.propose(matter)
    assert world.row(matter).state == "scope_proposed"
    records.protect_customer(actor=world.counsel, **protect, protected="")
    other = world.reviewed()
    world.propose(other)
    sound_rows()


def test_nothing_is_proposed_before_it_was_counted(world: World) -> None:
    matter = world.reviewed()
    with pytest.raises(ScopeError):
        actions.propose_scope(
            actor=world.analyst,
            now=world.now,
            matter=matter,
            grant=GRANT,
            customers={CUSTOMER: "Tern & Lowe"},
            holders=(world.party,),
            expires=world.now + timedelta(days=3),
        )
    assert not world.vault.ops("propose")


def test_findings_made_before_a_correction_no_longer_carry_what_the_checks_forbid(world: World) -> None:
    matter = world.reviewed()
    act(world, actions.amend_paper, matter, paper=paper(signed=False), grant=GRANT)
    with pytest.raises(GateError):
        world.propose(matter)
    act(world, actions.amend_paper, matter, paper=paper(), grant=GRANT)
    world.propose(matter)


def impostor(world: World) -> Party:
    return replace(world.party, person="7" * 32, person_name="Lt. Marrow")


def neutral_letter(world: World, *, held: int, reference: str, matter: str) -> tuple[bytes, dict[str, Any]]:
    """Refuse or answer as the truth is, to somebody unverified, and return the letter's bytes and what is signed."""
    world.vault.rows = held
    Matter.objects.filter(pk=matter).update(reference=reference)
    act(world, actions.forecast, matter, grant=GRANT)
    if held:
        world.find(matter, FindingOutcome.NOT_MET, FindingKind.PARTICULARIZED)
        written = act(world, actions.refuse, matter, faults=(FAULT,), to=impostor(world))
    else:
        written = act(world, actions.answer_none_held, matter, to=impostor(world))
    letter = Letter.objects.get(pk=written.letter)
    assert letter.kind == LetterKind.ACKNOWLEDGEMENT
    Matter.objects.filter(pk=matter).update(reference=f"ZZZZ-{held:02}")
    body = world.vault.bodies[written.digest]
    return world.vault.objects[letter.object], {
        name: part for name, part in body.items() if name not in {"id", "object", "matter"}
    }


def test_whoever_is_not_verified_reads_the_same_bytes_whether_or_not_the_account_exists(world: World) -> None:
    exists, absent = world.reviewed(), world.reviewed()
    first = neutral_letter(world, held=3, reference="WXYZ-22", matter=exists)
    second = neutral_letter(world, held=0, reference="WXYZ-22", matter=absent)
    assert first == second
    told = str(first[1])
    assert not any(words in told for words in (FAULT.words, FAULT.why, FAULT.cure, "search_warrant", "+1202"))
    assert b"%PDF" in first[0]


def test_control_a_verified_sender_reads_the_fault_and_its_cure(world: World) -> None:
    matter = world.reviewed()
    world.find(matter, FindingOutcome.NOT_MET, FindingKind.PARTICULARIZED)
    written = act(world, actions.refuse, matter, faults=(FAULT,), to=world.party)
    summary = world.vault.bodies[written.digest]["summary"]
    assert all(words in summary for words in (FAULT.words, FAULT.why, FAULT.cure))
    assert Letter.objects.get(pk=written.letter).kind == LetterKind.REFUSAL


@pytest.mark.parametrize("who", ["officer", "agency", "role"])
def test_a_sender_stays_verified_only_while_enrolled(world: World, who: str) -> None:
    matter = world.reviewed()
    if who == "officer":
        Person.objects.filter(pk=world.officer.person).update(suspended_at=world.now)
    elif who == "agency":
        Organisation.objects.filter(pk=world.party.organisation).update(suspended_at=world.now)
    else:
        Person.objects.get(pk=world.officer.person).membership_set.all().delete()
    letter = act(world, actions.write_letter, matter, kind=LetterKind.QUESTION, to=world.party, paragraphs=("Which?",))
    assert world.vault.bodies[letter.digest]["letter_kind"] == "acknowledgement"
    assert "Which?" not in str(world.vault.bodies[letter.digest])


def test_a_call_back_that_reached_the_agency_verifies(world: World) -> None:
    Person.objects.filter(pk=world.officer.person).update(suspended_at=world.now)
    matter = world.receive(of_kind(Process.EMERGENCY_REQUEST))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    world.call_back(matter)
    letter = act(world, actions.write_letter, matter, kind=LetterKind.QUESTION, to=world.party, paragraphs=("Which?",))
    assert world.vault.bodies[letter.digest]["letter_kind"] == "question"


def test_who_is_not_in_the_directory_is_asked_after(world: World) -> None:
    Organisation.objects.filter(pk=world.party.organisation).update(suspended_at=world.now)
    matter = world.receive(paper())
    assert Check.objects.get(matter=matter, code="VALID-13").outcome == "question"
    assert Sender().registered


def test_advice_is_sealed_and_only_counsel_learns_that_it_was_given(world: World) -> None:
    matter = world.reviewed()
    with pytest.raises(NotPermittedError):
        act(world, actions.seal_advice, matter, words="Do not answer.")
    sealed = actions.seal_advice(actor=world.counsel, now=world.now, matter=matter, words=" Do not answer. ")
    assert world.vault.kinds[sealed.object] == "advice"
    assert Advice.objects.get(matter=matter).object == sealed.object
    assert advice_of(actor=world.counsel, matter=matter, grant=GRANT) == ("Do not answer.",)
    with pytest.raises(NotPermittedError):
        advice_of(actor=world.analyst, matter=matter, grant=GRANT)
    told = [line.kind for line in matters.history(actor=world.analyst, matter=matter)]
    known = [line.kind for line in matters.history(actor=world.counsel, matter=matter)]
    assert set(known) - set(told) == {"government_requests.seal_advice"}
    assert sealed.object not in str([line.facts for line in matters.history(actor=world.counsel, matter=matter)])
    digest = world.propose(matter)
    assert sealed.object not in str(world.vault.bodies[digest])
    sound_rows()
