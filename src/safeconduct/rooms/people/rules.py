"""Who may do what.

1. A right comes from a dated role, never from a name; when the role ends, so does the right (ISO 27001 A.5.18).
2. A person may have several accounts; rights and approvals belong to the person (ISO 27001 A.5.3).
3. An officer acts for one agency and holds only what concerns that agency's own requests.
4. Deciding, approving and second reading are different roles; one person may hold several, and then counts once.
5. A silenced matter is known to the persons cleared for it, and to nobody else (18 U.S.C. 2705(b)).
6. A session ends after thirty idle minutes, and after eight hours whatever happens (NIST SP 800-63B, reauthentication).
7. Colleagues sign in at the desk and officers at the portal, and neither at the other's (ISO 27001 A.5.15).
8. A refusal that an honest person does not meet is an alarm; what everybody meets now and then is one only in number
   (ISO 27001 A.8.15, A.8.16). An alarm holds no personal datum, and one about a silenced matter is seen by the cleared.
9. Whoever is suspended, or acts for a suspended organisation, has no right and no session; a session that was ended
   stays ended (NIST SP 800-63B, session termination). Everybody sees their own sessions and can end each.
10. An identity provider says who somebody is and never what they may do; what it says opens the desk for a colleague
   whom we bound to it, and signs nothing (OpenID Connect Core 1.0; ISO 27001 A.5.16).
11. An alarm is answered by a person, with one of the listed reasons; that answer is an entry (ISO 27001 A.5.25).
12. A colleague who is posted to some of the served entities knows of no matter of another one; whoever is posted to
    none by name works for all. Each change is an entry (ISO 27001 A.5.15, A.5.18).
13. Outside counsel has that role and no other. It opens nothing by itself: each matter needs a mandate of its own. It
    ends at its instant or when somebody ends it, whether or not anything runs (ISO 27001 A.5.18, A.5.19).
14. A one-time code, and the word of an agency's own provider, are less sure than a passkey. Who signs in by one may
    file papers and see how far they are, and nothing else; the session ends after ten idle minutes and after one hour
    whatever happens (NIST SP 800-63B, AAL1; NIST SP 800-63C for the provider).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.lifecycle import Lifecycle

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=8)


DESK, PORTAL, WORKER_ALARM, VAULT = "desk", "portal", "worker", "vault"
SOURCES = (DESK, PORTAL, WORKER_ALARM, VAULT)
"""Who raises alarms. The vault process keeps its own, which the worker copies here."""

STRANGER = "stranger"
SIGN_IN_STALE, NOT_SIGNED_IN, CSRF, SESSION_UNKNOWN = (
    "SC-SIGN-IN-STALE",
    "SC-NOT-SIGNED-IN",
    "SC-CSRF",
    "SC-SESSION-UNKNOWN",
)
AT_LEAST: Mapping[str, int] = MappingProxyType({SIGN_IN_STALE: 5, NOT_SIGNED_IN: 5, "SC-ONE-TIME-CODE": 5})
"""From how many refusals within an hour on these are alarms; every other is one at once (rule 8)."""

MOST_COUNTED = 10_000
ALARM_PAGE = 50
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "mistake": "A colleague's or officer's mistake; we asked them",
        "our_test": "Our own test",
        "fault": "A fault of a part; it is repaired or being repaired",
        "attack_stopped": "An attack; it got nothing and is stopped",
        "under_investigation": "Not understood yet; it is being looked into",
    }
)
"""The answers that an alarm can get (rule 10)."""

ALARM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "SC-QUORUM": "Signatures are missing",
        "SC-GRANT": "Papers were asked for without a grant",
        "SC-PROOF": "A proof of an entry does not hold",
        "SC-WRONG-ENTRY": "An entry was shown for another act",
        "SC-USED-ENTRY": "One entry was shown for two acts",
        "SC-LEASE-TAKEN": "A safe-conduct was to be used twice",
        "SC-STALE-HEAD": "A shorter ledger was handed in",
        "SC-BUDGET": "A matter was read beyond a day's budget",
        "SC-CALLER": "A user of the machine who may not call the vault called it",
        "SC-MAY-NOT-SIGN": "Somebody tried to sign who may not",
        "SC-PASSKEY": "A passkey's answer does not hold",
        "SC-ID-TOKEN": "What an identity provider said of somebody does not hold",
        "SC-ONE-TIME-CODE": "A one-time code opened nothing",
        "SC-AGENCY-SIGN-ON": "What an agency's own provider said of an officer opened nothing",
        "SC-NOT-BOUND": "Somebody whom the identity provider knows is bound to no account",
        "SC-NONCE": "An answer to no open challenge: old, used or invented",
        "SC-OTHER-PERSON": "Somebody signed in acted as another person",
        "SC-ORIGIN": "A form came from another page",
        "SC-NOT-ENROLLED": "Somebody acted who is not on the vault's roster",
        "SC-NO-READING-ROLE": "Somebody without a reading role asked for papers",
        "SC-EXPIRED": "Something that has ended was to be used",
        "SC-REVOKED": "Something revoked was to be used",
        "SC-DECLINED": "Something declined was to be used",
        "SC-SUSPENDED": "An officer or an agency is suspended",
        "SC-NO-STANDING": "An account without a right was used",
        "SC-NOT-PERMITTED": "Somebody acted without the permission",
        "SC-UNKNOWN-MATTER": "Somebody asked for a matter that is not there for them",
        "SC-UNKNOWN-MAIL": "Somebody asked for a mail that is not there for them",
        "SC-UNKNOWN-OBJECT": "Somebody asked for a paper that is not there for them",
        "SC-UNKNOWN-CONSENT": "Somebody asked for a sheet that is not there for them",
        "SC-NO-PAGE": "Somebody asked the vault for a page that is not there for them",
        SIGN_IN_STALE: "Many sign-ins were begun and not ended",
        NOT_SIGNED_IN: "Many forms came without a sign-in",
        CSRF: "A form did not come from our page",
        SESSION_UNKNOWN: "A session was used that has ended or never was",
        "SC-LEDGER-DAMAGED": "The stored ledger does not hold together",
        "SC-NO-SUCH-ENTRY": "The stored ledger is shorter than it was",
    }
)
"""What alarms say on pages; a code without words is shown as it is."""


def alarm_hour(instant: datetime) -> str:
    """Return the hour within which refusals count together."""
    return f"{instant:%Y-%m-%dT%H}"


PASSKEY, CODE, DEMONSTRATION, PROVIDER, AGENCY = "passkey", "code", "demonstration", "provider", "agency"
ASSURANCES = (PASSKEY, CODE, DEMONSTRATION, PROVIDER, AGENCY)
"""How somebody signed in: a passkey, a one-time code (lower), a click in the demonstration, the company's provider, an
officer's agency's provider (lower)."""


LOWER = frozenset({CODE, AGENCY})
"""Ways of signing in that are less sure, to which rule 14 applies."""

LOWER_IDLE_LIMIT = timedelta(minutes=10)
LOWER_ABSOLUTE_LIMIT = timedelta(hours=1)


def identity_digest(*, issuer: str, subject: str) -> str:
    """Return what stands here for a person as a provider knows them: a digest of both names."""
    return digest("safeconduct/v1/provider-identity", {"issuer": issuer, "subject": subject})


class Role(StrEnum):
    """What a person is for us, from a day until a day."""

    ANALYST = "analyst"
    COUNSEL = "counsel"
    APPROVER = "approver"
    SECOND_READER = "second_reader"
    SECURITY_ENGINEER = "security_engineer"
    OFFICER = "officer"
    OUTSIDE_COUNSEL = "outside_counsel"


class Permission(StrEnum):
    """Every permission of the house. Grammar: room, object, verb."""

    ADVICE_SHARE = "government_requests.advice.share"
    ALARM_ACKNOWLEDGE = "people.alarm.acknowledge"
    ALARM_READ = "people.alarm.read"
    CALL_BACK_RECORD = "government_requests.call_back.record"
    CASE_ERASE = "government_requests.case.erase"
    CASE_OPEN = "government_requests.case.open"
    COMMENT_WRITE = "government_requests.comment.write"
    CORRESPONDENCE_NOTE = "government_requests.correspondence.note"
    CUSTOMER_ERASE = "records.customer.erase"
    CUSTOMER_PLACE = "records.customer.place"
    CUSTOMER_PROTECT = "records.customer.protect"
    CUSTOMER_REGISTER = "records.customer.register"
    FAKE_READ = "government_requests.fake.read"
    FAKE_SEED = "government_requests.fake.seed"
    FINDING_RECORD = "government_requests.finding.record"
    IMPORT_READ = "records.import.read"
    IMPORT_RUN = "records.import.run"
    INVOICE_WRITE = "government_requests.invoice.write"
    KEYS_ROTATE = "vault.keys.rotate"
    LETTER_ISSUE = "government_requests.letter.issue"
    LITIGATION_PRESERVE = "government_requests.litigation.preserve"
    LETTER_WRITE = "government_requests.letter.write"
    MANDATE_END = "government_requests.mandate.end"
    MANDATE_GIVE = "government_requests.mandate.give"
    MANDATE_USE = "government_requests.mandate.use"
    MATTER_CLOSE = "government_requests.matter.close"
    MATTER_DECIDE = "government_requests.matter.decide"
    MATTER_DETERMINE = "government_requests.matter.determine"
    MATTER_OBJECT = "government_requests.matter.object"
    MATTER_READ = "government_requests.matter.read"
    MATTER_RECEIVE = "government_requests.matter.receive"
    MATTER_REFER = "government_requests.matter.refer"
    MATTER_RESUME = "government_requests.matter.resume"
    MATTER_SUPPLEMENT = "government_requests.matter.supplement"
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
    DEADLINE_MOVE = "government_requests.deadline.move"
    PRESERVATION_END = "government_requests.preservation.end"
    PRESERVATION_MAKE = "government_requests.preservation.make"
    QUESTION_ANSWER = "government_requests.question.answer"
    QUESTION_ASK = "government_requests.question.ask"
    COLLEAGUE_NAME = "senders.colleague.name"
    DIRECTORY_KEEP = "senders.directory.keep"
    SENDER_READ = "senders.sender.read"
    STANDING_RESTORE = "senders.standing.restore"
    STANDING_SUSPEND = "senders.standing.suspend"
    BAND_STATE = "transparency.band.state"
    REPORT_BUILD = "transparency.report.build"
    REPORT_READ = "transparency.report.read"
    REPORT_PUBLISH = "transparency.report.publish"
    SCOPE_PROPOSE = "government_requests.scope.propose"
    TRANSCRIPT_COMPARE = "government_requests.transcript.compare"
    TRANSCRIPT_TYPE = "government_requests.transcript.type"


MANDATE = Lifecycle(name="mandate", initial="given", table={("given", "end"): "ended"})
"""One that has reached its end by the clock stays *given*: nobody has to do anything for it to stop counting."""

P = Permission
_READERS = frozenset({P.MATTER_READ, P.CASE_OPEN, P.REPORT_READ, P.FAKE_READ})
_REVIEW = _READERS | {
    P.MATTER_RECEIVE, P.MATTER_TAKE, P.MATTER_REFER, P.MATTER_DECIDE, P.MATTER_WITHDRAW, P.MATTER_CLOSE,
    P.FINDING_RECORD,
    P.TRANSCRIPT_TYPE, P.TRANSCRIPT_COMPARE, P.QUESTION_ASK, P.SCOPE_PROPOSE, P.PACKAGE_COLLECT, P.PACKAGE_RELEASE,
    P.PACKAGE_DELIVER, P.LETTER_WRITE, P.LETTER_ISSUE, P.NOTICE_PROHIBIT, P.NOTICE_RELEASE, P.PRESERVATION_MAKE,
    P.PRESERVATION_END, P.DEADLINE_MOVE, P.CALL_BACK_RECORD, P.CORRESPONDENCE_NOTE, P.MATTER_SUPPLEMENT,
    P.INVOICE_WRITE, P.COMMENT_WRITE, P.MANDATE_END,
    P.SENDER_READ, P.DIRECTORY_KEEP, P.STANDING_SUSPEND, P.STANDING_RESTORE,
}  # fmt: skip
_COUNSEL = _REVIEW | {
    P.CUSTOMER_ERASE,
    P.CUSTOMER_PROTECT,
    P.ADVICE_SHARE,
    P.MANDATE_GIVE,
    P.MATTER_DETERMINE,
    P.MATTER_OBJECT,
    P.MATTER_RESUME,
    P.LITIGATION_PRESERVE,
    P.CASE_ERASE,
    P.NOTICE_EXCEPT,
    P.BAND_STATE,
    P.REPORT_BUILD,
    P.REPORT_PUBLISH,
    P.ALARM_READ,
    P.ALARM_ACKNOWLEDGE,
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
                P.CUSTOMER_PLACE,
                P.IMPORT_RUN,
                P.IMPORT_READ,
                P.REPORT_BUILD,
                P.REPORT_READ,
                P.FAKE_READ,
                P.FAKE_SEED,
                P.ALARM_READ,
                P.ALARM_ACKNOWLEDGE,
            },
        ),
        Role.OFFICER: frozenset(
            {P.MATTER_RECEIVE, P.QUESTION_ANSWER, P.MATTER_WITHDRAW, P.PACKAGE_DELIVER, P.COLLEAGUE_NAME}
        ),
        Role.OUTSIDE_COUNSEL: frozenset({P.MANDATE_USE, P.CASE_OPEN, P.ADVICE_SHARE, P.COMMENT_WRITE}),
    },
)
"""What each role may do."""

STAFF = frozenset(Role) - {Role.OFFICER}
WORKER = frozenset({P.PRESERVATION_MAKE, P.PRESERVATION_END, P.NOTICE_RELEASE, P.LETTER_ISSUE})
"""What the worker may do by itself: it is no person, so it approves nothing."""


def permissions_of(*, roles: frozenset[Role]) -> frozenset[str]:
    """Return every permission that ``roles`` give (rules 1 and 13)."""
    roles = roles & {Role.OUTSIDE_COUNSEL} or roles
    return frozenset(str(permission) for role in roles for permission in PERMISSIONS[role])


def face_of(*, roles: frozenset[Role]) -> str | None:
    """Return the face at which a person with ``roles`` signs in; None without a role (rule 7)."""
    if not roles:
        return None
    return "desk" if roles & STAFF else "portal"


def session_stands(*, began: datetime, last: datetime, now: datetime, assurance: str = PASSKEY) -> bool:
    """Return whether a session still counts (rules 6 and 14); one from the future does not."""
    lower = assurance in LOWER
    idle, longest = (LOWER_IDLE_LIMIT, LOWER_ABSOLUTE_LIMIT) if lower else (IDLE_LIMIT, ABSOLUTE_LIMIT)
    return began <= now and last <= now and now - last < idle and now - began < longest


def held_at(*, permissions: frozenset[str], assurance: str) -> frozenset[str]:
    """Return which of ``permissions`` count in a session of ``assurance`` (rule 14)."""
    return permissions & {str(P.MATTER_RECEIVE)} if assurance in LOWER else permissions
