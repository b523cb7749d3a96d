"""A paper is sent again from the officer's own copy; and one officer sends no paper without end."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import World
from tests.small_pdf import small_pdf

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.typed_copy import MOST_BYTES, TypedCopyError, copy_of, posted_from
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.served import ServedOne
from safeconduct.rooms.government_requests.views import sending
from safeconduct.rooms.senders.models import Allowance
from safeconduct.rooms.senders.rules.allowances import MOST, What

__all__ = ["own_addresses"]
TYPED = {
    "process": "subpoena",
    "pages": "2",
    "issuer": "grand_jury",
    "issuer_name": "Grand Jury of Calder County",
    "country": "US",
    "governmental": "on",
    "dated_day": "9",
    "dated_month": "3",
    "dated_year": "2026",
    "selectors": "+1 202 555 0142",
    "words_1": "The name of the subscriber",
    "page_1": "1",
    "kinds_1": ["subscriber"],
    "zone": "America/New_York",
}


def form(**more: Any) -> PortalIntakeForm:
    return PortalIntakeForm(entities=(ServedOne("northwind-us", "Northwind", ("Northwind",)),), **more)


def posted(values: dict[str, Any]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def fields(response: Any) -> str:
    return str(response.content.decode())


def test_what_was_typed_comes_back_field_by_field(world: World) -> None:
    kept = ask(world, world.officer, sending.keep_copy, post={**TYPED, "csrfmiddlewaretoken": "secret"})
    assert b"secret" not in kept.content
    assert kept["Content-Disposition"].startswith("attachment")
    upload = SimpleUploadedFile("copy.json", kept.content, "application/json")
    page = fields(ask(world, world.officer, sending.begin_from_copy, post={"copy": upload}))
    for words in ("Grand Jury of Calder County", 'value="2026"', "+1 202 555 0142", "The name of the subscriber"):
        assert words in page
    assert "9 March 2026" in page
    assert "Subpoena" in page
    # The control: without a copy none of it stands there.
    assert "Grand Jury of Calder County" not in fields(ask(world, world.officer, sending.send))


def test_only_a_copy_of_this_form_is_taken(world: World) -> None:
    whole = json.loads(copy_of(form(), posted(TYPED)))
    assert posted_from(form(), json.dumps(whole).encode())["issuer_name"] == TYPED["issuer_name"]
    wrong: list[Any] = [
        [],
        {**whole, "version": 2},
        {**whole, "kind": "other"},
        {**whole, "fields": {**whole["fields"], "transcript": ["x"]}},
        {**whole, "fields": {**whole["fields"], "pages": "2"}},
        {**whole, "fields": {**whole["fields"], "pages": [2]}},
        {**whole, "fields": {"pages": ["2"] * 500}},
    ]
    for one in (*[json.dumps(value).encode() for value in wrong], b"%PDF-1.7", b"[" * 100_000, b" " * (MOST_BYTES + 1)):
        with pytest.raises(TypedCopyError):
            posted_from(form(), one)
    assert ask(world, world.officer, sending.begin_from_copy, post={}).status_code == 400


def test_nobody_else_keeps_or_uses_copies_here(world: World) -> None:
    nobody = world.actor("7", frozenset())
    for view in (sending.keep_copy, sending.begin_from_copy):
        with pytest.raises(NotPermittedError):
            ask(world, nobody, view, post={})


def test_an_officer_sends_no_more_than_a_days_allowance(world: World) -> None:
    whole = {**TYPED, "entity": next(iter(world.settings.SAFECONDUCT.entities)), "signed": "on", "names_entity": "on"}

    def send() -> Any:
        file = SimpleUploadedFile("paper.pdf", small_pdf("A paper", pages=2), "application/pdf")
        return ask(world, world.officer, sending.send, post={**whole, "file": file})

    first = send()
    assert first.status_code == 302, fields(first)
    Allowance.objects.filter(what=What.PAPER, whose=world.officer.person).update(used=MOST[What.PAPER] - 1)
    assert send().status_code == 302
    held = Matter.objects.count()
    refused = send()
    assert refused.status_code == 429
    assert "Grand Jury of Calder County" in fields(refused)
    assert Matter.objects.count() == held
