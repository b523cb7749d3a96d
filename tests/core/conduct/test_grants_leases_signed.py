import os
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.conduct.samples import ITEM, NOW, SAFE_CONDUCT, approval, changed

from safeconduct.core.conduct.bodies import parse
from safeconduct.core.conduct.grants import READ_CASE_LASTS, Forecast, GrantError, Maintain, Preserve, ReadCase
from safeconduct.core.conduct.leases import (
    ExpiredConductError,
    Lease,
    LeaseTakenError,
    RevokedConductError,
    take_lease,
)
from safeconduct.core.conduct.members import Role
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.conduct.signed import SignedConduct, SignedConductError, sign_conduct
from safeconduct.core.tlog.notes import NoteError, Signer, open_note, sign_note

SCOPE = Scope.from_json([ITEM])
WHEN = {"id": "g1", "matter": "m1", "starts": NOW, "expires": NOW + READ_CASE_LASTS}
ENDS = NOW + timedelta(days=2)


def test_grants_of_different_kinds_have_different_digests() -> None:
    made = [Forecast(scope=SCOPE, **WHEN), Preserve(scope=SCOPE, **WHEN), ReadCase(person="p", **WHEN)]
    made.append(Maintain(table="calls", **WHEN))
    assert len({one.digest for one in made}) == len(made)


@pytest.mark.parametrize(
    ("matter", "person", "kind", "now"),
    [
        ("m2", "p", "letter", NOW),
        ("m1", "q", "letter", NOW),
        ("m1", "p", "upload", NOW),
        ("m1", "p", "letter", NOW - timedelta(seconds=1)),
        ("m1", "p", "letter", NOW + READ_CASE_LASTS),
    ],
)
def test_a_reading_grant_opens_nothing_else(matter: str, person: str, kind: str, now: datetime) -> None:
    grant = ReadCase(person="p", **WHEN)
    grant.check_reader(matter="m1", person="p", kind="letter", now=NOW)
    with pytest.raises(GrantError):
        grant.check_reader(matter=matter, person=person, kind=kind, now=now)


def test_a_reading_grant_is_short() -> None:
    with pytest.raises(GrantError):
        ReadCase(person="p", **{**WHEN, "expires": NOW + READ_CASE_LASTS + timedelta(seconds=1)})


def lease(*, journey: str, existing: Lease | None, now: datetime = NOW, revoked: bool = False) -> Lease:
    return take_lease(
        digest="d",
        journey=journey,
        expires=ENDS,
        revoked=revoked,
        existing=existing,
        segments=("s1", "s2"),
        now=now,
    )


def test_a_journey_resumes_its_own_lease_and_no_other_opens_it() -> None:
    first = lease(journey="j1", existing=None)
    assert lease(journey="j1", existing=first, now=NOW + timedelta(hours=1)) == first
    with pytest.raises(LeaseTakenError):
        lease(journey="j2", existing=first)
    with pytest.raises(LeaseTakenError):
        lease(journey="j1", existing=first, now=NOW - timedelta(seconds=1))


def test_a_lease_is_of_one_digest_and_resumes_from_its_first_instant_on() -> None:
    first = lease(journey="j1", existing=None)
    assert lease(journey="j1", existing=first, now=first.begun) == first
    with pytest.raises(LeaseTakenError):
        lease(journey="j1", existing=replace(first, digest="e" * 64))


def test_expiry_and_revocation_stop_even_a_lease_that_runs() -> None:
    first = lease(journey="j1", existing=None)
    for existing in (None, first):
        with pytest.raises(ExpiredConductError):
            lease(journey="j1", existing=existing, now=ENDS)
        with pytest.raises(RevokedConductError):
            lease(journey="j1", existing=existing, revoked=True)


@given(st.lists(st.tuples(st.sampled_from(["j1", "j2", "j3"]), st.integers(-3, 60), st.booleans()), max_size=30))
def test_over_any_history_one_journey_at_most_ever_holds_the_lease(tries: list[tuple[str, int, bool]]) -> None:
    held: Lease | None = None
    holders = set()
    for journey, hours, revoked in tries:
        try:
            held = lease(journey=journey, existing=held, now=NOW + timedelta(hours=hours), revoked=revoked)
        except (LeaseTakenError, ExpiredConductError, RevokedConductError):
            continue
        holders.add(held.journey)
        assert not revoked
        assert hours < 48
    assert len(holders) <= 1


def test_a_signed_safe_conduct_opens_and_any_other_signature_or_content_does_not() -> None:
    body = parse("safe-conduct", SAFE_CONDUCT)
    issuer, other = Signer("issuer.example", os.urandom(32)), Signer("issuer.example", os.urandom(32))
    approvals = [approval("ines", Role.APPROVER, body.digest), approval("ravi", Role.COUNSEL, body.digest)]

    def opened(note: str) -> str:
        return open_note(note, [issuer.verifier]).text

    made = sign_conduct(body=body, approvals=approvals, sign=lambda text: sign_note(text, issuer))
    value = made.as_json()
    assert SignedConduct.from_json(value, open_note=opened).body == body
    forged = sign_conduct(body=body, approvals=approvals, sign=lambda text: sign_note(text, other))
    with pytest.raises(NoteError):
        SignedConduct.from_json(forged.as_json(), open_note=opened)
    with pytest.raises(SignedConductError):
        SignedConduct.from_json(changed(value, "body.limits.row_ceiling", 9), open_note=opened)
    with pytest.raises(SignedConductError):
        SignedConduct.from_json({**value, "approvals": value["approvals"][:1]}, open_note=opened)
    with pytest.raises(SignedConductError):
        SignedConduct.from_json(changed(value, "approvals.0.person", "else"), open_note=opened)
