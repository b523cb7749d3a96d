"""Mail is taken in once, sealed whole, listed, and sorted by a person; a silenced matter's mail is absent."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from tests import soaking
from tests.museum.mails.collection import SERVER, TEXT, attachment, exhibits, head, multipart
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import AGENCY, GRANT, VaultDownError, World

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.errors import NotPermittedError, SafeconductError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.mail import Chosen, MailPartError, NoReasonError, TakenIn
from safeconduct.rooms.government_requests.actions.mail_fetching import fetch_mail
from safeconduct.rooms.government_requests.models import Document, IncomingMail, MailPart, SenderDomain
from safeconduct.rooms.government_requests.queries import mail as mails
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.rules.mail import MAIL, FilingReason
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger.models import Opening

PAPER = multipart(TEXT, attachment())
OFFICE = system_actor(permissions=frozenset({Permission.RECEIVE.value}))


def take_in(world: World, data: bytes = PAPER) -> TakenIn:
    return actions.take_in_mail(actor=OFFICE, now=world.now, data=data, source="drop")


def make_matter(world: World, mail: str, **more: object) -> str:
    facts = {"chosen": (Chosen(number=1, pages=1),), "paper": paper(), **more}
    entity = next(iter(world.settings.SAFECONDUCT.entities.values()))
    found = actions.make_matter(
        actor=world.analyst,
        now=world.now,
        mail=mail,
        served_entity=entity,
        organisation=AGENCY,
        grant=GRANT,
        cleared=frozenset({world.colleague.person}),
        **facts,  # type: ignore[arg-type] # the facts that one test changes
    )
    return found.matter


def entries() -> int:
    return Opening.objects.count()


def test_each_exhibit_of_the_museum_stands_in_the_list_sealed_whole(world: World) -> None:
    seen = 0
    for one in exhibits():
        taken = take_in(world, one.data)
        row = IncomingMail.objects.get(pk=taken.mail)
        assert (row.state, row.problem) == ("incoming", one.code)
        assert b"".join(world.vault.objects[name] for name in row.originals) == one.data
        assert bool(row.words) is not bool(one.code)
        seen += 1
    listed = mails.incoming(actor=world.analyst, size=1000)
    assert listed.total == listed.waiting == seen >= 40
    assert sum(bool(one.problem) for one in listed.rows) == sum(bool(one.code) for one in exhibits()) > 0


def test_the_same_bytes_are_one_mail_with_one_entry(world: World) -> None:
    first = take_in(world)
    written, sealed = entries(), len(world.vault.objects)
    again = take_in(world)
    assert first.fresh
    assert not again.fresh
    assert (again.mail, entries(), len(world.vault.objects)) == (first.mail, written, sealed)
    assert world.kinds(first.mail) == ["take_in_mail"]


@pytest.mark.parametrize("part", ["seal", "blind_index"])
def test_a_mail_that_breaks_off_is_taken_up_again_under_the_same_ids(world: World, part: str) -> None:
    world.vault.down.add(part)
    with pytest.raises(VaultDownError):
        take_in(world)
    begun = IncomingMail.objects.get()
    assert begun.state == "arriving"
    assert mails.incoming(actor=world.analyst).total == 0
    world.vault.down.clear()
    taken = take_in(world)
    assert (taken.mail, taken.fresh) == (begun.pk, True)
    assert sum(kind == "paper" for kind in world.vault.kinds.values()) == 2


def test_files_pass_the_gate_or_stand_refused(world: World) -> None:
    data = multipart(TEXT, attachment(), attachment(b"MZ" * 100, name='filename="a.exe"'), attachment(way=b"x-odd"))
    taken = take_in(world, data)
    parts = MailPart.objects.filter(mail=taken.mail)
    assert [(one.kind, one.problem, bool(one.object)) for one in parts] == [
        ("pdf", "", True),
        ("", "SC-UPLOAD-TYPE", False),
        ("", "SC-MAIL-ENCODING", False),
    ]
    with pytest.raises(MailPartError):
        make_matter(world, taken.mail, chosen=(Chosen(number=2, pages=1),))
    assert IncomingMail.objects.get().state == "incoming"


def test_a_mail_becomes_a_matter_that_arrived_when_it_did(world: World) -> None:
    taken = take_in(world)
    arrived, world.now = world.now, world.now + timedelta(days=3)
    actions.open_mail(actor=world.analyst, now=world.now, mail=taken.mail, grant=GRANT)
    matter = make_matter(world, taken.mail)
    row = world.row(matter)
    assert (row.pk, row.reference, row.received_at, row.channel) == (taken.mail, taken.reference, arrived, "mail")
    assert Document.objects.get(matter=row).object == MailPart.objects.get().object
    assert world.kinds(matter)[:3] == ["take_in_mail", "open_case", "receive"]
    assert IncomingMail.objects.get().state == "made_matter"
    assert alterations() == ()
    with pytest.raises(TransitionError):
        make_matter(world, taken.mail)


def test_received_rows_are_held_against_the_arrival_in_their_entry(world: World) -> None:
    """The control of the line above: another day of arrival is found."""
    matter = make_matter(world, take_in(world).mail)
    row = world.row(matter)
    row.received_at -= timedelta(days=1)
    row.save()
    assert {one.part for one in alterations()} == {"received_at"}


def test_threads_follow_ids_and_our_reference_and_never_the_sender(world: World) -> None:
    matter = make_matter(world, take_in(world).mail)
    reference = world.row(matter).reference
    stranger = "x@evil.example"
    follows = {
        "thread": head("In-Reply-To: <1@calder.example>", sender=stranger).replace(
            b"Message-ID: <1@", b"Message-ID: <2@"
        ),
        "reference": head(subject=f"About {reference.lower()}", sender=stranger),
        "": head(subject="About my subpoena").replace(b"Message-ID: <1@", b"Message-ID: <3@"),
    }
    for by, data in follows.items():
        row = IncomingMail.objects.get(pk=take_in(world, data + b"\r\nHello").mail)
        assert (row.suggested_by, row.suggested_id) == (by, matter if by else None)


def test_mail_of_a_silenced_matter_is_absent_for_whoever_is_not_cleared(world: World) -> None:
    matter = make_matter(world, take_in(world).mail, paper=paper(silence=SILENCE))
    assert world.row(matter).silenced
    names = head(subject=world.row(matter).reference) + b"\r\nHello"
    suggested = take_in(world, names)
    for mail in (matter, suggested.mail):
        assert mails.find_mail(actor=world.analyst, mail=mail)
        with pytest.raises(mails.UnknownMailError):
            mails.find_mail(actor=world.stranger, mail=mail)
    shown = mails.incoming(actor=world.stranger, view="all")
    assert (shown.total, shown.waiting) == (0, 0)
    assert mails.incoming(actor=world.analyst, view="all").total == 2
    for act in (actions.take_back_mail, actions.acknowledge_mail):
        with pytest.raises(mails.UnknownMailError):
            act(actor=world.stranger, now=world.now, mail=suggested.mail)
    other = take_in(world, head(subject="else") + b"\r\nx")
    with pytest.raises(UnknownMatterError):
        actions.attach_mail(actor=world.stranger, now=world.now, mail=other.mail, matter=matter)
    told = [one for one in world.vault.objects.values() if b'"scope":[]' in one]
    assert len(told) == 1
    assert world.colleague.person.encode() in told[0]


def test_a_mail_is_added_filed_taken_back_and_acknowledged(world: World) -> None:
    matter = world.receive()
    taken = take_in(world)
    said = {"actor": world.analyst, "now": world.now, "mail": taken.mail}
    with pytest.raises(NoReasonError):
        actions.file_mail(**said, reason=FilingReason.SPAM, words=" ")
    actions.file_mail(**said, reason=FilingReason.SPAM, words="It sells watches.")
    assert mails.incoming(actor=world.analyst).total == 0
    actions.take_back_mail(**said)
    actions.acknowledge_mail(**said)
    actions.attach_mail(**said, matter=world.row(matter).reference)
    assert world.kinds(taken.mail) == ["take_in_mail", "file_mail", "take_back_mail", "acknowledge_mail"]
    assert world.kinds(matter)[-1] == "attach_mail"
    shown = mails.incoming(actor=world.analyst, view="all").rows[0]
    assert (shown.matter, shown.acknowledged) == (world.row(matter).reference, True)


def test_nobody_else_takes_mail_or_sees_it(world: World) -> None:
    taken = take_in(world)
    assert mails.incoming(actor=world.officer).total == 0
    for act in (actions.take_back_mail, actions.acknowledge_mail):
        with pytest.raises(NotPermittedError):
            act(actor=world.officer, now=world.now, mail=taken.mail)
    with pytest.raises(NotPermittedError):
        fetch_mail(actor=system_actor(permissions=frozenset()), now=world.now)


def test_signals_are_facts_of_the_mail_and_of_our_own_memory(world: World) -> None:
    place = MailPlace(drop=None, mailbox=None, server=SERVER)
    world.settings.SAFECONDUCT = replace(world.settings.SAFECONDUCT, mail=place)
    good = f"Authentication-Results: {SERVER}; spf=pass smtp.mailfrom=calder.example; dkim=pass header.d=calder.example"
    good += "; dmarc=pass header.from=calder.example"
    take_in(world, head(good) + b"\r\nfirst")
    assert SenderDomain.objects.count() == 1
    world.now += timedelta(days=40)
    take_in(world, head(good) + b"\r\nsecond")
    world.now += timedelta(seconds=1)
    take_in(world, head(f"Authentication-Results: mx.evil.example; {good}") + b"\r\nthird")
    first, second, third = mails.incoming(actor=world.analyst).rows
    assert first.signals == ("We first met this domain within the last 30 days",)
    assert (second.signals, second.known_days) == ((), 40)
    assert third.signals == ("Our mail server left no word about the sender",)


def test_the_drop_folder_is_emptied_of_what_was_sealed_and_of_nothing_else(world: World, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    for name in ("a.eml", "b.eml", ".half.eml", "c.txt"):
        (drop / name).write_bytes(head(subject=name) + b"\r\nx")
    (drop / "link.eml").symlink_to(drop / "c.txt")
    place = MailPlace(drop=drop, mailbox=None, server="")
    world.settings.SAFECONDUCT = replace(world.settings.SAFECONDUCT, mail=place)
    world.vault.down.add("seal")
    with pytest.raises(VaultDownError):
        fetch_mail(actor=OFFICE, now=world.now)
    assert (drop / "a.eml").exists()
    world.vault.down.clear()
    assert len(fetch_mail(actor=OFFICE, now=world.now)) == 2
    assert sorted(one.name for one in drop.iterdir()) == [".half.eml", "c.txt", "link.eml"]
    assert fetch_mail(actor=OFFICE, now=world.now) == ()


def test_the_database_holds_a_mail_to_its_lifecycle(world: World) -> None:
    taken = take_in(world)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE government_requests_incomingmail SET state = 'made_matter' WHERE id = %s", [taken.mail])
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE government_requests_incomingmail SET state = 'arriving' WHERE id = %s", [taken.mail])


def machine(world: World, steps: list[str]) -> type[RuleBasedStateMachine]:
    """A mail under random acts: its state follows the table, a refused act changes nothing and enters nothing."""

    class Mails(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.matter = world.receive()
            data = head(f"X-Number: {len(steps)}-{entries()}") + b"\r\nx"
            self.mail, self.state = take_in(world, data).mail, "incoming"

        @rule(event=st.sampled_from(["attach", "file", "take_back"]))
        def act(self, event: str) -> None:
            said = {"actor": world.analyst, "now": world.now, "mail": self.mail}
            act = {
                "attach": lambda: actions.attach_mail(**said, matter=self.matter),
                "file": lambda: actions.file_mail(**said, reason=FilingReason.TEST, words="A test."),
                "take_back": lambda: actions.take_back_mail(**said),
            }[event]
            before = entries()
            following = MAIL.table.get((self.state, event))
            try:
                act()
            except SafeconductError:
                assert following is None
                assert entries() == before
            else:
                assert following is not None
                assert entries() == before + 1
                self.state = following
            steps.append(f"{event}:{following or 'refused'}")
            assert IncomingMail.objects.get(pk=self.mail).state == self.state

    return Mails


def test_the_lifecycle_holds_under_random_acts(world: World) -> None:
    seed, steps = soaking.seed("mails.lifecycle"), []
    chosen = settings(
        max_examples=soaking.count(6, 300),
        stateful_step_count=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    mails = machine(world, steps)
    run_state_machine_as_test(hypothesis_seed(seed)(mails), settings=chosen)  # type: ignore[arg-type]
    assert steps
    # Few draws may miss an edge of the table; this one walks them all, each once allowed and once refused.
    walked = mails()
    for event in ("take_back", "file", "file", "attach", "take_back", "attach", "attach", "file", "take_back"):
        walked.act(event)
    assert {"file:filed", "take_back:incoming", "attach:attached"} <= set(steps)
    assert {f"{event}:refused" for event in ("file", "take_back", "attach")} <= set(steps)
    soaking.report("mails.lifecycle", steps=len(steps), refused=sum(one.endswith("refused") for one in steps))
