"""Every operation of the vault process, tried without a valid safe-conduct: no row. With one: its page keys exactly."""

import json
import random
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from tests import soaking
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.vaultd.story import CUSTOMER, MATTER, NUMBER, OTHER, Story, call_rows, conduct_body, sealed

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.segments.layout import Place, SegmentKeys
from safeconduct.vaultd.operations import OPERATIONS

JOURNEY = "b" * 32
KINDS = (
    *("government_requests.authorise", "government_requests.release", "government_requests.preserve"),
    *("government_requests.open_case", "government_requests.issue_letter", "government_requests.grant_executor"),
    *("records.import", "records.erase_customer", "records.place_customer", "vault.rotate", "vault.renew"),
)
MARKS = ("only-in-rows", "+12025559", "marker body")


def marked(count: int = 40) -> dict[str, pa.Table]:
    """Return rows of every customer whose ids, numbers and words stand nowhere else."""
    made = {}
    for table in ("calls", "message_contents", "subscribers"):
        rows = make_rows(table, count, seed=9)
        columns = {name: rows[name] for name in rows.column_names}
        columns["record_id"] = pa.array([f"only-in-rows-{table}-{number}" for number in range(count)])
        columns["customer"] = pa.array([(CUSTOMER, OTHER, CUSTOMERS[0])[number % 3] for number in range(count)])
        if "other_number" in columns:
            columns["other_number"] = pa.array([f"+12025559{number:03d}" for number in range(count)])
        if "body" in columns:
            columns["body"] = pa.array([f"marker body {number}" for number in range(count)])
        if "name" in columns:
            columns["name"] = pa.array([f"marker body {number}" for number in range(count)])
        made[table] = pa.table(columns, schema=rows.schema)
    return made


class Pool:
    """Plausible words for every member of every operation; none is a safe-conduct that two people signed."""

    def __init__(self, story: Story, source: random.Random) -> None:
        self.story, self.source = story, source
        changes = {"id": "3" * 32}
        self.unsigned = str(story.call("propose", kind="safe-conduct", body=conduct_body(story, **changes))["digest"])
        self.half = str(story.call("propose", kind="safe-conduct", body=conduct_body(story, id="4" * 32))["digest"])
        story.sign(self.half, "ravi")
        self.over = story.approved(id="5" * 32)
        story.act("revoke", "government_requests.revoke", facts={"digest": self.over}, digest=self.over)
        self.object = sealed(story, "paper", b"only a paper")

    def proof(self, facts: dict[str, Any]) -> dict[str, Any]:
        kind = self.source.choice(KINDS)
        subject = self.source.choice([MATTER, CUSTOMER, "records", *map(str, facts.values())])
        return self.story.prove(self.story.log.record(kind, subject, "aline", **facts))

    def of(self, name: str, member: str, kind: type) -> Any:
        digests = [self.unsigned, self.half, self.over, sha256_hex(b"nothing")]
        words: dict[str, list[Any]] = {
            "digest": digests,
            "matter": [MATTER, "9" * 32],
            "customer": [CUSTOMERS[1], "8" * 32],
            "journey": [JOURNEY, "7" * 32],
            "case_file": [self.object],
            "objects": [[self.object], []],
            "kind": ["safe-conduct", "release", "holder", "phone", "report"],
            "values": [[NUMBER]],
            "owner": [{"matter": MATTER}, {"customer": CUSTOMER}, "directory"],
            "body": [conduct_body(self.story), {}],
            "grant": ["6" * 32],
            "executor": ["spark"],
            "region": ["own-disk"],
            "until": ["2026-08-01T00:00:00Z"],
            "asked": ["2026-06-01T00:00:00Z"],
            "now": ["2026-06-18T15:00:00Z"],
            "epoch": [self.story.call("keys")["next"], "2026-07"],
        }
        plain: dict[type, list[Any]] = {
            str: ["x", MATTER],
            int: [0, 3],
            dict: [{}],
            list: [[]],
            object: ["directory"],
            bool: [True],
        }
        del name
        return self.source.choice(words.get(member) or plain[kind])


def test_no_operation_answers_a_row_without_a_safe_conduct(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for table, rows in marked().items():
        ready.vault.opened.records.write(table=table, rows=rows, prefix="marked")
    source = random.Random(soaking.seed("no row without"))  # noqa: S311 - repeatable tests
    pool, tried, answered = Pool(ready, source), Counter[str](), Counter[str]()
    derived, looked = watch(monkeypatch), set()
    before = {path.name for path in ready.configuration.outbox.glob("*")}
    skipped = {"seal_vault", "unseal", "rotate_root"}
    for name, operation in OPERATIONS.items():
        if name in skipped:
            continue
        for _ in range(soaking.count(6, 300)):
            payload = {
                member: pool.of(name, member, kind)
                for member, kind in operation.members.items()
                if member != "proof" and (member not in operation.optional or source.random() < 0.5)
            }
            if "proof" in operation.members:
                simple = {key: value for key, value in payload.items() if isinstance(value, str | int)}
                simple = {key: value for key, value in simple.items() if key not in ("kind", "subject", "person")}
                payload["proof"] = pool.proof(simple)
            tried[name] += 1
            derived.clear()
            try:
                said = json.dumps(ready.call(name, **payload))
                answered[name] += 1
            except SafeconductError as error:
                said = json.dumps(error.as_json())
            assert not [mark for mark in MARKS if mark in said], name
            looked |= {name} if derived else set()
    assert set(tried) == set(OPERATIONS) - skipped
    assert len(answered) > 8
    assert not {path.name for path in ready.configuration.outbox.glob("*")} - before
    assert not ready.vault.store.all("SELECT * FROM object WHERE kind IN ('package', 'receipt')")
    # Only what looks whether the store is whole, and answers counts, came so far as to a page's key.
    assert looked == {"check_records"}
    soaking.report("no row without", operations=len(tried), tries=sum(tried.values()), answers=sum(answered.values()))


def watch(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, str]]:
    """Note in which table and segment, and for whom, a page key is derived."""
    noted: set[tuple[str, str, str]] = set()
    derive = Place.page_key

    def deriving(place: Place, keys: SegmentKeys, customer: str) -> tuple[bytes, bytes, bytes]:
        noted.add((place.table, place.segment, customer))
        return derive(place, keys, customer)

    monkeypatch.setattr(Place, "page_key", deriving)
    return noted


def test_a_safe_conduct_derives_the_keys_of_its_customers_tables_and_segments(
    ready: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = ready.vault.opened.records
    for table, rows in marked().items():
        records.write(table=table, rows=rows, prefix="marked")
    records.write(table="calls", rows=call_rows(OTHER, "other"), prefix="other")
    records.write(table="payments", rows=make_rows("payments", 30), prefix="pay")
    digest = ready.approved()
    item = Scope.from_json(conduct_body(ready)["scope"]).items[0]
    asked = {"selectors": [{"kind": "phone", "value": NUMBER}], "window": (item.window.start, item.window.end)}
    holding = {
        (one.table, one.id, CUSTOMER)
        for one in records.pinned(MATTER)
        if one.table in ("calls", "message_contents", "subscribers")
        and records.reader(one).find(customer=CUSTOMER, **asked).num_rows
    }
    noted = watch(monkeypatch)
    told = ready.collect(digest)
    assert told["counts"]["call_detail"] == 2
    in_scope = {
        (one.table, one.id, CUSTOMER)
        for one in records.pinned(MATTER)
        if one.table in ("calls", "message_contents", "subscribers") and CUSTOMER in records.reader(one).customers
    }
    assert holding <= noted <= in_scope
    assert len(holding) == 2
    # The control: whoever looked at everybody would be noticed here.
    for one in records.pinned(MATTER):
        records.reader(one).check()
    assert {customer for _, _, customer in noted} > {CUSTOMER}
