from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.conduct.samples import (
    ALL,
    LATER,
    NOW,
    ORIGIN,
    RELEASE,
    SAFE_CONDUCT,
    approval,
    changed,
    enrolled,
    passkey_of,
)

from safeconduct.core.conduct.approvals import APPROVAL_LASTS, QUORUMS, Approval, Enrolled, QuorumError, check_quorum
from safeconduct.core.conduct.bodies import BODIES, Body, parse
from safeconduct.core.conduct.members import Role
from safeconduct.core.conduct.passkeys import PasskeyError
from safeconduct.core.conduct.shapes import BodyError

CONDUCT = parse("safe-conduct", SAFE_CONDUCT)
PEOPLE = {
    "asker": enrolled(Role.APPROVER, Role.SECOND_READER, Role.COUNSEL, passkeys=("asker",)),
    "preparer": enrolled(Role.SECOND_READER, passkeys=("preparer",)),
    "ines": enrolled(Role.APPROVER, passkeys=("ines", "ines-second")),
    "ravi": enrolled(Role.COUNSEL, passkeys=("ravi",)),
    "mara": enrolled(Role.SECOND_READER, Role.ANALYST, passkeys=("mara",)),
    "dov": enrolled(Role.ANALYST, passkeys=("dov",)),
    "f" * 32: enrolled(Role.APPROVER, passkeys=("f" * 32,)),
}


def quorum(*approvals: Approval, body: Body = CONDUCT, roster: dict[str, Enrolled] | None = None) -> list[str]:
    found = check_quorum(body=body, approvals=approvals, roster=roster or PEOPLE, now=LATER)
    return [one.person for one in found]


def by(person: str, role: Role, **other: object) -> Approval:
    return approval(person, role, CONDUCT.digest, **other)


def test_two_different_persons_open_a_safe_conduct() -> None:
    assert set(quorum(by("ines", Role.APPROVER), by("ravi", Role.COUNSEL))) == {"ines", "ravi"}


@pytest.mark.parametrize(
    "second",
    [
        by("ines", Role.APPROVER, passkey="ines-second"),
        by("asker", Role.APPROVER),
        by("asker", Role.COUNSEL),
        by("f" * 32, Role.APPROVER),
        by("mara", Role.SECOND_READER),
        by("ravi", Role.APPROVER),
        by("stranger", Role.APPROVER),
        by("ravi", Role.COUNSEL, passkey="another device"),
        by("ravi", Role.COUNSEL, at=LATER + timedelta(seconds=1)),
        by("ravi", Role.COUNSEL, at=LATER - APPROVAL_LASTS),
        approval("ravi", Role.COUNSEL, "00" * 32),
    ],
)
def test_a_second_approval_that_does_not_count_leaves_one(second: Approval) -> None:
    with pytest.raises(QuorumError, match="needs 2, has 1"):
        quorum(by("ines", Role.APPROVER), second)


def test_one_passkey_under_two_names_counts_once() -> None:
    shared = {
        "ines": enrolled(Role.APPROVER, passkeys=("ines",)),
        "alias": enrolled(Role.APPROVER, passkeys=("ines",)),
    }
    with pytest.raises(QuorumError, match="repeat"):
        quorum(by("ines", Role.APPROVER), by("alias", Role.APPROVER, passkey="ines"), roster=shared)


def test_a_changed_scope_voids_the_approvals() -> None:
    wider = parse("safe-conduct", changed(SAFE_CONDUCT, "limits.row_ceiling", 5001))
    with pytest.raises(QuorumError, match="2 for another digest"):
        quorum(by("ines", Role.APPROVER), by("ravi", Role.COUNSEL), body=wider)


def test_a_person_off_the_roster_no_longer_counts() -> None:
    rest = {name: person for name, person in PEOPLE.items() if name != "ravi"}
    with pytest.raises(QuorumError, match="not on the roster"):
        quorum(by("ines", Role.APPROVER), by("ravi", Role.COUNSEL), roster=rest)


def test_the_preparer_cannot_release_and_a_second_reader_can() -> None:
    body = parse("release", RELEASE)
    for person in ("asker", "preparer"):
        with pytest.raises(QuorumError, match="excluded"):
            quorum(approval(person, Role.SECOND_READER, body.digest), body=body)
    assert quorum(approval("mara", Role.SECOND_READER, body.digest), body=body) == ["mara"]


def test_every_kind_of_body_has_a_quorum() -> None:
    assert set(QUORUMS) == set(BODIES) == set(ALL)


names = st.sampled_from(["asker", "preparer", "ines", "ravi", "mara", "dov", "f" * 32, "stranger"])
MADE = {
    (kind, person, role, device): approval(person, role, parse(kind, body).digest, passkey=device)
    for kind, body in ALL.items()
    for person in ("asker", "preparer", "ines", "ravi", "mara", "dov", "f" * 32, "stranger")
    for role in (Role.APPROVER, Role.COUNSEL, Role.SECOND_READER, Role.ANALYST)
    for device in (person, "ines-second")
}


@given(st.sampled_from([*ALL]), st.lists(st.sampled_from([*MADE.values()]), max_size=8))
def test_whoever_counts_is_distinct_permitted_and_enrolled(kind: str, approvals: list[Approval]) -> None:
    body = parse(kind, ALL[kind])
    try:
        counted = check_quorum(body=body, approvals=approvals, roster=PEOPLE, now=LATER)
    except QuorumError:
        return
    persons = {one.person for one in counted}
    assert len(persons) == len(counted) >= QUORUMS[kind].persons
    assert not persons & body.excluded
    assert all(one.digest == body.digest and one.role in PEOPLE[one.person].roles for one in counted)
    assert len({one.credential_id for one in counted}) == len(counted)


def test_an_approval_survives_its_json_and_its_evidence_checks_again() -> None:
    made = by("ines", Role.APPROVER)
    again = Approval.from_json(made.as_json())
    assert again == made
    credential = passkey_of("ines").credential()
    assert again.check(credential=credential, origin=ORIGIN) == credential
    forged = Approval.from_json({**made.as_json(), "digest": "00" * 32})
    with pytest.raises(PasskeyError):
        forged.check(credential=credential, origin=ORIGIN)


@pytest.mark.parametrize("member", ["person", "role", "digest", "at", "expires", "nonce", "assertion", "surplus"])
def test_an_approval_with_a_wrong_member_is_refused(member: str) -> None:
    with pytest.raises(BodyError):
        Approval.from_json({**by("ines", Role.APPROVER).as_json(), member: 7})


def test_an_approval_that_claims_a_longer_life_does_not_get_it() -> None:
    pair = [by("ines", Role.APPROVER), by("ravi", Role.COUNSEL)]
    long = [replace(one, expires=one.at + 10 * APPROVAL_LASTS) for one in pair]
    with pytest.raises(QuorumError, match="2 expired"):
        check_quorum(body=CONDUCT, approvals=long, roster=PEOPLE, now=NOW + APPROVAL_LASTS)


def test_an_approval_ends_exactly_when_it_says() -> None:
    pair = (by("ines", Role.APPROVER), by("ravi", Role.COUNSEL))
    last = NOW + APPROVAL_LASTS
    assert check_quorum(body=CONDUCT, approvals=pair, roster=PEOPLE, now=last - timedelta(microseconds=1))
    with pytest.raises(QuorumError, match="2 expired"):
        check_quorum(body=CONDUCT, approvals=pair, roster=PEOPLE, now=last)
