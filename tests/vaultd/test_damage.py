"""A damaged segment stops no collection and hides in none: receipt, answer and sheet name it. No copy has holes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import CUSTOMER, MATTER, NUMBER, Story, sealed

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.packages.build import Package
from safeconduct.vaultd.collector import package_object
from safeconduct.vaultd.faces.approve import Approve
from safeconduct.vaultd.faces.drawings import release
from safeconduct.vaultd.faces.html import Html
from safeconduct.vaultd.faces.sheets import sheet
from safeconduct.vaultd.records import Found

WINDOW = {"from": "2026-02-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
FEBRUARY, MARCH = "2026-02", "2026-03"


def segment(story: Story, table: str, month: str = "") -> Path:
    found = [one for one in (story.configuration.vault_store / "segments" / table).iterdir() if month in one.name]
    assert len(found) == 1
    return found[0]


def spoil(part: Path) -> None:
    data = bytearray(part.read_bytes())
    data[-3] ^= 1
    part.chmod(0o600)
    part.write_bytes(data)


def receipt_of(story: Story, made: dict[str, Any]) -> dict[str, Any]:
    lines = json.loads(story.vault.opened.objects.open(made["receipt"]))["lines"]
    return {line["category"]: line for line in lines}


@pytest.mark.parametrize("part", ["pages", "directory"])
def test_what_is_damaged_is_a_line_of_the_receipt_and_the_rest_is_produced(ready: Story, part: str) -> None:
    at = segment(ready, "calls", FEBRUARY)
    spoil(at / part)
    digest = ready.approved()
    made = ready.collect(digest)
    assert made["counts"] == {"subscriber": 1}
    assert made["unreadable"] == [at.name]
    line = receipt_of(ready, made)["call_detail"]
    assert line["unreadable"] == [{"segment": at.name, "rows": 3}]
    assert (line["held"], line["produced"], line["none_held"]) == (3, 0, False)
    assert receipt_of(ready, made)["subscriber"]["unreadable"] == []
    assert ready.collect(digest) == made


def test_a_damaged_index_costs_no_row(ready: Story) -> None:
    spoil(segment(ready, "calls", FEBRUARY) / "index")
    made = ready.collect(ready.approved())
    assert made["counts"] == {"call_detail": 2, "subscriber": 1}
    assert made["unreadable"] == []


def test_whole_segments_leave_no_such_line(ready: Story) -> None:
    made = ready.collect(ready.approved())
    assert made["unreadable"] == []
    assert not any(line["unreadable"] for line in receipt_of(ready, made).values())


def test_pages_that_the_window_does_not_ask_for_are_nobodys_damage(ready: Story) -> None:
    spoil(segment(ready, "calls", MARCH) / "pages")
    assert ready.collect(ready.approved())["unreadable"] == []


def officer_receipt(story: Story, digest: str) -> bytes:
    package = Package.from_zip(story.vault.opened.objects.open(package_object(digest)))
    return bytes(package.files["data/receipt.json"])


def test_the_officer_reads_one_of_the_two_approved_answers(ready: Story) -> None:
    spoil(segment(ready, "calls", FEBRUARY) / "pages")
    digest = ready.approved()
    ready.collect(digest)
    told = json.loads(officer_receipt(ready, digest))
    assert {one["answer"].partition(" for ")[0] for one in told["items"] if one["produced"] is None} == {
        "Nothing is produced"
    }
    assert b"segment" not in officer_receipt(ready, digest)


def drawn(story: Story, digest: str) -> str:
    body = story.vault.opened.consents.body(digest)
    context = Approve(story.vault, story.configuration.faces["approve"])._context(body)
    return sheet(body=body, drawing=release(body, context), approvals=[], context=context, acts=Html(""))


def test_the_second_reader_sees_it_before_signing(ready: Story) -> None:
    at = segment(ready, "calls", FEBRUARY)
    spoil(at / "pages")
    page = drawn(ready, ready.collect(ready.approved())["release_digest"])
    assert "The package is not whole." in page
    assert at.name in page


def test_the_sheet_of_a_whole_package_says_nothing_of_damage(ready: Story) -> None:
    assert "not whole" not in drawn(ready, ready.collect(ready.approved())["release_digest"])


def test_a_segment_that_is_gone_is_named_and_brought_back(ready: Story) -> None:
    at, aside = segment(ready, "calls", FEBRUARY), ready.configuration.vault_store / "aside"
    shutil.move(at, aside)
    digest = ready.approved()
    assert code_of(lambda: ready.collect(digest)) == "SC-SEGMENT-MISSING"
    shutil.move(aside, at)
    assert ready.collect(digest)["counts"] == {"call_detail": 2, "subscriber": 1}


def preserve(story: Story) -> JsonValue:
    scope = {"selectors": [{"kind": "phone", "value": NUMBER}], "categories": ["call_detail"], "window": WINDOW}
    file = sealed(story, "case_file", json.dumps({"scope": [scope | {"customer": CUSTOMER}]}).encode())
    facts = {"case_file": file, "until": "2026-09-16T00:00:00Z"}
    return story.act("preserve", "government_requests.preserve", facts=facts, matter=MATTER, **facts)


def test_no_copy_is_made_with_holes(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(segment(ready, "calls", FEBRUARY) / "pages")
    assert code_of(lambda: preserve(ready)) == "SC-SEGMENT-DAMAGED"
    monkeypatch.setattr(Found, "require_whole", lambda _: None)
    assert preserve(ready)["rows"] == 1
