"""Signals that a sender may not be who the paper says. Each has a code and a sentence; none decides anything.

1. A signal is a fact that somebody can check, and what to do about it: call back on a number of our own (Policy 8).
2. No signal refuses a paper, and no number of them does: honest officers write at night, for the first time, in
   haste.
3. No signal also proves nothing. The call-back is asked of every emergency, with signals or without.
4. What the program cannot know (no mail, no known device) gives no signal, and never counts as a good sign.
5. Odd hours are those of the agency's own zone: from ten at night until six, and the weekend.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from safeconduct.core.base.periods import zone

NIGHT_BEGINS, NIGHT_ENDS = time(22, 0), time(6, 0)
SATURDAY = 5
YOUNG_DOMAIN_DAYS = 90
HASTE = (
    "immediately",
    "within the hour",
    "without delay",
    "urgent",
    "asap",
    "right now",
    "life or death",
    "sofort",
    "immédiatement",
)
NO_CALL = (
    "do not call",
    "do not contact",
    "don't call",
    "cannot take calls",
    "no phone",
    "reply only",
    "only by e-mail",
    "only by email",
    "nicht anrufen",
    "ne pas appeler",
)


class SignalCode(StrEnum):
    """What was noticed."""

    FIRST_CONTACT = "first_contact"
    NEW_DEVICE = "new_device"
    ODD_HOUR = "odd_hour"
    YOUNG_DOMAIN = "young_domain"
    UNKNOWN_DOMAIN = "unknown_domain"
    MAIL_FAILED = "mail_failed"
    NO_SUCH_CITATION = "no_such_citation"
    TEMPLATE_REUSED = "template_reused"
    HASTE = "haste"
    PRESSURE_NOT_TO_CALL = "pressure_not_to_call"


SAYS = {
    SignalCode.FIRST_CONTACT: "Nothing came from this agency before.",
    SignalCode.NEW_DEVICE: "The officer signed in with a device that we had not seen.",
    SignalCode.ODD_HOUR: "It came at an hour at which the agency's office is closed.",
    SignalCode.YOUNG_DOMAIN: "The domain of the mail is young, or new to us.",
    SignalCode.UNKNOWN_DOMAIN: "The domain of the mail is not one that we hold for the agency.",
    SignalCode.MAIL_FAILED: "The mail's own authentication failed.",
    SignalCode.NO_SUCH_CITATION: "It cites a provision that does not exist.",
    SignalCode.TEMPLATE_REUSED: "Other senders sent the same words.",
    SignalCode.HASTE: "Its words press for haste.",
    SignalCode.PRESSURE_NOT_TO_CALL: "Its words ask us not to call.",
}
WHY = {
    SignalCode.FIRST_CONTACT: "A stolen or invented identity has no history with us.",
    SignalCode.NEW_DEVICE: "An account in other hands comes from another device.",
    SignalCode.ODD_HOUR: "Whoever cannot be called back prefers the hour at which nobody answers.",
    SignalCode.YOUNG_DOMAIN: "Domains of impostors are registered for the purpose.",
    SignalCode.UNKNOWN_DOMAIN: "A look-alike differs by one letter.",
    SignalCode.MAIL_FAILED: "A forged sender fails what the real one's server signs.",
    SignalCode.NO_SUCH_CITATION: "Invented papers cite invented law.",
    SignalCode.TEMPLATE_REUSED: "One forged form is used under many names.",
    SignalCode.HASTE: "Haste is what keeps people from checking.",
    SignalCode.PRESSURE_NOT_TO_CALL: "The call-back is what an impostor cannot pass.",
}


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is known of how a paper came. None stands for what nobody could know: rule 4.

    Attributes:
        received: when it came.
        zone_name: the agency's zone.
        earlier_matters: how many matters of the agency are older.
        device_known: whether the officer's device was seen before.
        domain_days: how old the mail's domain is, or how long we know it.
        domain_ours: whether it is one that we hold for the agency.
        mail_passed: whether the mail's authentication passed.
        missing_citations: how many provisions it cites that do not exist.
        same_words: how many other agencies sent the same words.
        words: what the transcript says.
    """

    received: datetime
    zone_name: str
    earlier_matters: int
    device_known: bool | None = None
    domain_days: int | None = None
    domain_ours: bool | None = None
    mail_passed: bool | None = None
    missing_citations: int | None = None
    same_words: int = 0
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal: what was noticed and why it is worth a look."""

    code: SignalCode
    says: str
    why: str


def odd_hour(received: datetime, zone_name: str) -> bool:
    """Return whether the agency's office is closed at ``received``: rule 5."""
    local = received.astimezone(zone(zone_name))
    return local.weekday() >= SATURDAY or not NIGHT_ENDS <= local.time() < NIGHT_BEGINS


def _says_one(words: str, phrases: Iterable[str]) -> bool:
    plain = " ".join(words.casefold().split())
    return any(one in plain for one in phrases)


def signals(seen: Circumstances) -> tuple[Signal, ...]:
    """Return the signals of ``seen``, in the order of their codes: rules 1 to 4."""
    noticed = {
        SignalCode.FIRST_CONTACT: seen.earlier_matters == 0,
        SignalCode.NEW_DEVICE: seen.device_known is False,
        SignalCode.ODD_HOUR: odd_hour(seen.received, seen.zone_name),
        SignalCode.YOUNG_DOMAIN: seen.domain_days is not None and seen.domain_days < YOUNG_DOMAIN_DAYS,
        SignalCode.UNKNOWN_DOMAIN: seen.domain_ours is False,
        SignalCode.MAIL_FAILED: seen.mail_passed is False,
        SignalCode.NO_SUCH_CITATION: bool(seen.missing_citations),
        SignalCode.TEMPLATE_REUSED: seen.same_words > 0,
        SignalCode.HASTE: _says_one(seen.words, HASTE),
        SignalCode.PRESSURE_NOT_TO_CALL: _says_one(seen.words, NO_CALL),
    }
    return tuple(Signal(code=code, says=SAYS[code], why=WHY[code]) for code in SignalCode if noticed[code])
