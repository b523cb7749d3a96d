"""Each act writes exactly one entry of its kind, and does not happen if the ledger refuses it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import CUSTOMER, GRANT, VaultDownError, World

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.government_requests import actions, tasks
from safeconduct.rooms.government_requests.models import Consent, Document, FindingRecord, Journey, Letter, Matter
from safeconduct.rooms.government_requests.rules.next_steps import SamePersonError
from safeconduct.rooms.government_requests.rules.words import (
    FindingKind,
    FindingOutcome,
    LetterKind,
    NoticeException,
    Process,
)
from safeconduct.rooms.government_requests.steps import rows
from safeconduct.rooms.ledger.models import Entry
from safeconduct.rooms.ledger.steps import LedgerClosedError

Do = Callable[[World, str], Any]
FAULT = actions.Fault(words="x", why="Because.", cure="Sign it.")


def _in_review(world: World) -> str:
    matter = world.receive()
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    return matter


def _typed(world: World) -> str:
    return world.receive(transcript=("The name of the subscriber.",))


def _asked(world: World) -> str:
    matter = _in_review(world)
    actions.ask_officer(actor=world.analyst, now=world.now, matter=matter, question="Which?")
    return matter


def _objected(world: World) -> str:
    matter = _in_review(world)
    actions.object_to(actor=world.counsel, now=world.now, matter=matter, grounds="Too broad.")
    return matter


def _refusable(world: World) -> str:
    matter = _in_review(world)
    world.find(matter, FindingOutcome.NOT_MET, FindingKind.VALID)
    return matter


def _foreign(world: World) -> str:
    matter = world.receive(paper(**OF_KIND[Process.FOREIGN_REQUEST]))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    return matter


def _counted(world: World) -> str:
    matter = world.reviewed()
    actions.forecast(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    return matter


def _approved_scope(world: World) -> str:
    matter = world.proposed()
    world.vault.approved.add(world.row(matter).scope_digest)
    return matter


def _approved_release(world: World) -> str:
    matter = world.collected()
    world.vault.approved.add(world.row(matter).release_digest)
    world.waived(matter)
    return matter


def _emergency(world: World) -> str:
    return world.receive(paper(**OF_KIND[Process.EMERGENCY_REQUEST]))


def _withdrawn(world: World) -> str:
    matter = world.receive()
    actions.withdraw(actor=world.officer, now=world.now, matter=matter)
    return matter


def _closable(world: World) -> str:
    matter = _withdrawn(world)
    exception = NoticeException.NOTHING_DISCLOSED
    actions.except_notice(actor=world.counsel, now=world.now, matter=matter, exception=exception)
    return matter


def _call(name: str, who: str = "analyst", **more: Any) -> Do:
    def do(world: World, matter: str) -> Any:
        given = {key: value(world) if callable(value) else value for key, value in more.items()}
        action = getattr(actions, name)
        return action(actor=getattr(world, who), now=world.now, matter=matter, **given)

    return do


def _party(world: World) -> actions.Party:
    return world.party


def _far(world: World) -> Any:
    return world.now + timedelta(days=30)


FINDING = {
    "kind": FindingKind.VALID,
    "outcome": FindingOutcome.MET,
    "reason": "It is signed.",
    "words": "A paper.",
    "page": 1,
}
SCOPE = {
    "grant": GRANT,
    "customers": {CUSTOMER: "Tern & Lowe"},
    "holders": lambda world: (world.party,),
    "expires": _far,
}

ACTS: list[tuple[str, Callable[[World], str], Do]] = [
    ("take", lambda world: world.receive(), _call("take")),
    ("type_transcript", lambda world: world.receive(), _call("type_transcript", pages=("Words.",))),
    ("compare_transcript", _typed, _call("compare_transcript", "colleague")),
    ("open_case", _in_review, _call("open_case", grant=GRANT)),
    ("record_finding", _in_review, _call("record_finding", **FINDING, grant=GRANT)),
    ("amend_paper", _in_review, _call("amend_paper", paper=paper(reply_by=None), grant=GRANT)),
    ("ask_officer", _in_review, _call("ask_officer", question="Which days?", to=_party)),
    ("answer_question", _asked, _call("answer_question", "officer", answer="These.")),
    ("refer_to_counsel", _in_review, _call("refer_to_counsel", question="May we?")),
    ("object_to", _in_review, _call("object_to", "counsel", grounds="Too broad.")),
    ("resolve_objection", _objected, _call("resolve_objection", "counsel", how="Withdrawn.")),
    ("refuse", _refusable, _call("refuse", faults=(FAULT,), to=_party)),
    ("redirect", _foreign, _call("redirect", to=_party, authority="The central authority")),
    ("forecast", _in_review, _call("forecast", grant=GRANT)),
    ("propose_scope", _counted, _call("propose_scope", **SCOPE)),
    ("reopen", lambda world: world.proposed(), _call("reopen")),
    ("authorise", _approved_scope, _call("authorise")),
    ("produce", lambda world: world.authorised(), _call("collect")),
    ("propose_release", lambda world: world.collected(), _call("propose_release")),
    ("release", _approved_release, _call("release", "colleague")),
    ("mark_delivered", lambda world: world.released(), _call("mark_delivered")),
    ("write_letter", _in_review, _call("write_letter", kind=LetterKind.ACKNOWLEDGEMENT, to=_party)),
    ("draft_notice", _in_review, _call("draft_notice", customer=CUSTOMER, to=_party, agency="Calder")),
    (
        "prohibit_notice",
        _in_review,
        _call("prohibit_notice", until=SILENCE.until, cleared=frozenset({"9" * 32})),
    ),
    ("except_notice", _withdrawn, _call("except_notice", "counsel", exception=NoticeException.NOTHING_DISCLOSED)),
    (
        "record_call_back",
        _emergency,
        _call("record_call_back", source="switchboard", reached=True, by=frozenset({"1" * 32, "2" * 32})),
    ),
    ("preserve", lambda world: world.receive(), _call("renew_preservation")),
    ("end_preservation", _withdrawn, _call("end_preservation")),
    ("withdraw", lambda world: world.receive(), _call("withdraw", "officer")),
    ("close", _closable, _call("close")),
]

WRITTEN = (Matter, Document, FindingRecord, Letter, Consent, Journey, Entry)


def _everything() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in WRITTEN]


@pytest.mark.parametrize(("kind", "arrange", "act"), ACTS, ids=[kind for kind, _, _ in ACTS])
def test_one_act_one_entry_or_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, arrange: Callable[[World], str], act: Do
) -> None:
    matter = arrange(world)
    before, count = _everything(), world.kinds(matter).count(kind)
    with monkeypatch.context() as closed:
        closed.setattr(rows.ledger, "record", _closed)
        with pytest.raises(LedgerClosedError):
            act(world, matter)
        assert _everything() == before
    act(world, matter)
    assert world.kinds(matter).count(kind) == count + 1


def _closed(**_facts: Any) -> None:
    raise LedgerClosedError


def test_nothing_is_received_while_the_ledger_is_closed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as closed:
        closed.setattr(rows.ledger, "record", _closed)
        with pytest.raises(LedgerClosedError):
            world.receive()
    assert not Matter.objects.exists()
    assert not world.vault.ops("preserve")


@pytest.mark.parametrize(("kind", "arrange", "act"), ACTS, ids=[kind for kind, _, _ in ACTS])
def test_no_act_without_its_permission(world: World, kind: str, arrange: Callable[[World], str], act: Do) -> None:
    del kind
    matter = arrange(world)
    before = _everything()
    empty = type(
        "Empty",
        (),
        {
            name: world.actor(seed, frozenset())
            for name, seed in (("analyst", "1"), ("colleague", "2"), ("counsel", "3"), ("officer", "5"))
        },
    )()
    empty.now, empty.party = world.now, world.party
    with pytest.raises(NotPermittedError):
        act(empty, matter)
    assert _everything() == before


def test_a_journey_is_taken_up_again_after_the_vault_was_away(world: World) -> None:
    world.vault.down.add("preserve")
    matter = world.receive()
    assert world.row(matter).preserved_at is None
    assert tasks.due(now=world.now + timedelta(minutes=6)) == ()
    world.vault.down.clear()
    done = tasks.due(now=world.now + timedelta(minutes=6))
    assert [one.split(":")[0] for one in done] == ["journey"]
    assert world.row(matter).preserved_until is not None
    assert world.kinds(matter).count("preserve") == 1
    assert tasks.due(now=world.now + timedelta(minutes=7)) == ()


def test_a_crash_in_collection_resumes_the_same_journey(world: World) -> None:
    matter = world.authorised()
    world.vault.down.add("collect")
    with pytest.raises(VaultDownError):
        actions.collect(actor=world.analyst, now=world.now, matter=matter)
    assert world.row(matter).state == "authorised"
    assert tasks.due(now=world.now + timedelta(hours=1)) == ()
    world.vault.down.clear()
    first = actions.collect(actor=world.analyst, now=world.now, matter=matter)
    second = actions.collect(actor=world.analyst, now=world.now, matter=matter)
    assert first.release_digest == second.release_digest
    assert {one["journey"] for one in world.vault.ops("collect")} == {world.row(matter).collect_journey}
    assert world.kinds(matter).count("produce") == 1


def test_the_worker_ends_silence_and_copies_on_their_day(world: World) -> None:
    matter = world.released(paper(silence=SILENCE))
    row = world.row(matter)
    actions.mark_delivered(actor=world.analyst, now=world.now, matter=matter)
    assert tasks.due(now=row.preserved_until - timedelta(seconds=1)) == ()
    assert tasks.due(now=row.preserved_until) == (f"copy:{matter}",)
    assert tasks.due(now=row.silence_until - timedelta(seconds=1)) == ()
    assert tasks.due(now=row.silence_until) == (f"silence:{matter}",)
    assert not world.row(matter).silenced


def test_the_typist_cannot_compare_and_the_writer_cannot_release(world: World) -> None:
    matter = _typed(world)
    with pytest.raises(SamePersonError):
        actions.compare_transcript(actor=world.analyst, now=world.now, matter=matter)
    answered = world.released()
    written = actions.draft_notice(
        actor=world.colleague, now=world.now, matter=answered, customer=CUSTOMER, to=world.party, agency="Calder"
    )
    world.vault.approved.add(written.digest)
    with pytest.raises(SamePersonError):
        actions.release_notice(actor=world.colleague, now=world.now, matter=answered)


def test_nothing_is_disclosed_out_of_order(world: World) -> None:
    matter = world.reviewed()
    for name in ("authorise", "collect", "release", "mark_delivered", "propose_release"):
        with pytest.raises((ConflictError, TransitionError)):
            getattr(actions, name)(actor=world.colleague, now=world.now, matter=matter)
    assert not world.vault.ops("collect")
    assert not world.vault.ops("release")


def test_no_word_of_a_paper_stands_in_the_database(world: World) -> None:
    marked = paper(issuer_name="Quillon County", case_number="ZX-81-QUILLON")
    world.receive(marked, transcript=("Quillon asks for +12025550143.",))
    text = repr(_everything())
    assert "uillon" not in text
    assert "UILLON" not in text
    assert "2025550143" not in text
