"""Every way through a matter's life, by real actions on a real ledger."""

from datetime import timedelta

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import GRANT, World
from tests.small_pdf import small_pdf

from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Fault
from safeconduct.rooms.government_requests.actions.closing import NotSettledError
from safeconduct.rooms.government_requests.actions.correspond import DeterminationError
from safeconduct.rooms.government_requests.actions.decide import NotApprovedError, SomethingHeldError
from safeconduct.rooms.government_requests.actions.preserve import PreservationError
from safeconduct.rooms.government_requests.actions.receive import WrongInstanceError
from safeconduct.rooms.government_requests.actions.review import FindingError
from safeconduct.rooms.government_requests.actions.scope import ScopeError
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.gate import GateError
from safeconduct.rooms.government_requests.rules.next_steps import FindingsMissingError, SamePersonError
from safeconduct.rooms.government_requests.rules.notice import NoticeTooEarlyError
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.silence import NotWarnedError
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, NoticeException, Process

FAULTS = (Fault(words="no signature", why="It is not signed.", cure="Serve a signed paper."),)


@pytest.mark.parametrize(
    "process",
    [Process.SEARCH_WARRANT, Process.SUBPOENA, Process.COURT_ORDER_2703D, Process.EMERGENCY_REQUEST],
)
def test_disclosure_from_receipt_to_close(world: World, process: Process) -> None:
    matter = world.released(paper(**OF_KIND[process]))
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(NotSettledError):
        actions.close(actor=world.analyst, now=world.now, matter=matter)
    world.notified(matter)
    assert actions.close(actor=world.analyst, now=world.now, matter=matter).state == "closed"
    row = world.row(matter)
    assert (row.outcome, row.notice_state) == ("produced", "released")
    kinds = world.kinds(matter)
    for kind in ("receive", "authorise", "produce", "release", "mark_delivered", "issue_letter", "close"):
        assert kinds.count(kind) == 1, kind


def test_preservation_is_kept_then_closed(world: World) -> None:
    matter = world.receive(paper(**OF_KIND[Process.PRESERVATION_REQUEST]))
    assert world.row(matter).state == "preserved"
    scope = world.sealed_json(world.row(matter).case_file)["scope"]
    assert len(scope[0]["categories"]) == 5
    actions.renew_preservation(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(PreservationError):
        actions.renew_preservation(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(NotSettledError):
        actions.close(actor=world.analyst, now=world.now, matter=matter)
    later = world.now + timedelta(days=120)
    actions.end_preservation(actor=world.analyst, now=later, matter=matter)
    assert actions.close(actor=world.analyst, now=later, matter=matter).state == "closed"
    assert world.row(matter).outcome == "preserved_only"


def test_foreign_letter_goes_by_treaty(world: World) -> None:
    matter = world.receive(paper(**OF_KIND[Process.FOREIGN_REQUEST]))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    assert not world.vault.ops("preserve")
    written = actions.redirect(
        actor=world.analyst, now=world.now, matter=matter, to=world.party, authority="Office of International Affairs"
    )
    with pytest.raises(NotApprovedError):
        actions.issue_letter(actor=world.analyst, now=world.now, letter=written.letter)
    world.vault.approved.add(written.digest)
    actions.issue_letter(actor=world.analyst, now=world.now, letter=written.letter)
    assert actions.close(actor=world.analyst, now=world.now, matter=matter).state == "closed"


def test_refusal_needs_a_finding_and_names_its_cure(world: World) -> None:
    matter = world.receive(paper(signed=False))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(FindingsMissingError):
        actions.refuse(actor=world.analyst, now=world.now, matter=matter, faults=FAULTS, to=world.party)
    world.find(matter, FindingOutcome.NOT_MET, FindingKind.VALID)
    written = actions.refuse(actor=world.analyst, now=world.now, matter=matter, faults=FAULTS, to=world.party)
    assert "Serve a signed paper." in world.vault.bodies[written.digest]["summary"]
    actions.except_notice(
        actor=world.counsel, now=world.now, matter=matter, exception=NoticeException.NOTHING_DISCLOSED
    )
    assert actions.close(actor=world.analyst, now=world.now, matter=matter).state == "closed"


def test_question_answer_referral_objection_return_to_review(world: World) -> None:
    matter = world.receive()
    analyst, now = world.analyst, world.now
    actions.take(actor=analyst, now=now, matter=matter)
    assert actions.ask_officer(actor=analyst, now=now, matter=matter, question="Which?").state == "question_sent"
    answered = actions.answer_question(actor=world.officer, now=now, matter=matter, answer="These.")
    assert answered.state == "in_review"
    assert actions.refer_to_counsel(actor=analyst, now=now, matter=matter, question="May we?").state == "with_counsel"
    with pytest.raises(DeterminationError):
        actions.determine(
            actor=world.counsel,
            now=now,
            matter=matter,
            provision="us.sca.2703-a",
            reason="No.",
            expires=now + timedelta(days=30),
        )


def test_nothing_held_rests_on_a_count(world: World) -> None:
    matter = world.reviewed()
    actions.forecast(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    with pytest.raises(SomethingHeldError):
        actions.answer_none_held(actor=world.analyst, now=world.now, matter=matter, to=world.party)
    world.vault.rows = 0
    actions.forecast(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    done = actions.answer_none_held(actor=world.analyst, now=world.now, matter=matter, to=world.party)
    assert (done.state, world.row(matter).outcome) == ("delivered", "none_held")


@pytest.mark.parametrize("reached", ["proposed", "authorised", "collected"])
def test_withdrawal_revokes_what_stood(world: World, reached: str) -> None:
    matter = getattr(world, reached)()
    digest = world.row(matter).scope_digest
    actions.withdraw(actor=world.officer, now=world.now, matter=matter)
    assert [one["digest"] for one in world.vault.ops("revoke")] == [digest]
    assert world.row(matter).outcome == "withdrawn"


def test_a_changed_scope_voids_the_earlier_one(world: World) -> None:
    matter = world.proposed()
    first = world.row(matter).scope_digest
    second = world.propose(matter, row_ceiling=7)
    assert second != first
    assert [one["digest"] for one in world.vault.ops("revoke")] == [first]
    world.vault.approved.add(first)
    with pytest.raises(NotApprovedError):
        actions.authorise(actor=world.analyst, now=world.now, matter=matter)


def test_a_scope_rests_on_a_count_and_carries_its_ceiling(world: World) -> None:
    matter = world.reviewed()
    facts = {"customers": {"c" * 32: "Tern"}, "holders": (world.party,), "expires": world.now + timedelta(days=9)}
    with pytest.raises(ScopeError):
        actions.propose_scope(actor=world.analyst, now=world.now, matter=matter, grant=GRANT, **facts)
    digest = world.propose(matter)
    assert world.vault.bodies[digest]["limits"]["row_ceiling"] == 100


def test_silence_holds_the_notice_until_its_end(world: World) -> None:
    matter = world.released(paper(silence=SILENCE))
    row = world.row(matter)
    assert (row.silenced, row.notice_state) == (True, "prohibited")
    written = actions.draft_notice(
        actor=world.analyst, now=world.now, matter=matter, customer="c" * 32, to=world.party, agency="Calder"
    )
    world.vault.approved.add(written.digest)
    for late in (world.now, row.silence_until - timedelta(seconds=1)):
        with pytest.raises(NoticeTooEarlyError):
            actions.release_notice(actor=world.colleague, now=late, matter=matter)
        with pytest.raises(NoticeTooEarlyError):
            actions.end_silence(actor=world.analyst, now=late, matter=matter)
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    assert actions.close(actor=world.analyst, now=world.now, matter=matter).state == "closed"
    actions.end_silence(actor=world.analyst, now=row.silence_until, matter=matter)
    with pytest.raises(NotWarnedError):
        actions.release_notice(actor=world.colleague, now=row.silence_until, matter=matter)
    world.warned(matter)
    with pytest.raises(SamePersonError):
        actions.release_notice(actor=world.analyst, now=row.silence_until, matter=matter)
    actions.release_notice(actor=world.colleague, now=row.silence_until, matter=matter)
    assert world.row(matter).notice_state == "released"


def test_emergency_needs_a_call_back_and_tells_the_customer_afterwards(world: World) -> None:
    matter = world.receive(paper(**OF_KIND[Process.EMERGENCY_REQUEST]))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    with pytest.raises(FindingError):
        world.find(matter, FindingOutcome.MET, FindingKind.ENFORCEABLE)
    with pytest.raises(SamePersonError):
        actions.record_call_back(
            actor=world.analyst,
            now=world.now,
            matter=matter,
            source="our_directory",
            reached=True,
            by={world.analyst.person},
        )
    world.call_back(matter)
    world.find(matter, FindingOutcome.MET, FindingKind.ENFORCEABLE)
    with pytest.raises(NoticeTooEarlyError):
        actions.release_notice(actor=world.colleague, now=world.now, matter=matter)


def test_a_national_security_letter_leaves_nothing_outside_the_enclave(world: World) -> None:
    with pytest.raises(WrongInstanceError):
        world.receive(paper(**OF_KIND[Process.NATIONAL_SECURITY_LETTER]))
    assert not world.vault.objects


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"GIF89a", "SC-UPLOAD-TYPE"),
        ("a.exe", small_pdf(), "SC-UPLOAD-TYPE"),
        ("a.png", small_pdf(), "SC-UPLOAD-MISMATCH"),
        ("a.pdf", small_pdf() + b"<html>", "SC-UPLOAD-POLYGLOT"),
        ("a.pdf", small_pdf()[:-99], "SC-UPLOAD-PDF-STRUCTURE"),
        ("a.pdf", b"", "SC-UPLOAD-EMPTY"),
    ],
)
@pytest.mark.parametrize("role", ["process", "nondisclosure_order"])
def test_of_a_refused_upload_nothing_is_kept(world: World, name: str, data: bytes, code: str, role: str) -> None:
    entity = next(iter(world.settings.SAFECONDUCT.entities.values()))
    bad = actions.Upload(name=name, data=data, pages=1, role=role)
    good = actions.Upload(name="paper.pdf", data=small_pdf(), pages=1)
    with pytest.raises(UploadRefusedError) as refused:
        actions.receive(
            actor=world.analyst,
            now=world.now,
            paper=paper(),
            uploads=(good, bad) if role != "process" else (bad,),
            served_entity=entity,
            organisation="a" * 32,
        )
    assert refused.value.code == code
    assert not Matter.objects.exists()
    assert world.vault.calls == []


def test_a_foreign_subpoena_goes_to_counsel_and_still_discloses_nothing(world: World) -> None:
    matter = world.receive(paper(**{**OF_KIND[Process.SUBPOENA], "country": "GB"}))
    analyst, now = world.analyst, world.now
    actions.take(actor=analyst, now=now, matter=matter)
    actions.open_case(actor=analyst, now=now, matter=matter, grant=GRANT)
    with pytest.raises(FindingError):
        world.find(matter, FindingOutcome.MET, FindingKind.ENFORCEABLE)
    actions.refer_to_counsel(actor=analyst, now=now, matter=matter, question="May we answer London?")
    determined = actions.determine(
        actor=world.counsel,
        now=now,
        matter=matter,
        provision="us.sca.2702-a",
        reason="Only by treaty.",
        expires=now + timedelta(days=30),
    )
    assert determined.state == "in_review"
    world.find(matter)
    with pytest.raises(GateError):
        world.propose(matter)


def test_identifiers_that_nothing_is_found_by_make_no_copy(world: World) -> None:
    matter = world.receive(paper(selectors=(Selector(kind="name", value="Marrow"),)))
    assert world.row(matter).preserved_at is None
    assert not world.vault.ops("preserve")
    assert world.sealed_json(world.row(matter).case_file)["scope"] == []
