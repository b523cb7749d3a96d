"""Reading grants, forecasts and preservation: none of them gives a record, each needs its entry."""

import json
from base64 import b64encode

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import CUSTOMER, MATTER, NUMBER, OTHER, Story, call_rows, sealed

from safeconduct.core.base.canonical import JsonValue
from safeconduct.vaultd import grants as module
from safeconduct.vaultd.grants import CaseGrants

WINDOW = {"from": "2026-02-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}


def case_file(story: Story, **item: JsonValue) -> str:
    part = {"selectors": [{"kind": "phone", "value": NUMBER}], "categories": ["call_detail"], "window": WINDOW} | item
    return sealed(story, "case_file", json.dumps({"kind": "case_file", "scope": [part]}).encode())


def test_papers_are_read_under_an_opened_grant_of_their_matter(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript, upload = sealed(story, "transcript", b"words"), sealed(story, "paper", b"%PDF")
    elsewhere = sealed(story, "transcript", b"other words", "f" * 32)
    pending = story.vault.opened.grants.give(matter=MATTER, person="aline").id
    read = {"matter": MATTER, "objects": [transcript]}
    assert code_of(lambda: story.call("read_case", grant=pending, **read)) == "SC-GRANT"
    grant = story.grant()
    assert story.call("read_case", grant=grant, **read)["objects"] == {transcript: b64encode(b"words").decode()}
    for wrong in (upload, elsewhere):
        shown = {"matter": MATTER, "grant": grant, "objects": [wrong]}
        assert code_of(lambda shown=shown: story.call("read_case", **shown)) == "SC-UNKNOWN-OBJECT"
    story.call("set_clock", now="2026-06-18T15:15:00Z")
    assert code_of(lambda: story.call("read_case", grant=grant, **read)) == "SC-GRANT"
    monkeypatch.setattr(CaseGrants, "require", lambda *_, **__: None)
    assert story.call("read_case", grant=grant, **read)["objects"]


def test_a_grant_is_opened_by_its_own_person_and_matter(story: Story) -> None:
    grant = story.vault.opened.grants.give(matter=MATTER, person="aline").id
    kind = "government_requests.open_case"
    stranger = {"facts": {"grant": grant}, "matter": MATTER, "grant": grant, "person": "dov"}
    assert code_of(lambda: story.act("open_case", kind, **stranger)) == "SC-WRONG-ENTRY"
    other = {"facts": {"grant": grant}, "subject": OTHER, "matter": OTHER, "grant": grant}
    assert code_of(lambda: story.act("open_case", kind, **other)) == "SC-GRANT"


def test_a_day_has_a_budget(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript, grant = sealed(story, "transcript", b"words"), story.grant()
    monkeypatch.setitem(module.DAILY, "read_case", 2)
    read = {"matter": MATTER, "grant": grant, "objects": [transcript]}
    story.call("read_case", **read)
    story.call("read_case", **read)
    assert code_of(lambda: story.call("read_case", **read)) == "SC-BUDGET"


def forecast(story: Story, file: str, grant: str) -> JsonValue:
    facts = {"case_file": file, "grant": grant}
    return story.act("forecast", "government_requests.forecast", facts=facts, matter=MATTER, **facts)


def test_a_forecast_counts_and_shows_nothing(ready: Story) -> None:
    ready.import_rows("calls", call_rows(OTHER, "x"))
    grant = ready.grant()
    told = forecast(ready, case_file(ready), grant)
    assert told == {
        "counts": [
            {"customer": CUSTOMER, "category": "call_detail", "rows": 3},
            {"customer": OTHER, "category": "call_detail", "rows": 3},
        ],
        "total": 6,
    }
    one = case_file(ready, customer=CUSTOMER)
    assert forecast(ready, one, grant)["total"] == 3


def test_a_forecast_needs_a_grant_and_this_matters_own_case_file(ready: Story) -> None:
    file = case_file(ready)
    assert code_of(lambda: forecast(ready, file, "f" * 32)) == "SC-GRANT"
    grant = ready.grant()
    assert code_of(lambda: forecast(ready, sealed(ready, "transcript", b"{}"), grant)) == "SC-UNKNOWN-OBJECT"
    assert code_of(lambda: forecast(ready, sealed(ready, "case_file", b"{}"), grant)) == "SC-CASE-FILE"
    foreign = sealed(ready, "case_file", b"{}", OTHER)
    assert code_of(lambda: forecast(ready, foreign, grant)) == "SC-UNKNOWN-OBJECT"


def preserve(story: Story, file: str) -> JsonValue:
    facts = {"case_file": file, "until": "2026-09-16T00:00:00Z"}
    return story.act("preserve", "government_requests.preserve", facts=facts, matter=MATTER, **facts)


def test_what_was_preserved_outlives_the_customers_key(ready: Story) -> None:
    assert preserve(ready, case_file(ready)) == {"rows": 3, "segments": 2, "until": "2026-09-16T00:00:00Z"}
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    made = ready.collect(ready.approved())
    assert made["counts"] == {"call_detail": 2}
    receipt = json.loads(ready.vault.opened.objects.open(made["receipt"]))
    assert any(line["deleted_before_service"] for line in receipt["lines"])


def test_what_was_not_preserved_dies_with_the_key(ready: Story) -> None:
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    assert ready.collect(ready.approved())["counts"] == {}


def test_the_end_of_a_preservation_destroys_its_copies(ready: Story) -> None:
    preserve(ready, case_file(ready))
    folder = ready.configuration.vault_store / "preserved" / MATTER
    assert folder.is_dir()
    ended = ready.act("end_preservation", "government_requests.end_preservation", matter=MATTER)
    assert ended == {"ended": True}
    assert not folder.exists()
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    assert ready.collect(ready.approved())["counts"] == {}


def test_a_forecast_counts_what_is_preserved_once(ready: Story) -> None:
    item = {
        "selectors": [{"kind": "phone", "value": NUMBER}],
        "categories": ["call_detail", "subscriber"],
        "window": {"from": "2026-02-01T05:00:00Z", "until": "2026-03-01T05:00:00Z"},
    }
    case_file = sealed(ready, "case_file", json.dumps({"scope": [item]}).encode())
    kept = {"case_file": case_file, "until": "2026-09-16T15:00:00Z"}
    totals = []
    for _ in range(2):
        asked = {"case_file": case_file, "grant": ready.grant()}
        told = ready.act("forecast", "government_requests.forecast", facts=asked, matter=MATTER, **asked)
        totals.append(told["total"])
        ready.act("preserve", "government_requests.preserve", facts=kept, matter=MATTER, **kept)
    assert totals == [3, 3]
