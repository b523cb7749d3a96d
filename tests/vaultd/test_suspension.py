"""Whoever is suspended gets nothing from that moment on; only a younger call-back, signed by two, lifts it."""

from typing import Any

import pytest
from tests.vaultd.refusals import code_of
from tests.vaultd.story import Story, holder_body, officer_keys
from tests.vaultd.test_delivery import released
from tests.vaultd.test_enrolment import enrol

from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.vaultd.roster import NotEnrolledError

AGENCY = "calder-county"
LATER = "2026-06-19T09:00:00Z"


def suspend(story: Story, sort: str, subject: str, said: str = "") -> dict[str, Any]:
    proof = story.proof("senders.suspend", subject=subject, sort=said or sort)
    return story.call("suspend", sort=sort, subject=subject, proof=proof)


def fetch(story: Story, digest: str) -> bytes:
    data: bytes = story.vault.opened.delivery.package(digest=digest, person="officer-1")[1]
    return data


@pytest.mark.parametrize(("sort", "subject"), [("officer", "officer-1"), ("organisation", AGENCY)])
def test_a_released_package_locks_again_at_once(ready: Story, sort: str, subject: str) -> None:
    digest, _ = released(ready)
    assert fetch(ready, digest)[:2] == b"PK"
    assert suspend(ready, sort, subject)["suspended"] == 1
    assert code_of(lambda: fetch(ready, digest)) == "SC-NOT-ENROLLED"
    host = ready.configuration.faces["open"].host
    assert ready.vault.opened.roster.credentials("officer-1", host) == []
    assert ready.vault.opened.roster.key_is_suspended(fingerprint(officer_keys()[1]))


def test_nothing_leaves_to_whom_is_suspended_before_the_release(ready: Story) -> None:
    digest = ready.collect(ready.approved())["release_digest"]
    ready.sign(digest, "mara")
    suspend(ready, "organisation", AGENCY)
    assert code_of(lambda: ready.release(digest)) == NotEnrolledError.code
    assert list(ready.configuration.outbox.glob("*.age")) == []


def test_another_agencys_suspension_locks_nothing(ready: Story) -> None:
    digest, _ = released(ready)
    assert suspend(ready, "organisation", "dunmore-county")["suspended"] == 0
    assert suspend(ready, "officer", "officer-2")["suspended"] == 1
    assert fetch(ready, digest)[:2] == b"PK"


def test_an_entry_about_something_else_suspends_nobody(ready: Story) -> None:
    assert code_of(lambda: suspend(ready, "officer", "officer-1", said="organisation")) == "SC-WRONG-ENTRY"
    wrong = ready.proof("people.enrol", subject="officer-1", sort="officer")
    again = {"sort": "officer", "subject": "officer-1"}
    assert code_of(lambda: ready.call("suspend", **again, proof=wrong)) == "SC-WRONG-ENTRY"
    assert code_of(lambda: suspend(ready, "customer", "officer-1")) == "SC-SORT"
    assert ready.vault.opened.roster.holder("officer-1").person == "officer-1"


@pytest.mark.parametrize(("sort", "subject"), [("officer", "officer-1"), ("organisation", AGENCY)])
def test_only_a_younger_call_back_lifts_a_suspension(ready: Story, sort: str, subject: str) -> None:
    digest, _ = released(ready)
    before = holder_body(ready, id="7" * 32)
    ready.call("propose", kind="holder", body=before)
    ready.call("set_clock", now=LATER)
    suspend(ready, sort, subject)
    # Handed in before, and handed in since about a call that was made before: both are refused, though two sign.
    assert code_of(lambda: enrol(ready, "holder", before, "ravi", "ines")) == "SC-SUSPENDED"
    old_call = holder_body(ready, id="8" * 32)
    ready.call("set_clock", now="2026-06-19T10:00:00Z")
    assert code_of(lambda: enrol(ready, "holder", old_call, "ravi", "ines")) == "SC-SUSPENDED"
    assert code_of(lambda: fetch(ready, digest)) == "SC-NOT-ENROLLED"
    call = {"number_source": "Our directory", "by": ["aline", "dov"], "at": "2026-06-19T09:30:00Z"}
    fresh = holder_body(ready, id="9" * 32, call_back=call)
    assert code_of(lambda: enrol(ready, "holder", fresh, "ravi")) == "SC-QUORUM"
    assert enrol(ready, "holder", fresh, "ines") == {"enrolled": "officer-1"}
    assert fetch(ready, digest)[:2] == b"PK"


def test_the_same_suspension_told_again_answers_the_same(ready: Story) -> None:
    entry = ready.log.record("senders.suspend", "officer-1", "aline", sort="officer")
    first = ready.call("suspend", sort="officer", subject="officer-1", proof=ready.prove(entry))
    ready.call("set_clock", now=LATER)
    assert ready.call("suspend", sort="officer", subject="officer-1", proof=ready.prove(entry)) == first
