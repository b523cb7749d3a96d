"""A wrong delivery is an incident: recorded, told to the controller, recalled, and closed only then.

1. Where a package went to somebody who should not have it, or held what it should not, the incident is recorded at once
   and its clock begins with the day on which we knew (GDPR art. 33(2): "without undue delay").
2. The controller, our customer, is told within the policy's hours, 72 (GDPR art. 33; Policy 10), unless silence forbids
   it: then counsel is asked, and the alarm stands.
3. The receiver is asked in writing to return or destroy what it got, and its confirmation is recorded.
4. A package that nobody fetched yet is locked again.
5. An incident closes only when the controller was told.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.letters import LetterText

INCIDENT = Lifecycle(
    name="incident",
    initial="known",
    table={
        ("known", "recall"): "recalled",
        ("recalled", "recall"): "recalled",
        ("recalled", "confirm"): "confirmed",
        ("known", "close"): "closed",
        ("recalled", "close"): "closed",
        ("confirmed", "close"): "closed",
    },
)
INCIDENT_NAMES = {"known": "Known", "recalled": "Recalled", "confirmed": "Return confirmed", "closed": "Closed"}


class IncidentCause(StrEnum):
    """What went wrong."""

    WRONG_RECEIVER = "wrong_receiver"
    TOO_MUCH = "too_much"
    WRONG_RECORDS = "wrong_records"


CAUSE_NAMES = {
    IncidentCause.WRONG_RECEIVER: "It went to the wrong receiver",
    IncidentCause.TOO_MUCH: "It held more than was allowed",
    IncidentCause.WRONG_RECORDS: "It held somebody else's records",
}


class IncidentError(ConflictError):
    """The incident cannot do this now."""

    code = "SC-INCIDENT"
    cure = "The incident's page lists what is still to be done."


def controller_due(*, known: datetime, hours: Ruling) -> datetime:
    """Return when the controller must have been told; at once without a number of the rulebook's: rule 2."""
    return known + timedelta(hours=int(hours.value or 0))


def recall() -> LetterText:
    """Return the letter that asks for return or destruction: rule 3."""
    return LetterText(template="recall")


def controller_notice() -> LetterText:
    """Return what the customer is told: rule 2."""
    return LetterText(template="incident_notice")
