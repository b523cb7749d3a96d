"""Thousands of identifiers from a file: shown before they are sent, and sent through both doors."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.core.uploads.test_lists import sheet
from tests.rooms.government_requests.test_forms import SMALL, form, typed
from tests.rooms.government_requests.test_pages import ask, own_addresses  # noqa: F401 - a fixture of the pages' tests
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.targets import TargetsForm
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.served import ServedOne
from safeconduct.rooms.government_requests.views import targets

ENTITIES = (ServedOne("northwind-us", "Northwind Messaging, Inc.", ("Northwind Messaging, Inc.",)),)
COUNT = 5_000


def numbers(count: int) -> list[str]:
    return [f"+1202555{place:04d}" if place < 10_000 else f"a{place}@example.com" for place in range(count)]


def _list(text: str, name: str = "list.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


def _form(listed: SimpleUploadedFile, **more: Any) -> PortalIntakeForm:
    files = {"file": SimpleUploadedFile("paper.pdf", SMALL, content_type="application/pdf"), "targets": listed}
    return PortalIntakeForm(typed() | more, files, entities=ENTITIES)


def test_a_list_joins_what_was_typed(world: World) -> None:
    filled = _form(_list("\n".join(numbers(COUNT))), selectors="+1 202 555 0000\nx@example.com")
    assert filled.is_valid(), filled.errors
    paper = filled.paper()
    assert len(paper.selectors) == COUNT + 1
    matter = world.receive(paper)
    row = Matter.objects.get(pk=matter)
    assert (row.selector_count, sorted(row.selector_kinds)) == (COUNT + 1, ["email", "phone"])
    assert row.blind_index.count() == COUNT + 1
    asked = [one["kind"] for one in world.vault.ops("blind_index") if one["kind"] in ("phone", "email")]
    assert len(asked) == 2, "one call for each kind, and not for each identifier"


def test_a_list_with_a_wrong_line_is_refused_by_its_number() -> None:
    filled = _form(_list("+12025550143\nnobody at all\n"))
    assert not filled.is_valid()
    assert "line 2" in filled.errors["targets"][0]
    assert not _form(_list("\n".join(f"a{n}@example.com" for n in range(20_000))), selectors="x@example.com").is_valid()
    assert form(typed()).is_valid(), "a form without a list is as before"


@pytest.mark.parametrize("view", [targets.desk_targets, targets.portal_targets])
def test_the_preview_counts_and_keeps_nothing(world: World, view: Any) -> None:
    who = world.analyst if view is targets.desk_targets else world.officer
    assert b"Check the list" in ask(world, who, view).content
    rows = [("Number",), *((one,) for one in numbers(COUNT)), ("+12025550000",)]
    page = ask(world, who, view, post={"targets": SimpleUploadedFile("a.xlsx", sheet(*rows))}).content.decode()
    assert "5000 identifiers" in page
    assert "The list can be sent" in page
    assert "The first 50 of 5000" in page
    assert len(page) < 40_000, "a long list stays a short page"
    bad = "+12025550143\n" + "nobody here\n" * 60
    page = ask(world, who, view, post={"targets": _list(bad)}).content.decode()
    assert "60 lines hold no identifier" in page
    assert "10 more are not shown" in page
    empty = ask(world, who, view, post={})
    assert empty.status_code == 400
    refused = ask(world, who, view, post={"targets": _list("%PDF-1.7")})
    assert refused.status_code == 400
    assert "SC-UPLOAD-LIST" in refused.content.decode()
    assert not Matter.objects.exists()
    assert TargetsForm({}, {}).errors
