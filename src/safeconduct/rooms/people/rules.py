"""Who may do what.

1. A right comes from a dated role, never from a name; when the role ends, so does the right (ISO 27001 A.5.18).
2. A person may have several accounts; rights and approvals belong to the person (ISO 27001 A.5.3).
3. An officer acts for one agency and holds only what concerns that agency's own requests.
4. Deciding, approving and second reading are different roles; one person may hold several, and then counts once.
5. A silenced matter is known to the persons cleared for it, and to nobody else (18 U.S.C. 2705(b)).
6. A session ends after thirty idle minutes, and after eight hours whatever happens (NIST SP 800-63B, reauthentication).
7. Colleagues sign in at the desk and officers at the portal, and neither at the other's (ISO 27001 A.5.15).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=8)


class Role(StrEnum):
    """What a person is for us, from a day until a day."""

    ANALYST = "analyst"
    COUNSEL = "counsel"
    APPROVER = "approver"
    SECOND_READER = "second_reader"
    SECURITY_ENGINEER = "security_engineer"
    OFFICER = "officer"


class Permission(StrEnum):
    """Every permission of the house. Grammar: room, object, verb."""

    CALL_BACK_RECORD = "government_requests.call_back.record"
    CASE_OPEN = "government_requests.case.open"
    CUSTOMER_REGISTER = "records.customer.register"
    FINDING_RECORD = "government_requests.finding.record"
    IMPORT_READ = "records.import.read"
    IMPORT_RUN = "records.import.run"
    KEYS_ROTATE = "vault.keys.rotate"
    LETTER_ISSUE = "government_requests.letter.issue"
    LETTER_WRITE = "government_requests.letter.write"
    MATTER_CLOSE = "government_requests.matter.close"
    MATTER_DECIDE = "government_requests.matter.decide"
    MATTER_DETERMINE = "government_requests.matter.determine"
    MATTER_OBJECT = "government_requests.matter.object"
    MATTER_READ = "government_requests.matter.read"
    MATTER_RECEIVE = "government_requests.matter.receive"
    MATTER_REFER = "government_requests.matter.refer"
    MATTER_TAKE = "government_requests.matter.take"
    MATTER_WITHDRAW = "government_requests.matter.withdraw"
    NOTICE_EXCEPT = "government_requests.notice.except"
    NOTICE_PROHIBIT = "government_requests.notice.prohibit"
    NOTICE_RELEASE = "government_requests.notice.release"
    PACKAGE_COLLECT = "government_requests.package.collect"
    PACKAGE_DELIVER = "government_requests.package.deliver"
    PACKAGE_RELEASE = "government_requests.package.release"
    PERSON_ENROL = "people.person.enrol"
    PERSON_SUSPEND = "people.person.suspend"
    PRESERVATION_END = "government_requests.preservation.end"
    PRESERVATION_MAKE = "government_requests.preservation.make"
    QUESTION_ANSWER = "government_requests.question.answer"
    QUESTION_ASK = "government_requests.question.ask"
    BAND_STATE = "transparency.band.state"
    REPORT_BUILD = "transparency.report.build"
    REPORT_PUBLISH = "transparency.report.publish"
    SCOPE_PROPOSE = "government_requests.scope.propose"
    TRANSCRIPT_COMPARE = "government_requests.transcript.compare"
    TRANSCRIPT_TYPE = "government_requests.transcript.type"


P = Permission
_READERS = frozenset({P.MATTER_READ, P.CASE_OPEN})
_REVIEW = _READERS | {
    P.MATTER_RECEIVE, P.MATTER_TAKE, P.MATTER_REFER, P.MATTER_DECIDE, P.MATTER_WITHDRAW, P.MATTER_CLOSE,
    P.FINDING_RECORD,
    P.TRANSCRIPT_TYPE, P.TRANSCRIPT_COMPARE, P.QUESTION_ASK, P.SCOPE_PROPOSE, P.PACKAGE_COLLECT, P.PACKAGE_RELEASE,
    P.PACKAGE_DELIVER, P.LETTER_WRITE, P.LETTER_ISSUE, P.NOTICE_PROHIBIT, P.NOTICE_RELEASE, P.PRESERVATION_MAKE,
    P.PRESERVATION_END, P.CALL_BACK_RECORD,
}  # fmt: skip
_COUNSEL = _REVIEW | {
    P.MATTER_DETERMINE,
    P.MATTER_OBJECT,
    P.NOTICE_EXCEPT,
    P.BAND_STATE,
    P.REPORT_BUILD,
    P.REPORT_PUBLISH,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.ANALYST: frozenset(_REVIEW),
        Role.COUNSEL: frozenset(_COUNSEL),
        Role.APPROVER: _READERS,
        Role.SECOND_READER: _READERS | {P.PACKAGE_RELEASE, P.NOTICE_RELEASE},
        Role.SECURITY_ENGINEER: frozenset(
            {
                P.KEYS_ROTATE,
                P.PERSON_ENROL,
                P.PERSON_SUSPEND,
                P.CUSTOMER_REGISTER,
                P.IMPORT_RUN,
                P.IMPORT_READ,
                P.REPORT_BUILD,
            },
        ),
        Role.OFFICER: frozenset({P.MATTER_RECEIVE, P.QUESTION_ANSWER, P.MATTER_WITHDRAW, P.PACKAGE_DELIVER}),
    },
)
"""What each role may do."""

STAFF = frozenset(Role) - {Role.OFFICER}
WORKER = frozenset({P.PRESERVATION_MAKE, P.PRESERVATION_END, P.NOTICE_RELEASE, P.LETTER_ISSUE})
"""What the worker may do by itself: it is no person, so it approves nothing."""


def permissions_of(*, roles: frozenset[Role]) -> frozenset[str]:
    """Return every permission that ``roles`` give (rule 1)."""
    return frozenset(str(permission) for role in roles for permission in PERMISSIONS[role])


def face_of(*, roles: frozenset[Role]) -> str | None:
    """Return the face at which a person with ``roles`` signs in; None without a role (rule 7)."""
    if not roles:
        return None
    return "desk" if roles & STAFF else "portal"


def session_stands(*, began: datetime, last: datetime, now: datetime) -> bool:
    """Return whether a session still counts (rule 6); one from the future does not."""
    return began <= now and last <= now and now - last < IDLE_LIMIT and now - began < ABSOLUTE_LIMIT
