"""Connectors behind the vault process's gates: real children, a real PostgreSQL, a folder of files."""

import inspect
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.vaultd.connectors.conftest import Company
from tests.vaultd.connectors.places import calls, database_place, files_place, use
from tests.vaultd.connectors.stores import PEOPLE, ZONED
from tests.vaultd.story import CUSTOMER, MATTER, NUMBER, Story, call_rows, officer_keys, sealed

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.categories import Category
from safeconduct.core.conduct.leases import LeaseTakenError
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.sealing.recipients import decrypt_age
from safeconduct.core.segments.tables import TABLES
from safeconduct.vaultd.collector import receipt_object
from safeconduct.vaultd.connectors.errors import (
    OutsideScopeError,
    SameRecordError,
    SourceCeilingError,
    SourceRowError,
    SourceShapeError,
    SourceUnreachableError,
)
from safeconduct.vaultd.connectors.sources import Answer, Sources
from safeconduct.vaultd.consents import UnknownConsentError
from safeconduct.vaultd.entries import WrongEntryError

JOURNEY = "b" * 32


def opened(story: Story, digest: str) -> dict[str, list[dict[str, Any]]]:
    """Release what was collected and return the rows that the officer opens, by category."""
    made = story.collect(digest)
    story.sign(made["release_digest"], "mara")
    name = story.release(made["release_digest"])["files"][0]["name"]
    data = decrypt_age((story.configuration.outbox / name).read_bytes(), officer_keys()[0])
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [one for one in archive.namelist() if one.endswith(".jsonl")]
        return {Path(one).stem: [json.loads(line) for line in archive.read(one).splitlines()] for one in names}


def test_a_package_holds_what_two_stores_of_the_company_hold(story: Story, company: Company, tmp_path: Path) -> None:
    story.enrol_officer()
    people = [
        {
            "record_id": "p1",
            "customer": CUSTOMER,
            "number": NUMBER,
            "name": "Quillon Markerby",
            "address": "4 Tidewater Lane",
            "email": "q.markerby@example.net",
            "service": "voice",
            "started_at": call_rows().to_pylist()[0]["at"],
            "ended_at": None,
        }
    ]
    use(story, database_place(tmp_path, company, calls(), "both"), files_place(tmp_path, PEOPLE, people))
    digest = story.approved()
    rows = opened(story, digest)
    assert {name: [one["record_id"] for one in listed] for name, listed in rows.items()} == {
        "call_detail": ["x0", "x1"],
        "subscriber": ["p1"],
    }
    receipt = json.loads(story.vault.opened.objects.open(receipt_object(digest)))
    assert [(one["source"], one["record"], one["foreseen"], one["rows"]) for one in receipt["asked"]] == [
        ("switch", "calls", 2, 2),
        ("archive", "subscribers", 1, 1),
    ]
    told = json.dumps(receipt["asked"])
    assert ":phone_" in told
    assert ":from" in told
    assert NUMBER not in told
    assert NUMBER.removeprefix("+") not in told


def test_our_own_rows_and_theirs_come_together_each_once(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    story.import_rows("calls", call_rows())
    own = call_rows().to_pylist()
    use(story, files_place(tmp_path, ZONED, [*own, *calls()]))
    rows = opened(story, story.approved())
    assert sorted(one["record_id"] for one in rows["call_detail"]) == ["r0", "r1", "x0", "x1"]


def test_one_id_with_two_contents_ends_the_collection(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    story.import_rows("calls", call_rows())
    use(story, files_place(tmp_path, ZONED, [row | {"status": "busy"} for row in call_rows().to_pylist()]))
    with pytest.raises(SameRecordError):
        story.collect(story.approved())


def test_a_forecast_counts_what_a_collection_would_give_and_finds_the_customer(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    use(story, files_place(tmp_path, ZONED, calls()))
    item = {
        "selectors": [{"kind": "phone", "value": NUMBER}],
        "categories": ["call_detail"],
        "window": {"from": "2026-02-01T05:00:00Z", "until": "2026-03-01T05:00:00Z"},
    }
    case_file = sealed(story, "case_file", json.dumps({"scope": [item]}).encode())
    grant = story.grant()
    facts = {"case_file": case_file, "grant": grant}
    kind = "government_requests.forecast"
    told = story.act("forecast", kind, facts=facts, matter=MATTER, case_file=case_file, grant=grant)
    assert told == {"counts": [{"customer": CUSTOMER, "category": "call_detail", "rows": 2}], "total": 2}


def test_what_was_preserved_from_a_store_is_given_as_it_stood(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    place = files_place(tmp_path, ZONED, calls())
    use(story, place)
    item = {
        "selectors": [{"kind": "phone", "value": NUMBER}],
        "categories": ["call_detail"],
        "window": {"from": "2026-02-01T05:00:00Z", "until": "2026-03-01T05:00:00Z"},
    }
    case_file = sealed(story, "case_file", json.dumps({"scope": [item]}).encode())
    facts = {"case_file": case_file, "until": "2026-09-16T15:00:00Z"}
    told = story.act("preserve", "government_requests.preserve", facts=facts, matter=MATTER, **facts)
    assert told["rows"] == 2
    grant = story.grant()
    forecast = {"case_file": case_file, "grant": grant}
    counted = story.act("forecast", "government_requests.forecast", facts=forecast, matter=MATTER, **forecast)
    assert counted["total"] == 2, "a record that is preserved and still over there is one record"
    shutil.rmtree(tmp_path / "archive")
    changed = [row | {"status": "failed"} for row in calls()] + [calls()[0] | {"record_id": "x9"}]
    use(story, files_place(tmp_path, ZONED, changed))
    digest = story.approved()
    rows = opened(story, digest)["call_detail"]
    assert {one["record_id"]: one["status"] for one in rows} == {
        "x0": "completed",
        "x1": "completed",
        "x9": "completed",
    }
    receipt = json.loads(story.vault.opened.objects.open(receipt_object(digest)))
    assert {"as_preserved": 2} in receipt["asked"]


# No safe-conduct, no row: every public function of the connectors.


def test_no_public_function_gives_a_row_without_a_safe_conduct(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    digest = story.call("propose", kind="safe-conduct", body=_body(story))["digest"]
    public = {name for name, _ in inspect.getmembers(Sources, inspect.isfunction) if not name.startswith("_")}
    assert public == {"find", "copy", "categories", "count", "customers_holding"}
    entry = story.vault.opened.entries.admit(
        story.proof("records.import", subject="records"),
        op="import",
        act="",
        kind="records.import",
        subject=None,
        facts={},
    )
    with pytest.raises(WrongEntryError):
        sources.copy(entry=entry, scope=Scope(()), category=Category.CALL_DETAIL)
    # Counts and customers' ids are all that the two others can answer: they return no records.
    assert inspect.signature(Sources.count).return_annotation == dict[tuple[int, Category], int]
    assert inspect.signature(Sources.customers_holding).return_annotation == set[str]
    find = {"digest": digest, "journey": JOURNEY, "category": Category.CALL_DETAIL}
    with pytest.raises(UnknownConsentError):
        sources.find(**{**find, "digest": "0" * 64})
    _refused(lambda: sources.find(**find), "SC-QUORUM")
    story.sign(digest, "ravi")
    _refused(lambda: sources.find(**find), "SC-QUORUM")
    story.sign(digest, "ines")
    with pytest.raises(LeaseTakenError):
        sources.find(**find)
    story.collect(digest)
    with pytest.raises(LeaseTakenError):
        sources.find(**find)


def test_a_lease_of_another_journey_or_a_category_outside_or_a_revocation_gives_no_row(
    story: Story, tmp_path: Path
) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    digest = story.approved()
    opened_vault = story.vault.opened
    body = opened_vault.consents.body(digest)
    with story.vault.store.writing():
        opened_vault.collector.leases.take(digest=digest, journey=JOURNEY, expires=body.expires, segments=[])
    # The control: with everything in place, rows come.
    assert isinstance(sources.find(digest=digest, journey=JOURNEY, category=Category.CALL_DETAIL), Answer)
    assert sources.find(digest=digest, journey=JOURNEY, category=Category.CALL_DETAIL).rows.num_rows == 2
    _refused(lambda: sources.find(digest=digest, journey="a" * 32, category=Category.CALL_DETAIL), "SC-LEASE-TAKEN")
    _refused(lambda: sources.find(digest=digest, journey=JOURNEY, category=Category.PAYMENT), "SC-NOT-IN-SCOPE")
    story.act("revoke", "government_requests.revoke", facts={"digest": digest}, digest=digest)
    _refused(lambda: sources.find(digest=digest, journey=JOURNEY, category=Category.CALL_DETAIL), "SC-REVOKED")


def _body(story: Story) -> dict[str, Any]:
    from tests.vaultd.story import conduct_body  # noqa: PLC0415 - for this one use

    return conduct_body(story)


def _refused(act: Callable[[], Any], code: str) -> None:
    with pytest.raises(SafeconductError) as refused:
        act()
    assert refused.value.code == code


# What comes is checked again here.

LIAR = """
import io, json, sys
import pyarrow as pa
from safeconduct.core.segments.tables import TABLES
from safeconduct.vaultd.connectors.frames import HEAD
asked = json.loads(sys.stdin.buffer.read())
row = json.loads(sys.argv[1])
from datetime import datetime
row["at"] = datetime.fromisoformat(row["at"])
rows = pa.Table.from_pylist([row], schema=TABLES["calls"].schema)
stream = io.BytesIO()
with pa.ipc.new_stream(stream, rows.schema) as writer:
    writer.write_table(rows)
frames = [(b"Q", json.dumps({"item": 0, "statement": "SELECT", "foreseen": 1}).encode()), (b"R", stream.getvalue())]
for word, data in [*frames, (b"D", b'{"rows": 1, "margin": 0}')]:
    sys.stdout.buffer.write(HEAD.pack(word, len(data)) + data)
"""


@pytest.mark.parametrize(
    ("change", "outside"),
    [
        ({}, False),
        ({"customer": "d" * 32}, True),
        ({"other_number": "+12025550199"}, True),
        ({"at": "2026-03-01T05:00:00+00:00"}, True),
        ({"at": "2026-02-01T04:59:59.999000+00:00"}, True),
        ({"at": "2026-02-01T05:00:00+00:00"}, False),
    ],
)
def test_a_row_outside_the_scope_ends_the_collection(
    story: Story, tmp_path: Path, change: dict[str, str], *, outside: bool
) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    row = call_rows().to_pylist()[0]
    row = row | {"at": row["at"].isoformat()} | change
    sources._command = (sys.executable, "-c", LIAR, json.dumps(row))
    digest = story.approved()
    if not outside:
        assert story.collect(digest)["counts"] == {"call_detail": 1}
        return
    with pytest.raises(OutsideScopeError, match="archive, calls"):
        story.collect(digest)
    assert story.vault.opened.collector.leases.state(digest) == "leased"
    assert not story.vault.opened.objects.has(receipt_object(digest))


@pytest.mark.parametrize("said", ["Q\\0\\0", "Q\\0\\0\\0\\2{}", "R\\0\\0\\0\\1x"])
def test_a_child_that_speaks_nonsense_is_not_believed(story: Story, tmp_path: Path, said: str) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    sources._command = (sys.executable, "-c", f"import sys; sys.stdin.read(); sys.stdout.write('{said}')")
    with pytest.raises((SourceUnreachableError, SourceShapeError)):
        story.collect(story.approved())


def test_a_store_that_failed_is_asked_again_by_the_same_journey(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    command, digest = sources._command, story.approved()
    sources._command = (sys.executable, "-c", "")
    with pytest.raises(SourceUnreachableError, match="archive"):
        story.collect(digest)
    sources._command = command
    assert story.collect(digest)["counts"] == {"call_detail": 2}


WRITES = """
from pathlib import Path
from safeconduct.vaultd.connectors import child
def answer(asked, write):
    import os
    assert not [name for name in os.environ if name != "LC_CTYPE"], "the environment is not empty"
    Path({path!r}).write_text("a clear row")
    return {{}}
child.answer = answer
child.main()
"""


def test_a_child_can_write_no_file_and_has_no_environment(story: Story, tmp_path: Path) -> None:
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    left = tmp_path / "left"
    sources._command = (sys.executable, "-c", WRITES.format(path=str(left)))
    with pytest.raises(SourceShapeError, match="OSError"):
        sources.customers_holding([{"kind": "phone", "value": NUMBER}])
    assert left.read_bytes() == b""


def test_more_rows_than_may_leave_are_refused_before_one_is_read(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    use(story, files_place(tmp_path, ZONED, calls()))
    limits = {"expires": "2026-07-02T21:00:00Z", "row_ceiling": 1}
    with pytest.raises(SourceCeilingError, match="2 match, 1 may leave"):
        story.collect(story.approved(limits=limits))


def test_a_row_that_the_mapping_cannot_read_ends_the_collection(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    strange = [calls()[0] | {"own_number": "not a number!"}]
    use(story, files_place(tmp_path, ZONED, strange))
    with pytest.raises(SourceRowError, match="calls: own_number: not_a_number"):
        story.collect(story.approved())


def test_the_schema_of_every_answer_is_ours(story: Story, tmp_path: Path) -> None:
    story.enrol_officer()
    sources = use(story, files_place(tmp_path, ZONED, calls()))
    digest = story.approved()
    body = story.vault.opened.consents.body(digest)
    with story.vault.store.writing():
        story.vault.opened.collector.leases.take(digest=digest, journey=JOURNEY, expires=body.expires, segments=[])
    found = sources.find(digest=digest, journey=JOURNEY, category=Category.CALL_DETAIL)
    assert found.rows.schema.equals(TABLES["calls"].schema)
