"""Emergencies: whether we disclose at all, to whom, how fast, and what follows.

1. Disclosure in an emergency is a choice (18 U.S.C. 2702(b)(8), (c)(4)): it is off until counsel signs its adoption
   (Policy 8.1). The public statement then prints it as an exception.
2. Contents go to a governmental entity of the United States only (18 U.S.C. 2702(b)(8), 2711(4)). Other records go to
   nobody else either, unless counsel finds a ground (Policy 3).
3. Two people call the agency on a number of our own finding, before anything leaves (Policy 8). The time from receipt
   to the call, to the answer and until now is shown.
4. Afterwards process is demanded in writing, within the policy's days (Policy 8.2). What is owed rings from the answer
   on; what was demanded rings when its days are over; counsel settles what never came.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.government_requests.rules.law import SIGNED, Ruling
from safeconduct.rooms.government_requests.rules.words import Category

FOLLOW_UP = Lifecycle(
    name="process after an emergency",
    initial="demanded",
    table={
        ("demanded", "demand"): "demanded",
        ("demanded", "arrive"): "arrived",
        ("demanded", "never"): "never_came",
        ("never_came", "arrive"): "arrived",
    },
)
FOLLOW_UP_NAMES = {"demanded": "Demanded", "arrived": "It came", "never_came": "It never came"}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = timedelta(days=1)


class EmergencyOffError(ConflictError):
    """The company does not disclose in emergencies: its policy has not adopted it."""

    code = "SC-EMERGENCY-OFF"
    cure = "Refuse, and name compulsory process as the cure; or have counsel sign the adoption."


class EmergencyError(ConflictError):
    """In an emergency this cannot be done so."""

    code = "SC-EMERGENCY"


@dataclass(frozen=True, kw_only=True)
class Elapsed:
    """How long something took, or has taken until now."""

    name: str
    words: str
    running: bool


def adopted(ruling: Ruling) -> bool:
    """Return whether the company chose to disclose in emergencies: rule 1."""
    return ruling.status == SIGNED and ruling.value is True


def check_disclosure(
    *, adoption: Ruling, categories: tuple[str, ...], governmental: bool, country: str, counsel: bool
) -> None:
    """Raise ``EmergencyOffError`` or ``EmergencyError`` unless rules 1 and 2 allow these categories to this authority.

    ``counsel`` is whether counsel determined a ground for this matter.
    """
    if not adopted(adoption):
        raise EmergencyOffError
    if governmental and country == "US":
        return
    if Category.MESSAGE_CONTENT in categories:
        raise EmergencyError("Contents go to a governmental entity of the United States only.")
    if not counsel:
        raise EmergencyError("Counsel has found no ground for an authority that is no such entity.")


def span_words(span: timedelta) -> str:
    """Return such as ``12 minutes``, ``3 hours 5 minutes`` or ``2 days``."""
    if span >= 2 * DAY:
        return f"{span // DAY} days"
    hours, minutes = span // HOUR, span % HOUR // MINUTE
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} minute{'' if minutes == 1 else 's'}")
    return " ".join(parts)


def elapsed(
    *, received: datetime, reached: datetime | None, answered: datetime | None, now: datetime
) -> tuple[Elapsed, ...]:
    """Return the times of an emergency: to the call that reached the agency, to the answer; running while open."""
    return tuple(
        Elapsed(name=name, words=span_words((at or now) - received), running=at is None)
        for name, at in (("To the call-back", reached), ("To the answer", answered))
    )


def process_due(*, now: datetime, days: Ruling) -> datetime:
    """Return when demanded process is late; at once without a number of the rulebook's: rule 4."""
    return now + timedelta(days=int(days.value or 0))
