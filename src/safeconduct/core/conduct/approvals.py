"""Approvals and quorums, counted over natural persons.

1. Each kind of body needs a number of persons in given roles (``QUORUMS``).
2. The person who asked never counts; nor does a preparer, a holder, or the person whose place on the roster changes.
3. A person counts once, whatever the number of accounts and passkeys; a passkey counts once, whoever shows it.
4. An approval counts only for the digest it names, from its instant until, not including, its end, at most seven days.
5. A person counts only while the roster still gives them the role in which they approved, and that passkey.
Served: DESIGN sections 3 and 11.2; docs/formats/safe-conduct.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Self

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct import shapes
from safeconduct.core.conduct.body import Body
from safeconduct.core.conduct.members import Role
from safeconduct.core.conduct.passkeys import Credential, challenge, verify_assertion

APPROVAL_LASTS = timedelta(days=7)
"""How long an approval counts at most."""


class QuorumError(NotPermittedError):
    """Not enough different persons have approved this exact object."""

    code = "SC-QUORUM"
    cure = "Have it approved by persons who did not ask for it, each with their own passkey."


@dataclass(frozen=True, kw_only=True)
class Quorum:
    """How many natural persons in which roles."""

    persons: int
    roles: frozenset[Role]


QUORUMS: Mapping[str, Quorum] = MappingProxyType(
    {
        "safe-conduct": Quorum(persons=2, roles=frozenset({Role.APPROVER, Role.COUNSEL})),
        "release": Quorum(persons=1, roles=frozenset({Role.SECOND_READER})),
        "letter": Quorum(persons=1, roles=frozenset({Role.COUNSEL, Role.APPROVER})),
        "holder": Quorum(persons=2, roles=frozenset({Role.ANALYST, Role.COUNSEL, Role.APPROVER})),
        "roster": Quorum(persons=2, roles=frozenset({Role.APPROVER})),
    },
)
"""The quorum of each kind of body."""

_SHAPE = shapes.record(
    {
        "person": shapes.IDENTIFIER,
        "role": shapes.one_of([*Role]),
        "digest": shapes.SHA256,
        "at": shapes.instant,
        "expires": shapes.instant,
        "domain": shapes.HOST,
        "nonce": shapes.pattern(r"([0-9a-f]{2}){16,64}", "a nonce in hexadecimal"),
        "credential_id": shapes.BASE64URL,
        "assertion": shapes.mapping(shapes.text(), lambda _value, _place: None),
    },
)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One person's signature on one digest, with the evidence to check it again.

    Attributes:
        person: natural person.
        role: the role in which they approved.
        digest: the body's digest.
        at: when the vault process accepted it, by its own clock.
        expires: from this instant on it no longer counts.
        domain: RP id of the page that showed the body.
        nonce: hexadecimal, used once.
        credential_id: base64url.
        assertion: the ``AuthenticationResponseJSON``.
    """

    person: str
    role: Role
    digest: str
    at: datetime
    expires: datetime
    domain: str
    nonce: str
    credential_id: str
    assertion: Mapping[str, JsonValue] = field(repr=False)

    @property
    def challenge(self) -> bytes:
        """Return the bytes that the passkey had to sign."""
        return challenge(domain=self.domain, role=str(self.role), digest_hex=self.digest, nonce=self.nonce)

    def check(self, *, credential: Credential, origin: str) -> Credential:
        """Return the credential with its new counter; raises ``PasskeyError`` if the evidence does not hold."""
        return verify_assertion(
            credential=credential,
            assertion=self.assertion,
            expected=self.challenge,
            origin=origin,
            rp_id=self.domain,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """Return the form that a signed object and the vault's store carry."""
        return {
            **vars(self),
            "role": str(self.role),
            "at": instant_text(self.at),
            "expires": instant_text(self.expires),
            "assertion": dict(self.assertion),
        }

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Return the approval in ``value``; raises ``BodyError``."""
        _SHAPE(value, "approval")
        return cls(
            **{
                **value,
                "role": Role(value["role"]),
                "at": parse_instant(value["at"]),
                "expires": parse_instant(value["expires"]),
            },
        )


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """A person on the roster: the roles held now, and the ids (base64url) of their passkeys."""

    roles: frozenset[Role]
    credential_ids: frozenset[str]


def check_quorum(
    *,
    body: Body,
    approvals: Sequence[Approval],
    roster: Mapping[str, Enrolled],
    now: datetime,
) -> tuple[Approval, ...]:
    """Return the approvals that count, one for each person, earliest first.

    Args:
        body: the object approved.
        approvals: whatever was collected; order does not matter.
        roster: the enrolled persons by id, as the vault process keeps them.
        now: the vault process's clock.

    Raises:
        QuorumError: with how many persons count and why others do not.
    """
    quorum = QUORUMS[body.kind]
    counted: dict[str, Approval] = {}
    passkeys: set[str] = set()
    refused: Counter[str] = Counter()
    for approval in sorted(approvals, key=lambda one: (one.at, one.person, one.credential_id)):
        why = _why_not(approval, body=body, quorum=quorum, roster=roster, now=now)
        if not why and (approval.person in counted or approval.credential_id in passkeys):
            why = "repeat"
        if why:
            refused[why] += 1
            continue
        counted[approval.person] = approval
        passkeys.add(approval.credential_id)
    if len(counted) < quorum.persons:
        reasons = ", ".join(f"{number} {why}" for why, number in sorted(refused.items())) or "none"
        raise QuorumError(f"{body.kind} needs {quorum.persons}, has {len(counted)}; not counted: {reasons}.")
    return tuple(counted.values())


def _why_not(
    approval: Approval,
    *,
    body: Body,
    quorum: Quorum,
    roster: Mapping[str, Enrolled],
    now: datetime,
) -> str:
    enrolled = roster.get(approval.person)
    checks = {
        "for another digest": approval.digest != body.digest,
        "excluded person": approval.person in body.excluded,
        "wrong role": approval.role not in quorum.roles,
        "not on the roster": enrolled is None or approval.role not in enrolled.roles,
        "unknown passkey": enrolled is None or approval.credential_id not in enrolled.credential_ids,
        "not yet made": approval.at > now,
        "expired": now >= min(approval.expires, approval.at + APPROVAL_LASTS),
    }
    return next((why for why, holds in checks.items() if holds), "")
