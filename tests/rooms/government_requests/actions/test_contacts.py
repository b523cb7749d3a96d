"""Calls and letters that came: sealed, in one order, in no entry's words, and gone for whoever is not cleared."""

from datetime import timedelta

import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import GRANT, World
from tests.small_pdf import small_pdf

from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.models import Contact
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.correspondence import exchanges, words_of
from safeconduct.rooms.government_requests.rules.contacts import Channel, ContactError, Direction
from safeconduct.rooms.ledger import queries as ledger

CAME = Upload(name="came.pdf", data=small_pdf("came", pages=1), pages=1, role="attachment")
SAID = "The sergeant will send page two."


def _call(world: World, matter: str, **more: object) -> None:
    given = {
        "actor": world.analyst,
        "now": world.now,
        "matter": matter,
        "direction": Direction.OUTGOING,
        "channel": Channel.TELEPHONE,
        "at": world.now,
        "words": SAID,
    }
    actions.note_call(**(given | more))  # type: ignore[arg-type] # a table of arguments


def _letter(world: World, matter: str, **more: object) -> None:
    given = {"actor": world.analyst, "now": world.now, "matter": matter, "channel": Channel.POST, "at": world.now}
    actions.keep_incoming(**(given | {"upload": CAME} | more))  # type: ignore[arg-type] # a table of arguments


def test_everything_exchanged_stands_in_one_order_and_opens_by_grant(world: World) -> None:
    matter = world.reviewed()
    _letter(world, matter, at=world.now - timedelta(hours=2))
    _call(world, matter, at=world.now - timedelta(hours=1))
    actions.ask_officer(actor=world.analyst, now=world.now, matter=matter, question="Which days?")
    found = [one for one in exchanges(actor=world.analyst, matter=matter) if one.what != "notice"]
    assert [one.what for one in found] == ["incoming letter", "call", "question asked"]
    said = words_of(actor=world.analyst, matter=matter, grant=GRANT, found=tuple(found))
    assert sorted(said.values()) == sorted([SAID, "Which days?"])
    assert world.kinds(matter)[-3:] == ["keep_incoming", "note_call", "ask_officer"]
    assert books.alterations() == ()


def test_no_entry_holds_a_word_and_a_changed_row_is_named(world: World) -> None:
    matter = world.reviewed()
    _call(world, matter)
    assert SAID not in str([line.facts for line in ledger.history(subject=matter)])
    Contact.objects.update(direction=Direction.INCOMING)
    assert [one.part for one in books.alterations()] == ["its correspondence"]


@pytest.mark.parametrize(
    "wrong",
    [{"words": "  "}, {"channel": Channel.POST}, {"at": "tomorrow"}],
    ids=["no words", "written without a file", "not yet"],
)
def test_a_call_says_something_that_has_happened(world: World, wrong: dict[str, object]) -> None:
    matter = world.reviewed()
    given = {"at": world.now + timedelta(days=1)} if "at" in wrong else wrong
    with pytest.raises(ContactError):
        _call(world, matter, **given)
    assert not Contact.objects.exists()


def test_a_letter_passes_the_gate_or_is_not_kept(world: World) -> None:
    matter = world.reviewed()
    with pytest.raises(UploadRefusedError):
        _letter(world, matter, upload=Upload(name="came.pdf", data=b"MZ", pages=1, role="attachment"))
    with pytest.raises(ContactError):
        _letter(world, matter, channel=Channel.TELEPHONE)
    assert not Contact.objects.exists()


def test_a_silenced_matter_has_no_correspondence_for_a_stranger(world: World) -> None:
    matter = world.receive(paper(silence=SILENCE), cleared=frozenset({world.analyst.person}))
    _call(world, matter)
    with pytest.raises(UnknownMatterError):
        exchanges(actor=world.stranger, matter=matter)
    with pytest.raises(UnknownMatterError):
        _call(world, matter, actor=world.stranger)
