"""Executor grants: page keys of a signed scope and no other, counted, sealed to an executor that is enrolled."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import CUSTOMER, MATTER, OTHER, Story, call_rows, conduct_body

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.conduct.categories import Category
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.executors.grant import ExecutorGrant, open_grant
from safeconduct.core.executors.reading import read, tasks
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.core.segments.errors import SegmentDamagedError
from safeconduct.spark.stores import fetching
from safeconduct.vaultd import grants
from safeconduct.vaultd.authority import Authority

GRANT, JOURNEY, EXECUTOR = "9" * 32, "b" * 32, "spark-1"


@pytest.fixture
def identity(ready: Story) -> str:
    """Enrol one executor and return its secret."""
    secret, public = new_identity()
    ready.configuration.executors[EXECUTOR] = public
    ready.import_rows("calls", call_rows(OTHER, "o"))
    return secret


def ask(story: Story, digest: str, **changes: str) -> Any:
    told = {"digest": digest, "journey": JOURNEY, "grant": GRANT, "executor": EXECUTOR} | changes
    return story.act("grant_executor", "government_requests.grant_executor", facts=told, **told)


def opened(story: Story, answer: dict[str, Any], identity: str) -> ExecutorGrant:
    sealed = (story.configuration.outbox / answer["files"][0]["name"]).read_bytes()
    assert sha256_hex(sealed) == answer["files"][0]["sha256"]
    return open_grant(sealed, identity=identity, issuer=story.vault.opened.ring.signer("issuer").verifier)


def rows_of(story: Story, grant: ExecutorGrant, table: str, now: datetime | None = None) -> list[str]:
    fetch = fetching({"store": str(story.configuration.vault_store)})
    parts = [
        part for task in tasks(grant, table=table) for part in read(grant, task, fetch=fetch, now=now or grant.starts)
    ]
    return sorted(one for part in parts for one in part["record_id"].to_pylist())


def single_machine(story: Story, scope: Scope, category: Category) -> list[str]:
    records = story.vault.opened.records
    found: list[str] = (
        records.find(scope=scope, category=category, segments=records.pinned(MATTER)).rows["record_id"].to_pylist()
    )
    return found


def test_a_grant_reads_what_the_vault_itself_would_and_nothing_else(ready: Story, identity: str) -> None:
    answer = ask(ready, ready.approved())
    grant = opened(ready, answer, identity)
    assert rows_of(ready, grant, "calls") == single_machine(ready, grant.scope, Category.CALL_DETAIL) == ["r0", "r1"]
    assert rows_of(ready, grant, "subscribers") == ["s1"]
    assert rows_of(ready, grant, "message_contents") == []
    assert code_of(lambda: tasks(grant, table="payments")) == "SC-NOT-GRANTED"
    # Two tables of one customer; March and the other customer are not in the scope.
    named = {(one.place.table, pages.customer, one.month) for one in grant.segments for pages in one.held}
    assert named == {("calls", CUSTOMER, "2026-02"), ("subscribers", CUSTOMER, "")}
    assert (answer["keys"], answer["segments"], answer["customers"], answer["pages"]) == (2, 2, 1, 2)
    meter = ready.vault.store.one("SELECT used FROM meter WHERE what = 'executor_keys'")
    assert meter is not None
    assert meter["used"] == 2


def test_no_key_of_a_customer_an_index_or_a_directory_is_in_it(ready: Story, identity: str) -> None:
    grant = opened(ready, ask(ready, ready.approved()), identity)
    ring = ready.vault.opened.ring
    owners = [row["owner"] for row in ready.vault.store.all("SELECT owner FROM wrapped_key")]
    kept = {ring.newest(owner)[1] for owner in owners}
    given = {pages.key for one in grant.segments for pages in one.held}
    assert len(kept) > 3
    assert len(given) == 2
    assert not kept & given
    told = json.dumps(grant.as_json())
    assert not [key for key in kept if key.hex() in told]
    assert all(key.hex() not in repr(grant) and str(key) not in repr(grant) for key in given)


def test_a_page_key_opens_no_other_customers_pages(ready: Story, identity: str) -> None:
    grant = opened(ready, ask(ready, ready.approved()), identity)
    fetch = fetching({"store": str(ready.configuration.vault_store)})
    mine = next(one for one in grant.segments if one.place.table == "calls")
    theirs = _february_of_other(ready, mine.place.segment)

    def swapped(path: str, places: Sequence[tuple[int, int]]) -> list[bytes]:
        return fetch(path.replace(mine.place.segment, theirs), places)

    with pytest.raises(SegmentDamagedError, match="page 0 does not open"):
        list(mine.rows(mine.held[0], swapped))
    assert sum(part.num_rows for part in mine.rows(mine.held[0], fetch)) == 3


def _february_of_other(story: Story, mine: str) -> str:
    rows = story.vault.store.all("SELECT id FROM segment WHERE record_table = 'calls' AND id LIKE '%2026-02%'")
    (other,) = [row["id"] for row in rows if row["id"] != mine]
    return str(other)


def test_only_the_enrolled_executor_opens_it(ready: Story, identity: str) -> None:
    answer = ask(ready, ready.approved())
    with pytest.raises(SealError):
        opened(ready, answer, new_identity()[0])
    assert opened(ready, answer, identity).holder == fingerprint(ready.configuration.executors[EXECUTOR])


def test_no_standing_safe_conduct_no_keys(ready: Story, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del identity
    digest = ready.call("propose", kind="safe-conduct", body=conduct_body(ready))["digest"]
    outbox = ready.configuration.outbox
    assert code_of(lambda: ask(ready, digest)) == "SC-QUORUM"
    ready.sign(digest, "ravi")
    assert code_of(lambda: ask(ready, digest)) == "SC-QUORUM"
    assert code_of(lambda: ask(ready, digest, executor="spark-2")) == "SC-UNKNOWN-EXECUTOR"
    assert not list(outbox.glob("*executor*"))
    monkeypatch.setattr(Authority, "require", lambda *_: None)
    monkeypatch.setattr(type(ready.vault.opened.consents), "require_standing", lambda *_: None)
    assert ask(ready, digest, grant="8" * 32)["keys"] == 2
    assert list(outbox.glob("*executor*"))


def test_another_journey_revocation_and_end_refuse(ready: Story, identity: str) -> None:
    del identity
    digest = ready.approved()
    first = ask(ready, digest)
    assert ask(ready, digest) == first
    assert code_of(lambda: ask(ready, digest, grant="7" * 32, journey="d" * 32)) == "SC-LEASE-TAKEN"
    assert ready.collect(digest, JOURNEY)["counts"]
    assert ask(ready, digest, grant="7" * 32)["keys"] == 2
    ready.act("revoke", "government_requests.revoke", facts={"digest": digest}, digest=digest)
    assert code_of(lambda: ask(ready, digest, grant="6" * 32)) == "SC-REVOKED"


def test_keys_are_metered_for_each_matter_and_day(ready: Story, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del identity
    monkeypatch.setitem(grants.DAILY, "executor_keys", 3)
    digest = ready.approved()
    assert ask(ready, digest)["keys"] == 2
    assert code_of(lambda: ask(ready, digest, grant="7" * 32)) == "SC-BUDGET"


def test_a_grant_is_over_after_four_hours_or_with_the_safe_conduct(
    ready: Story, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = ready.approved(limits={"expires": "2026-06-18T16:00:00Z", "row_ceiling": 600})
    grant = opened(ready, ask(ready, digest), identity)
    assert grant.expires - grant.starts == timedelta(hours=1)
    assert code_of(lambda: rows_of(ready, grant, "calls", grant.expires)) == "SC-GRANT"
    assert code_of(lambda: rows_of(ready, grant, "calls", grant.starts - timedelta(seconds=1))) == "SC-GRANT"
    monkeypatch.setattr(ExecutorGrant, "check", lambda *_, **__: None)
    assert rows_of(ready, grant, "calls", grant.expires) == ["r0", "r1"]


def test_an_erased_customer_has_no_key_to_give(ready: Story, identity: str) -> None:
    digest = ready.approved()
    ready.vault.opened.ring.destroy(f"customer/{CUSTOMER}")
    answer = ask(ready, digest)
    assert (answer["keys"], answer["segments"]) == (0, 0)
    assert rows_of(ready, opened(ready, answer, identity), "calls") == []


def test_a_damaged_directory_gives_no_grant(ready: Story, identity: str) -> None:
    del identity
    digest = ready.approved()
    damaged: list[Path] = sorted((ready.configuration.vault_store / "segments" / "calls").glob("*/directory"))
    for path in damaged:
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        path.write_bytes(data)
    assert damaged
    assert code_of(lambda: ask(ready, digest)) == "SC-SEGMENT-DAMAGED"
    assert not list(ready.configuration.outbox.glob("*executor*"))
