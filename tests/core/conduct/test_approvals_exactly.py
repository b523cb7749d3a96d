"""Each decision of the quorum by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.core.conduct.samples import ALL, LATER, NOW, approval, enrolled
from tests.core.conduct.test_approvals import CONDUCT, PEOPLE, by, quorum

from safeconduct.core.conduct.approvals import APPROVAL_LASTS, QUORUMS, Approval, QuorumError, check_quorum
from safeconduct.core.conduct.bodies import parse
from safeconduct.core.conduct.members import Role
from safeconduct.core.conduct.shapes import BodyError


def test_the_quorums_are_these() -> None:
    found = {kind: (one.persons, sorted(map(str, one.roles))) for kind, one in QUORUMS.items()}
    assert found == {
        "safe-conduct": (2, ["approver", "counsel"]),
        "release": (1, ["second_reader"]),
        "letter": (1, ["approver", "counsel"]),
        "holder": (2, ["analyst", "approver", "counsel"]),
        "roster": (2, ["approver"]),
    }
    assert timedelta(days=7) == APPROVAL_LASTS


@pytest.mark.parametrize("kind", sorted(ALL))
def test_one_person_less_than_the_quorum_is_refused_and_the_quorum_is_enough(kind: str) -> None:
    body = parse(kind, ALL[kind])
    able = {"ines": Role.APPROVER, "ravi": Role.COUNSEL, "mara": Role.SECOND_READER, "dov": Role.ANALYST}
    roster = PEOPLE | {"una": enrolled(Role.APPROVER, passkeys=("una",))}
    names = [name for name, role in (able | {"una": Role.APPROVER}).items() if role in QUORUMS[kind].roles]
    given = [approval(name, (able | {"una": Role.APPROVER})[name], body.digest) for name in names]
    wanted = QUORUMS[kind].persons
    assert len(quorum(*given[:wanted], body=body, roster=roster)) == wanted
    with pytest.raises(QuorumError, match=f"needs {wanted}, has {wanted - 1}; not counted: none\\."):
        quorum(*given[: wanted - 1], body=body, roster=roster)


def test_of_one_persons_two_approvals_the_first_counts_and_the_other_is_a_repeat() -> None:
    first, again = (
        by("ines", Role.APPROVER),
        by("ines", Role.APPROVER, passkey="ines-second", at=NOW + timedelta(hours=1)),
    )
    counted = check_quorum(body=CONDUCT, approvals=[again, first, by("ravi", Role.COUNSEL)], roster=PEOPLE, now=LATER)
    assert [one for one in counted if one.person == "ines"] == [first]
    with pytest.raises(QuorumError, match=r"not counted: 1 repeat\."):
        quorum(first, again)
    with pytest.raises(QuorumError, match=r"not counted: 1 wrong role\."):
        quorum(first, by("ines", Role.SECOND_READER))


def test_what_is_wrong_is_named_once_for_each() -> None:
    with pytest.raises(QuorumError, match="not counted: 1 excluded person, 2 wrong role"):
        quorum(
            by("ines", Role.APPROVER),
            by("asker", Role.COUNSEL),
            by("mara", Role.SECOND_READER),
            by("dov", Role.ANALYST),
        )


def test_an_approval_counts_from_its_own_instant_until_its_end() -> None:
    ines, tick = by("ines", Role.APPROVER), timedelta(microseconds=1)
    old = replace(by("ravi", Role.COUNSEL, at=LATER - APPROVAL_LASTS), expires=LATER + timedelta(days=30))
    for standing in (
        by("ravi", Role.COUNSEL, at=LATER),
        replace(by("ravi", Role.COUNSEL), expires=LATER + tick),
        replace(old, at=old.at + tick),
    ):
        assert len(quorum(ines, standing)) == 2
    with pytest.raises(QuorumError, match=r"1 not yet made\."):
        quorum(ines, by("ravi", Role.COUNSEL, at=LATER + tick))
    for ended in (replace(by("ravi", Role.COUNSEL), expires=LATER), old):
        with pytest.raises(QuorumError, match=r"1 expired\."):
            quorum(ines, ended)


def test_a_stranger_is_named_as_one() -> None:
    with pytest.raises(QuorumError, match=r"not counted: 1 not on the roster\."):
        quorum(by("ines", Role.APPROVER), by("stranger", Role.APPROVER))
    with pytest.raises(QuorumError, match=r"not counted: 1 unknown passkey\."):
        quorum(by("ines", Role.APPROVER), by("ravi", Role.COUNSEL, passkey="another device"))


def test_an_approval_says_nothing_of_its_assertion_when_printed_and_names_what_is_wrong_in_its_form() -> None:
    ines = by("ines", Role.APPROVER)
    assert "assertion" not in repr(ines)
    with pytest.raises(BodyError, match=r"approval has 1 unknown"):
        Approval.from_json({**ines.as_json(), "more": 1})
