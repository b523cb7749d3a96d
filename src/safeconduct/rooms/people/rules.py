"""Rules of the people room.

1. A person is one natural person, however many accounts: approvals count persons. (SOC 2 CC6.1; DESIGN 11.2.)
2. What a person may do follows from dated memberships, computed again at each use; a membership that has not begun or
   has ended gives nothing. (ISO 27001 A.5.18.)
3. A suspended person or account may do nothing, and every session of theirs ends. (ISO 27001 A.5.11, A.5.18.)
4. Staff sign in at the desk, officers at the portal, and neither at the other's. (ISO 27001 A.5.15.)
5. A session ends after an hour without use, and after ten hours in any case. (OWASP ASVS V7.)
6. A passkey belongs to one account and one host; its id is known once. (WebAuthn level 3, section 7.1.)
7. Every permission a room asks for is in this list; a role holds no permission by silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from safeconduct.core.base.lifecycle import Lifecycle

IDLE_LIMIT = timedelta(hours=1)
ABSOLUTE_LIMIT = timedelta(hours=10)
DESK, PORTAL = "desk", "portal"

STANDING = Lifecycle(
    name="account",
    initial="active",
    table={("active", "suspend"): "suspended", ("suspended", "restore"): "active"},
)


class Permission(StrEnum):
    """Every permission there is."""

    PERSON_ENROL = "people.person.enrol"
    PERSON_SUSPEND = "people.person.suspend"
    PERSON_READ = "people.person.read"

    RECORDS_IMPORT_RUN = "records.import.run"
    RECORDS_IMPORT_READ = "records.import.read"
    RECORDS_CUSTOMER_REGISTER = "records.customer.register"

    MATTER_RECEIVE = "government_requests.matter.receive"
    MATTER_READ = "government_requests.matter.read"
    MATTER_TAKE = "government_requests.matter.take"
    MATTER_REFER = "government_requests.matter.refer"
    MATTER_DETERMINE = "government_requests.matter.determine"
    MATTER_OBJECT = "government_requests.matter.object"
    MATTER_DECIDE = "government_requests.matter.decide"
    MATTER_WITHDRAW = "government_requests.matter.withdraw"
    MATTER_CLOSE = "government_requests.matter.close"
    TRANSCRIPT_TYPE = "government_requests.transcript.type"
    TRANSCRIPT_COMPARE = "government_requests.transcript.compare"
    CASE_OPEN = "government_requests.case.open"
    FINDING_RECORD = "government_requests.finding.record"
    QUESTION_ASK = "government_requests.question.ask"
    QUESTION_ANSWER = "government_requests.question.answer"
    SCOPE_PROPOSE = "government_requests.scope.propose"
    PACKAGE_COLLECT = "government_requests.package.collect"
    PACKAGE_RELEASE = "government_requests.package.release"
    PACKAGE_DELIVER = "government_requests.package.deliver"
    LETTER_WRITE = "government_requests.letter.write"
    LETTER_ISSUE = "government_requests.letter.issue"
    NOTICE_PROHIBIT = "government_requests.notice.prohibit"
    NOTICE_EXCEPT = "government_requests.notice.except"
    NOTICE_RELEASE = "government_requests.notice.release"
    PRESERVATION_MAKE = "government_requests.preservation.make"
    PRESERVATION_END = "government_requests.preservation.end"
    CALL_BACK_RECORD = "government_requests.call_back.record"

    REPORT_READ = "transparency.report.read"
    REPORT_BUILD = "transparency.report.build"
    REPORT_PUBLISH = "transparency.report.publish"


class Role(StrEnum):
    """A duty that a membership gives to a person for a time."""

    ANALYST = "analyst"
    COUNSEL = "counsel"
    APPROVER = "approver"
    SECOND_READER = "second_reader"
    SECURITY_ENGINEER = "security_engineer"
    OFFICER = "officer"


_MATTERS = frozenset(one for one in Permission if one.startswith("government_requests."))
_COUNSEL_ONLY = frozenset({Permission.MATTER_DETERMINE, Permission.MATTER_OBJECT})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.ANALYST: (_MATTERS - _COUNSEL_ONLY - {Permission.QUESTION_ANSWER, Permission.NOTICE_EXCEPT})
        | {Permission.REPORT_READ, Permission.REPORT_BUILD, Permission.PERSON_READ},
        Role.COUNSEL: (_MATTERS - {Permission.QUESTION_ANSWER})
        | {
            Permission.REPORT_READ,
            Permission.REPORT_BUILD,
            Permission.REPORT_PUBLISH,
            Permission.PERSON_READ,
            Permission.PERSON_ENROL,
            Permission.PERSON_SUSPEND,
        },
        Role.APPROVER: frozenset(
            {
                Permission.MATTER_READ,
                Permission.REPORT_READ,
                Permission.REPORT_PUBLISH,
                Permission.PERSON_READ,
                Permission.PERSON_ENROL,
                Permission.PERSON_SUSPEND,
            }
        ),
        Role.SECOND_READER: frozenset(
            {
                Permission.MATTER_READ,
                Permission.PACKAGE_RELEASE,
                Permission.NOTICE_RELEASE,
                Permission.REPORT_READ,
                Permission.PERSON_READ,
            }
        ),
        Role.SECURITY_ENGINEER: frozenset(
            {
                Permission.RECORDS_IMPORT_RUN,
                Permission.RECORDS_IMPORT_READ,
                Permission.RECORDS_CUSTOMER_REGISTER,
                Permission.PERSON_READ,
                Permission.PERSON_ENROL,
                Permission.PERSON_SUSPEND,
            }
        ),
        Role.OFFICER: frozenset(
            {
                Permission.MATTER_RECEIVE,
                Permission.QUESTION_ANSWER,
                Permission.MATTER_WITHDRAW,
                Permission.PACKAGE_DELIVER,
            }
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class MembershipFact:
    """A role held from ``valid_from`` until, not including, ``valid_until``; None has no end yet."""

    role: Role
    valid_from: datetime
    valid_until: datetime | None


def roles_at(*, memberships: Iterable[MembershipFact], now: datetime) -> frozenset[Role]:
    """Return the roles that hold at ``now`` (rule 2)."""
    return frozenset(
        one.role
        for one in memberships
        if one.valid_from <= now and (one.valid_until is None or now < one.valid_until)
    )


def permissions_of(*, roles: Iterable[Role]) -> frozenset[str]:
    """Return what the roles permit together."""
    return frozenset(permission.value for role in roles for permission in PERMISSIONS[role])


def face_of(*, roles: Iterable[Role]) -> str | None:
    """Return the face at which a person with ``roles`` signs in, or None for one without a role (rule 4)."""
    held = frozenset(roles)
    if not held:
        return None
    return PORTAL if held == {Role.OFFICER} else DESK


def session_holds(*, began: datetime, last_seen: datetime, now: datetime) -> bool:
    """Return whether a session may still be used at ``now`` (rule 5)."""
    return now - began < ABSOLUTE_LIMIT and now - last_seen < IDLE_LIMIT
