"""Every gate refuses by itself; beside each stands the control that opens once only that gate is taken away."""

from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import (
    CUSTOMER,
    MATTER,
    NUMBER,
    Story,
    call_rows,
    conduct_body,
    officer_keys,
)

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.leases import LeaseTakenError
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.tables import TABLES
from safeconduct.vaultd import collector
from safeconduct.vaultd.authority import Authority
from safeconduct.vaultd.connectors.sources import Answer, Sources
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.records import Records

JOURNEY = "b" * 32


def proposed(story: Story, *signers: str, **changes: JsonValue) -> str:
    """Propose a safe-conduct and have some people sign it."""
    digest: str = story.call("propose", kind="safe-conduct", body=conduct_body(story, **changes))["digest"]
    for person in signers:
        story.sign(digest, person)
    return digest


def nothing(*_: JsonValue, **__: JsonValue) -> None:
    """Stand where a gate stood."""


def test_one_approval_is_not_enough(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = proposed(ready, "ravi")
    assert code_of(lambda: ready.collect(digest)) == "SC-QUORUM"
    monkeypatch.setattr(Authority, "approved", nothing)
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_an_expired_one_opens_nothing(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    ready.call("set_clock", now="2026-07-02T21:00:00Z")
    assert code_of(lambda: ready.collect(digest)) == "SC-EXPIRED"
    monkeypatch.setattr(Consents, "require_standing", nothing)
    monkeypatch.setattr(Authority, "approved", nothing)
    monkeypatch.setattr("safeconduct.core.conduct.leases.check_standing", nothing)
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_a_revoked_one_opens_nothing(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    ready.act("revoke", "government_requests.revoke", facts={"digest": digest}, digest=digest)
    assert code_of(lambda: ready.collect(digest)) == "SC-REVOKED"
    monkeypatch.setattr(Consents, "require_standing", nothing)
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_an_entity_that_is_not_ours_is_no_domestic_ground(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    served = {"id": "northwind-ie", "name": "Northwind Messaging Ltd", "country": "US"}
    digest = proposed(ready, "ravi", "ines", served_entity=served)
    assert code_of(lambda: ready.collect(digest)) == "SC-GROUND"
    monkeypatch.setattr(Authority, "domestic", nothing)
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_law_past_its_review_opens_nothing_whatever_day_the_body_names(ready: Story) -> None:
    ready.call("set_clock", now="2031-01-01T00:00:00Z")
    limits = {"expires": "2031-01-05T00:00:00Z", "row_ceiling": 600}
    digest = proposed(ready, "ravi", "ines", limits=limits)
    assert code_of(lambda: ready.collect(digest)) == "SC-UNSIGNED-LAW"


def test_unsigned_law_opens_nothing(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    ready.configuration.overlay.write_text(SignOffs(demonstration=True).text, "utf-8")
    assert code_of(lambda: ready.collect(digest)) == "SC-UNSIGNED-LAW"
    monkeypatch.setattr(Authority, "lawful", nothing)
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_another_edition_of_the_law_opens_nothing(ready: Story) -> None:
    ground = conduct_body(ready)["ground"] | {"edition": "0" * 64}
    digest = proposed(ready, "ravi", "ines", ground=ground)
    assert code_of(lambda: ready.collect(digest)) == "SC-UNSIGNED-LAW"


def test_a_suspended_officer_gets_nothing(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    with ready.vault.store.writing():
        ready.vault.opened.roster.suspend_holder("officer-1", "2026-06-18T15:00:00Z")
    assert code_of(lambda: ready.collect(digest)) == "SC-NOT-ENROLLED"
    monkeypatch.setattr(Authority, "holders", lambda *_: [])
    assert ready.collect(digest)["counts"]["call_detail"] == 2


def test_a_key_that_was_not_approved_gets_nothing(ready: Story) -> None:
    holders = [conduct_body(ready)["holders"][0] | {"key_fingerprint": "0" * 64}]
    digest = proposed(ready, "ravi", "ines", holders=holders)
    assert code_of(lambda: ready.collect(digest)) == "SC-HOLDER-KEY"


def test_more_rows_than_the_ceiling_are_refused(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = proposed(ready, "ravi", "ines", limits={"expires": "2026-07-02T21:00:00Z", "row_ceiling": 2})
    assert code_of(lambda: ready.collect(digest)) == "SC-ROW-CEILING"
    original = collector.pack
    monkeypatch.setattr(collector, "pack", lambda **given: original(**given | {"body": Raised(given["body"])}))
    assert ready.collect(digest)["counts"]["call_detail"] == 2


class Raised:
    """A body whose ceiling is taken away."""

    def __init__(self, body: JsonValue) -> None:
        self._body = body

    def __getattr__(self, name: str) -> JsonValue:
        return 10**9 if name == "row_ceiling" else getattr(self._body, name)


def test_a_lease_is_not_opened_twice(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    first = ready.collect(digest)
    reads: list[Any] = []
    find = Records.find
    monkeypatch.setattr(Records, "find", lambda self, **given: reads.append(given) or find(self, **given))
    assert ready.collect(digest) == first
    assert code_of(lambda: ready.collect(digest, "9" * 32)) == "SC-LEASE-TAKEN"
    assert reads == []
    monkeypatch.setattr(Leases, "take", lambda _, **given: (None, given["segments"]))
    # The company's own stores ask for the lease once more; with both lifted, rows are read again.
    assert code_of(lambda: ready.collect(digest, "8" * 32)) == "SC-LEASE-TAKEN"
    empty = TABLES["calls"].schema.empty_table()
    monkeypatch.setattr(Sources, "find", lambda _, **__: Answer(empty, ()))
    reads.clear()
    assert code_of(lambda: ready.collect(digest, "8" * 32)) == "SC-OBJECT-EXISTS"
    assert reads != []


def test_a_journey_serves_one_safe_conduct(ready: Story) -> None:
    first = ready.approved()
    ready.collect(first)
    second = proposed(ready, "ravi", "ines", id="3" * 32)
    with pytest.raises(LeaseTakenError):
        ready.collect(second)


def test_an_entry_serves_one_act(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    facts = {"digest": digest, "journey": JOURNEY}
    entry = ready.log.record("government_requests.authorise", MATTER, **facts)
    made = ready.call("collect", digest=digest, journey=JOURNEY, proof=ready.prove(entry))
    assert ready.call("collect", digest=digest, journey=JOURNEY, proof=ready.prove(entry)) == made
    entries = ready.vault.opened.entries

    def again() -> JsonValue:
        kind = "government_requests.authorise"
        return entries.admit(ready.prove(entry), op="forecast", act="other", kind=kind, subject=MATTER, facts=facts)

    assert code_of(again) == "SC-USED-ENTRY"
    monkeypatch.setattr(Entries, "_bind", nothing)
    assert again().index == entry


@pytest.mark.parametrize(
    ("kind", "subject", "facts"),
    [
        ("government_requests.release", MATTER, {}),
        ("government_requests.authorise", "9" * 32, {}),
        ("government_requests.authorise", MATTER, {"journey": "9" * 32}),
        ("government_requests.authorise", MATTER, {"digest": "9" * 64}),
    ],
)
def test_an_entry_about_something_else_is_refused(
    ready: Story, kind: str, subject: str, facts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = ready.approved()
    proof = ready.proof(kind, subject=subject, **({"digest": digest, "journey": JOURNEY} | facts))
    assert code_of(lambda: ready.call("collect", digest=digest, journey=JOURNEY, proof=proof)) == "SC-WRONG-ENTRY"
    monkeypatch.setattr(Entries, "_match", nothing)
    assert ready.call("collect", digest=digest, journey=JOURNEY, proof=proof)["bytes"] > 0


def test_a_stale_head_is_named_and_a_forked_log_refused(ready: Story) -> None:
    digest = ready.approved()
    entry = ready.log.record("government_requests.authorise", MATTER, digest=digest, journey=JOURNEY)
    stale = ready.log.proof(entry, 0)
    with pytest.raises(SafeconductError) as refused:
        ready.call("collect", digest=digest, journey=JOURNEY, proof=stale)
    assert refused.value.code == "SC-STALE-HEAD"
    assert refused.value.as_json()["size"] == str(ready.vault.opened.heads.last("private").size)
    fork = type(ready.log)()
    for opening, _ in ready.log.openings:
        fork.record(opening["kind"], opening["subject"], **opening["facts"])
    forked = fork.proof(entry, ready.vault.opened.heads.last("private").size)
    assert code_of(lambda: ready.call("collect", digest=digest, journey=JOURNEY, proof=forked)) == "SC-PROOF"


def test_an_altered_opening_is_refused(ready: Story) -> None:
    digest = ready.approved()
    proof = ready.proof("government_requests.authorise", digest="0" * 64, journey=JOURNEY)
    proof["opening"] = proof["opening"] | {"facts": {"digest": digest, "journey": JOURNEY}}
    assert code_of(lambda: ready.call("collect", digest=digest, journey=JOURNEY, proof=proof)) == "SC-PROOF"


def test_the_requester_does_not_count(ready: Story) -> None:
    digest = proposed(ready, requested_by="ravi")
    assert code_of(lambda: ready.sign(digest, "ravi")) == "SC-MAY-NOT-SIGN"


def test_one_person_does_not_count_twice(ready: Story) -> None:
    digest = proposed(ready, "ravi")
    assert code_of(lambda: ready.sign(digest, "ravi")) == "SC-ALREADY-SIGNED"
    assert code_of(lambda: ready.collect(digest)) == "SC-QUORUM"


def test_the_preparer_is_no_second_reader(ready: Story) -> None:
    digest = ready.approved()
    facts = {"digest": digest, "journey": JOURNEY}
    made = ready.act(
        "collect", "government_requests.authorise", person="mara", facts=facts, digest=digest, journey=JOURNEY
    )
    assert code_of(lambda: ready.sign(made["release_digest"], "mara")) == "SC-MAY-NOT-SIGN"
    assert code_of(lambda: ready.release(made["release_digest"])) == "SC-QUORUM"


def test_a_release_needs_a_second_reader_and_stands_only_with_its_safe_conduct(ready: Story) -> None:
    digest = ready.approved()
    made = ready.collect(digest)
    assert code_of(lambda: ready.release(made["release_digest"])) == "SC-QUORUM"
    ready.sign(made["release_digest"], "mara")
    ready.act("revoke", "government_requests.revoke", facts={"digest": digest}, digest=digest)
    assert code_of(lambda: ready.release(made["release_digest"])) == "SC-REVOKED"
    assert not ready.configuration.outbox.exists()


def test_nobody_else_proposes_a_release(ready: Story) -> None:
    digest = ready.approved()
    made = ready.collect(digest)
    body = ready.vault.opened.consents.body(made["release_digest"]).as_json()
    assert ready.call("propose", kind="release", body=body)["digest"] == made["release_digest"]
    changed = body | {"manifest_root": "0" * 64}
    assert code_of(lambda: ready.call("propose", kind="release", body=changed)) == "SC-UNKNOWN-CONSENT"


def test_a_changed_body_has_none_of_the_approvals(ready: Story) -> None:
    ready.approved()
    wider = conduct_body(ready)["scope"][0] | {"selectors": [{"kind": "account", "value": CUSTOMER}]}
    changed = proposed(ready, scope=[wider])
    assert code_of(lambda: ready.collect(changed)) == "SC-QUORUM"


def test_a_body_altered_in_the_store_does_not_open(ready: Story) -> None:
    digest = ready.approved()
    other = proposed(ready, id="4" * 32)
    row = ready.vault.store.one("SELECT body_sealed FROM consent WHERE digest = ?", (other,))
    assert row is not None
    ready.vault.store.run("UPDATE consent SET body_sealed = ? WHERE digest = ?", (row["body_sealed"], digest))
    assert code_of(lambda: ready.collect(digest)) == "SC-SEAL"


def test_a_decline_is_final(ready: Story) -> None:
    digest = proposed(ready, "ravi")
    consents = ready.vault.opened.consents
    consents.decline(consents.body(digest), "ines", "Too broad.")
    assert code_of(lambda: ready.sign(digest, "petra")) == "SC-DECLINED"
    assert code_of(lambda: ready.collect(digest)) == "SC-DECLINED"


def test_what_is_found_is_filtered_again(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentReader, "find", lambda self, **_: call_rows() if "calls" in self._name else _empty(self))
    made = ready.collect(ready.approved())
    assert made["counts"]["call_detail"] == 2


def _empty(reader: JsonValue) -> JsonValue:
    return reader._spec.schema.empty_table()


def test_nothing_personal_stands_in_clear_in_the_store(ready: Story) -> None:
    made = ready.collect(ready.approved())
    ready.sign(made["release_digest"], "mara")
    ready.release(made["release_digest"])
    ready.vault.store.run("PRAGMA wal_checkpoint(TRUNCATE)")
    markers = [NUMBER, "Markerby", "Tern & Lowe", "Marrow", "Ravi Tester", officer_keys()[1], "Calder"]
    files = [path for path in ready.configuration.root.rglob("*") if path.is_file()]
    assert len(files) > 10
    data = {path: path.read_bytes() for path in files}
    assert [(marker, path) for marker in markers for path in files if marker.encode() in data[path]] == []
    assert any(b"log.northwind.example" in content for content in data.values())


def test_a_sealed_vault_answers_two_calls_only(ready: Story) -> None:
    ready.call("seal_vault")
    assert ready.call("status")["sealed"]
    assert code_of(lambda: ready.call("directory_names", objects=[])) == "SC-SEALED"
    assert code_of(lambda: ready.call("seal", kind="paper", owner="directory", data="")) == "SC-SEALED"
