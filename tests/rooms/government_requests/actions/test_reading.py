"""What a person confirmed beside a picture enters the case file; nothing else does, and nobody else's."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import GRANT, World

from safeconduct.core.reading.confirming import Confirmed
from safeconduct.core.reading.proposals import Field
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError, read_case_file
from safeconduct.rooms.government_requests.queries.reading import UnknownConfirmationError, changes_of, read_words
from safeconduct.rooms.government_requests.rules.paper import Paper, PaperError, Selector
from safeconduct.rooms.government_requests.rules.reading import taken_over

SEALED = "c" * 32


def field(name: Field, value: str, kind: str = "") -> Confirmed:
    return Confirmed(name, kind, value, 1, "the words")


FIELDS = (
    field(Field.ISSUED, "2026-03-03", "day"),
    field(Field.IDENTIFIER, "+14135550188", "phone"),
    field(Field.CATEGORY, "message_content", "message_content"),
)


def confirmed(world: World, whose: str, **changed: Any) -> str:
    """Lay a confirmation where the vault process keeps it."""
    fields = [one.as_json() for one in FIELDS]
    told = {"kind": "confirmation", "matter": whose, "by": world.analyst.person, "fields": fields}
    told["paper"] = world.row(whose).documents.get(role="process").object
    world.vault.objects[SEALED] = json.dumps(told | changed).encode()
    world.vault.kinds[SEALED] = "confirmation"
    return SEALED


def stands(world: World, matter: str) -> Paper:
    return read_case_file(matter=matter, grant=GRANT, case_file=world.row(matter).case_file).paper


def take_over(world: World, matter: str) -> None:
    actions.take_over_reading(actor=world.analyst, now=world.now, matter=matter, confirmation=SEALED, grant=GRANT)


def test_confirmed_fields_enter_the_case_file_and_the_entry_names_the_confirmation(world: World) -> None:
    matter = world.reviewed()
    before = stands(world, matter)
    confirmed(world, matter)
    shown = changes_of(actor=world.analyst, matter=matter, grant=GRANT, confirmation=SEALED)
    assert [(one.name, one.taken) for one in shown] == [
        ("Date of the paper", True),
        ("Identifier sought", True),
        ("Records asked for", False),
    ]
    assert stands(world, matter) == before
    take_over(world, matter)
    made = stands(world, matter)
    assert made.dated == date(2026, 3, 3)
    assert made.selectors == (*before.selectors, Selector(kind="phone", value="+14135550188"))
    assert replace(made, dated=before.dated, selectors=before.selectors) == before
    assert world.kinds(matter)[-1] == "amend_paper"


@pytest.mark.parametrize(
    "changed",
    [{"by": "9" * 32}, {"matter": "9" * 32}, {"paper": "9" * 32}, {"kind": "answer"}],
    ids=["another person", "another matter", "another paper", "no confirmation"],
)
def test_what_is_not_the_actors_confirmation_of_this_matter_is_not_taken(world: World, changed: dict[str, str]) -> None:
    matter = world.reviewed()
    before, kinds = stands(world, matter), world.kinds(matter)
    confirmed(world, matter, **changed)
    with pytest.raises(UnknownConfirmationError):
        take_over(world, matter)
    assert (stands(world, matter), world.kinds(matter)) == (before, kinds)


def test_without_a_grant_nothing_is_read_or_taken(world: World) -> None:
    matter = world.reviewed()
    confirmed(world, matter)
    with pytest.raises(PapersClosedError):
        read_words(actor=world.analyst, matter=matter, grant="", paper=world.row(matter).documents.get().object)
    with pytest.raises(PapersClosedError):
        changes_of(actor=world.analyst, matter=matter, grant="", confirmation=SEALED)


def test_the_words_of_a_reading_stand_line_by_line(world: World) -> None:
    matter = world.reviewed()
    document = world.row(matter).documents.get().object
    words = [[1, 1, 0, 0, 9, 9, "In"], [1, 1, 0, 0, 9, 9, "re"], [1, 2, 0, 0, 9, 9, "Order"]]
    told = {"kind": "reading", "pages": 2, "words": words}
    world.vault.objects[f"{document}-reading"] = json.dumps(told).encode()
    world.vault.kinds[f"{document}-reading"] = "reading"
    asked = {"actor": world.analyst, "matter": matter, "grant": GRANT}
    assert read_words(**asked, paper=document) == ("In re\nOrder", "")
    assert read_words(**asked, paper="9" * 32) is None


def test_each_field_has_its_place_and_the_rest_is_compared_only() -> None:
    stood = paper()
    for one, name, value in (
        (field(Field.DEADLINE, "2026-05-05", "day"), "reply_by", date(2026, 5, 5)),
        (field(Field.DEADLINE, "14", "days"), "reply_days", 14),
        (field(Field.EXECUTION, "2026-05-05", "day"), "execute_by", date(2026, 5, 5)),
        (field(Field.ISSUER, "Calder County"), "issuer_name", "Calder County"),
        (field(Field.DOCKET, "26-1"), "case_number", "26-1"),
        (field(Field.SILENCE, "request", "request"), "asks_silence", True),
    ):
        made, changes = taken_over(stood, [one])
        assert getattr(made, name) == value
        assert changes[0].taken
    made, _ = taken_over(stood, [field(Field.WINDOW, "2026-01-01/2026-01-31", "America/Chicago")])
    assert made.window is not None
    assert made.window.as_json() == {"from": "2026-01-01T06:00:00Z", "until": "2026-02-01T06:00:00Z"}
    for one in (
        field(Field.KIND, "Search warrant", "search_warrant"),
        field(Field.SILENCE, "order", "order"),
        field(Field.DEADLINE, "48", "hours"),
        field(Field.EXECUTION, "14", "days"),
        field(Field.IDENTIFIER, "192.0.2.1", "ipv4"),
        field(Field.CONTACT, "Ann Meyer", "name"),
        field(Field.COURT, "Franklin"),
    ):
        made, changes = taken_over(stood, [one])
        assert made == stood
        assert not changes[0].taken
    for wrong in (field(Field.ISSUED, "2026-02-31", "day"), field(Field.WINDOW, "2026-01-01/x", "Mars/Phobos")):
        with pytest.raises(PaperError):
            taken_over(stood, [wrong])
