"""What people type becomes the frozen facts of a paper, and nothing typed is guessed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from tests.small_pdf import small_pdf

from safeconduct.core.uploads.errors import TooLargeError
from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.paper import split_pages
from safeconduct.rooms.government_requests.queries.served import ServedOne
from safeconduct.rooms.government_requests.rules.identifiers import read_identifier
from safeconduct.rooms.government_requests.rules.words import Category, Issuer, Process
from safeconduct.rooms.government_requests.views.tables import plain_cell
from safeconduct.rooms.government_requests.views.transcript import typed_pages
from safeconduct.site.uploading import RefusedFile

SMALL = small_pdf()
ENTITIES = (ServedOne("northwind-us", "Northwind Messaging, Inc.", ("Northwind Messaging, Inc.",)),)
IRISH = ServedOne("northwind-ie", "Northwind Messaging Ireland Limited", ("Northwind Messaging Ireland Limited",))


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}_day": str(value.day), f"{name}_month": str(value.month), f"{name}_year": str(value.year)}


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "entity": "northwind-us",
        "process": "search_warrant",
        "pages": "2",
        "issuer": "court",
        "issuer_name": "Superior Court",
        "country": "us",
        "signed": "on",
        "zone": "America/New_York",
        "selectors": "+1 (202) 555-0143\nMarrow@Example.com",
        "words_1": "The messages.",
        "page_1": "2",
        "kinds_1": ["message_content"],
        **day("dated", date(2026, 3, 9)),
        **day("first", date(2026, 2, 1)),
        **day("last", date(2026, 2, 28)),
        **changes,
    }


def form(data: dict[str, Any], content: bytes = SMALL) -> PortalIntakeForm:
    files = {"file": SimpleUploadedFile("paper.pdf", content, content_type="application/pdf")}
    return PortalIntakeForm(data, files, entities=ENTITIES)


def test_the_company_served_is_chosen_or_named_by_the_paper() -> None:
    two = (*ENTITIES, IRISH)
    files = {"file": SimpleUploadedFile("paper.pdf", SMALL, content_type="application/pdf")}
    named = typed() | {"entity": "", "entity_named": "Northwind Messaging Ireland Ltd"}
    assert PortalIntakeForm(named | {"entity": IRISH.id}, files, entities=two).is_valid()
    silent = PortalIntakeForm(named, files, entities=two)
    assert not silent.is_valid()
    assert "choose the one that was served" in silent.errors["entity"][0]
    for name, entity in (
        ("NORTHWIND MESSAGING IRELAND LIMITED", IRISH.id),
        ("Northwind Messaging Inc", "northwind-us"),
    ):
        filled = PortalIntakeForm(named | {"entity_named": name}, files, entities=two)
        assert filled.is_valid(), filled.errors
        assert filled.cleaned_data["entity"] == entity
    assert not PortalIntakeForm(named | {"entity": "northwind-fr"}, files, entities=two).is_valid()


def test_a_typed_paper() -> None:
    filled = form(typed())
    assert filled.is_valid(), filled.errors
    paper = filled.paper()
    assert (paper.process, paper.issuer, paper.country) == (Process.SEARCH_WARRANT, Issuer.COURT, "US")
    assert [(one.kind, one.value) for one in paper.selectors] == [
        ("phone", "+12025550143"),
        ("email", "marrow@example.com"),
    ]
    assert paper.items[0].categories == (Category.MESSAGE_CONTENT,)
    assert paper.window is not None
    assert paper.window.end == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert (paper.signed, paper.judge_named, paper.reply_by) == (True, False, None)
    assert filled.uploads()[0].data == SMALL


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 x", "SC-UPLOAD-PDF-STRUCTURE"),
        (b"MZ" + SMALL, "SC-UPLOAD-TYPE"),
        (SMALL + b"PK", "SC-UPLOAD-POLYGLOT"),
    ],
)
def test_a_refused_file_says_its_code_and_what_to_do_at_its_field(content: bytes, code: str) -> None:
    filled = form(typed(), content)
    assert not filled.is_valid()
    assert list(filled.errors) == ["file"]
    assert code in filled.errors["file"][0]
    assert "PDF" in filled.errors["file"][0]


def test_a_file_that_was_stopped_on_its_way_in_says_why_at_its_field() -> None:
    filled = PortalIntakeForm(typed(), {"file": RefusedFile("paper.pdf", TooLargeError())}, entities=ENTITIES)
    assert not filled.is_valid()
    assert "SC-UPLOAD-TOO-LARGE" in filled.errors["file"][0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "31", "last_month": "1"}, "last"),
        ({"last_day": "", "last_month": "", "last_year": ""}, "last"),
        ({"dated_day": "31", "dated_month": "2"}, "dated"),
        ({"zone": "Nowhere"}, "zone"),
        ({"pages": "0"}, "pages"),
        ({"process": "polite_letter"}, "process"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(changes: dict[str, str], field: str) -> None:
    filled = form(typed(**changes))
    assert not filled.is_valid()
    assert field in filled.errors


def test_only_a_pdf_is_taken() -> None:
    assert "file" in form(typed(), b"PK\x03\x04").errors


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("(202) 555-0143", ("phone", "+12025550143")),
        ("+49 30 1234567", ("phone", "+49301234567")),
        (" A.B@Example.COM ", ("email", "a.b@example.com")),
        ("c" * 32, ("account", "c" * 32)),
        ("12025550143", ("phone", "+12025550143")),
        ("442071234567", ("phone", "442071234567")),
        ("5550143", ("phone", "5550143")),
        ("490154203237518", ("imei", "490154203237518")),
        ("490154203237519", ("phone", "490154203237519")),
        ("192.0.2.7", ("ip", "192.0.2.7")),
        ("2001:DB8::1", ("ip", "2001:db8::1")),
        ("8944 5012 3456 7890 123", ("iccid", "8944501234567890123")),
        ("GB82 WEST 1234 5698 7654 32", ("iban", "GB82WEST12345698765432")),
        ("Example.Org", ("domain", "example.org")),
        ("Maud Marrow", ("name", "Maud Marrow")),
        ("northwind-0042", ("account", "northwind-0042")),
    ],
)
def test_what_a_selector_is(words: str, found: tuple[str, str]) -> None:
    assert read_identifier(words) == found


def test_pages_of_a_transcript_and_their_marks() -> None:
    pages = split_pages("One.\r\n---\r\nTwo words here.\nThree.")
    assert pages == ("One.", "Two words here.\nThree.")
    shown = typed_pages(pages, {1: "words", 2: "here", 3: "absent"})
    assert [(part.text, part.number) for part in shown[1].lines[0].parts] == [
        ("Two ", 0),
        ("words", 1),
        (" ", 0),
        ("here", 2),
        (".", 0),
    ]
    assert shown[1].lines[0].numbers == (1, 2)


@given(text=st.text(max_size=60), relied=st.dictionaries(st.integers(1, 5), st.text(max_size=8), max_size=5))
def test_marking_loses_no_word(text: str, relied: dict[int, str]) -> None:
    shown = typed_pages((text,), relied)[0].lines
    drawn = ["".join(part.text for part in line.parts) for line in shown]
    assert drawn == [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell("Port Ellery") == "Port Ellery"


def test_the_state_whose_holidays_count_is_typed_by_its_code() -> None:
    filled = form(typed(region="tx"))
    assert filled.is_valid(), filled.errors
    assert filled.paper().region == "TX"
    assert form(typed()).is_valid()
    assert not form(typed(region="Texas")).is_valid()
