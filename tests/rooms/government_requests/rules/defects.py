"""Everything that a generated paper can have wrong with it, one thing at a time, with the code that has to see it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.rooms.government_requests.rules.instruments import (
    ALL,
    ASKED_OF_CUSTOMER,
    EMERGENCY,
    LETTER,
    NO_SIGNER,
    OF_A_COURT,
    OPENING,
    ORDER,
    PRESERVATION,
    SERVED,
    SUBPOENA,
    SWEEPING,
    WARRANT,
    Break,
    Defect,
    changed,
    processor,
    with_category,
    with_content,
)

from safeconduct.core.base.findings import Outcome
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, Sender
from safeconduct.rooms.government_requests.rules.paper import Item, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, Issuer, Process

STOP, QUESTION, ASK = Outcome.STOP, Outcome.QUESTION, Outcome.ASK_COUNSEL
PRIVATE = (Process.CIVIL_SUBPOENA, Process.DEFENCE_SUBPOENA)
MISDIRECTED = (*PRIVATE, Process.DATA_SUBJECT_REQUEST, Process.CUSTOMER_PAPER)
TO_INTERCEPT = (Process.WIRETAP_ORDER, Process.PEN_REGISTER_ORDER)
BASE: dict[Process, Process] = {
    **dict.fromkeys(MISDIRECTED, SUBPOENA),
    **dict.fromkeys(TO_INTERCEPT, ORDER),
    Process.FOREIGN_REQUEST: SUBPOENA,
}
"""From which sound paper one of another kind is made."""


def put(**changes: Any) -> Break:
    """Return what changes facts of the paper to fixed values."""
    return lambda _dice, facts: changed(facts, **changes)


def pick(**choices: tuple[Any, ...]) -> Break:
    """Return what changes facts of the paper to one of several values."""
    return lambda dice, facts: changed(facts, **{name: dice.choice(values) for name, values in choices.items()})


def asks_for(category: Category) -> Break:
    return lambda _dice, facts: with_category(facts, category)


def _zone(facts: Facts) -> str:
    return facts.paper.zone


def _future(dice: random.Random, facts: Facts) -> Facts:
    last = SERVED + timedelta(days=dice.randrange(1, 60))
    return changed(facts, window=window_of_days(SERVED - timedelta(days=9), last, _zone(facts)), attachment_window=None)


def _long(dice: random.Random, facts: Facts) -> Facts:
    first = SERVED - timedelta(days=dice.randrange(400, 2000))
    window = window_of_days(first, SERVED - timedelta(days=2), _zone(facts))
    return changed(facts, window=window, attachment_window=None)


def _no_window(_dice: random.Random, facts: Facts) -> Facts:
    return changed(with_category(facts, Category.CALL_DETAIL), window=None, attachment_window=None)


def _content_without_window(_dice: random.Random, facts: Facts) -> Facts:
    return changed(with_content(facts), window=None, attachment_window=None)


def _beyond(dice: random.Random, facts: Facts) -> Facts:
    window = facts.paper.window
    assert window is not None
    wider = replace(window, start=window.start - timedelta(days=dice.randrange(1, 90)))
    return changed(facts, attachment_window=wider, attachments_named=1, attachments_served=1)


def _open_ended(dice: random.Random, facts: Facts) -> Facts:
    day = SERVED - timedelta(days=dice.randrange(10, 90))
    one = dice.choice(({"first_day": day}, {"last_day": day}))
    return changed(facts, window=None, attachment_window=None, **one)


def _inverted(dice: random.Random, facts: Facts) -> Facts:
    last = SERVED - timedelta(days=dice.randrange(20, 90))
    return changed(
        facts,
        window=None,
        attachment_window=None,
        first_day=last + timedelta(days=dice.randrange(1, 15)),
        last_day=last,
    )


def _sweeping(dice: random.Random, facts: Facts) -> Facts:
    item = Item(number=7, page=2, words=dice.choice(SWEEPING))
    return changed(facts, items=(*facts.paper.items, item))


def _unmatched(_dice: random.Random, facts: Facts) -> Facts:
    item = Item(number=7, page=2, words="The colour of the telephone.")
    return changed(facts, items=(*facts.paper.items, item))


def _many(dice: random.Random, facts: Facts) -> Facts:
    count = dice.randrange(21, 60)
    return changed(facts, selectors=tuple(Selector(kind="phone", value=f"+1202555{one:04}") for one in range(count)))


def _selector(kind: str, *values: str, alone: bool = False) -> Break:
    def breaks(dice: random.Random, facts: Facts) -> Facts:
        one = Selector(kind=kind, value=dice.choice(values))
        kept = () if alone else facts.paper.selectors
        return changed(facts, selectors=(*kept, one))

    return breaks


def _sender(**known: bool) -> Break:
    return lambda _dice, facts: replace(facts, sender=Sender(**known))


def _silence(**changes: Any) -> Break:
    def breaks(_dice: random.Random, facts: Facts) -> Facts:
        order = SilenceOrder(issuer=Issuer.COURT, signed=True, dated=SERVED, until=SERVED + timedelta(days=90))
        return changed(facts, silence=replace(order, **changes))

    return breaks


def _as(kind: Process, inner: Break | None = None) -> Break:
    def breaks(dice: random.Random, facts: Facts) -> Facts:
        other = changed(facts, process=kind, statute="", silence=None, issuer=Issuer.COURT)
        return inner(dice, other) if inner else other

    return breaks


def _of_facts(**changes: Any) -> Break:
    return lambda _dice, facts: replace(facts, **changes)


def _missing_attachment(dice: random.Random, facts: Facts) -> Facts:
    named = dice.randrange(1, 4)
    return changed(facts, attachments_named=named, attachments_served=dice.randrange(named), attachment_window=None)


def _slipped_name(dice: random.Random, facts: Facts) -> Facts:
    return changed(
        facts, entity_named=dice.choice(("Larkspr Messaging Inc.", "Larkspur Mesaging, Inc.", "Lakspur Messagin"))
    )


def _days(field: str, *offsets: int) -> Break:
    return lambda dice, facts: changed(facts, **{field: SERVED + timedelta(days=dice.choice(offsets))})


def _one(name: str, code: str, outcome: Outcome, on: tuple[Process, ...], breaks: Break, **more: Any) -> Defect:
    return Defect(name=name, code=code, outcome=outcome, on=on, breaks=breaks, **more)


OF_FORM = (
    _one("no signature", "VALID-1", STOP, ALL, put(signed=False)),
    _one("no date", "VALID-2", STOP, ALL, put(dated=None)),
    _one("dated after service", "VALID-2", STOP, ALL, _days("dated", 1, 2, 30)),
    _one("an office without the power", "VALID-3", STOP, ALL, lambda _d, f: changed(
        f, issuer=NO_SIGNER[f.paper.process])),
    _one("no judge", "VALID-4", STOP, OF_A_COURT, put(judge_named=False)),
    _one("no seal", "VALID-5", QUESTION, OF_A_COURT, put(sealed_by_court=False), slip=True),
    _one("no recital of its ground", "VALID-6", STOP, (ORDER, WARRANT, EMERGENCY), lambda _d, f: changed(
        f, recites=f.paper.recites - {"articulable_facts", "probable_cause", "danger"})),
    _one("no certificate", "VALID-6", STOP, (LETTER,), put(recites=frozenset({"judicial_review"}))),
    _one("a request for silence, no order", "VALID-7", QUESTION, ASKED_OF_CUSTOMER, lambda _d, f: changed(
        f, asks_silence=True, silence=None, recites=f.paper.recites | {"customer_unsuitable"}), slip=True),
    _one("silence signed by a prosecutor", "VALID-7", QUESTION, ASKED_OF_CUSTOMER, _silence(issuer=Issuer.PROSECUTOR)),
    _one("silence unsigned", "VALID-7", QUESTION, ASKED_OF_CUSTOMER, _silence(signed=False)),
    _one("silence undated", "VALID-7", QUESTION, ASKED_OF_CUSTOMER, _silence(dated=None)),
    _one("silence without end", "VALID-7", QUESTION, ASKED_OF_CUSTOMER, _silence(until=None)),
    _one("silence without notice of review", "VALID-7", QUESTION, (LETTER,), put(
        asks_silence=True, recites=frozenset({"national_security_certificate"}))),
    _one("execution days over", "VALID-8", STOP, (WARRANT,), _days("execute_by", -1, -3, -20)),
    _one("execution not begun", "VALID-8", STOP, (WARRANT,), lambda d, f: changed(
        f, execute_from=SERVED + timedelta(days=d.randrange(1, 9)), execute_by=None)),
    _one("court without power", "VALID-9", STOP, OF_A_COURT, pick(
        court=(CourtKind.STATE_LIMITED, CourtKind.MUNICIPAL, CourtKind.CIVIL, CourtKind.FOREIGN))),
    _one("court not stated", "VALID-9", QUESTION, OF_A_COURT, put(court=CourtKind.NOT_STATED), slip=True),
    _one("attachment missing", "VALID-10", QUESTION, OF_A_COURT, _missing_attachment, slip=True),
    _one("statute that does not exist", "VALID-11", STOP, ALL, pick(
        statute=("18 U.S.C. 2719", "18 U.S.C. § 2703(k)", "18 USC 2715(b)", "title 18, section 3135")),
        also=frozenset({"VALID-12"})),
    _one("statute without the power", "VALID-12", STOP, (SUBPOENA, WARRANT, EMERGENCY, PRESERVATION), pick(
        statute=("18 U.S.C. 2703(d)", "18 U.S.C. § 2705(b)", "18 U.S.C. 3123"))),
    _one("statute that nobody here knows", "VALID-12", QUESTION, (SUBPOENA, WARRANT, ORDER), pick(
        statute=("Cal. Penal Code 1524.2", "N.Y. Crim. Proc. Law 690", "47 U.S.C. 551")), slip=True),
    _one("unregistered sender", "VALID-13", QUESTION, ALL, _sender(registered=False), slip=True),
    _one("strange domain", "VALID-14", QUESTION, ALL, _sender(domain_known=False), slip=True),
)  # fmt: skip

OF_BOUNDS = (
    _one("contents on a subpoena", "LIMITED-7", STOP, (SUBPOENA, ORDER, LETTER), lambda _d, f: with_content(f)),
    _one(
        "contents for a private party",
        "LIMITED-7",
        STOP,
        PRIVATE,
        lambda _d, f: with_content(f),
        also=frozenset({"ENFORCEABLE-8", "LIMITED-1"}),
    ),
    _one("a class beyond a subpoena", "LIMITED-1", STOP, (SUBPOENA,), asks_for(Category.MESSAGE_DETAIL)),
    _one("a class beyond a letter", "LIMITED-1", STOP, (LETTER,), asks_for(Category.PAYMENT)),
    _one("a class beyond a letter, too", "LIMITED-1", STOP, (LETTER,), asks_for(Category.MESSAGE_DETAIL)),
    _one("no period", "LIMITED-2", QUESTION, (SUBPOENA,), _no_window, slip=True),
    _one("contents without a period", "LIMITED-2", STOP, (WARRANT, EMERGENCY), _content_without_window),
    _one("period after service", "LIMITED-3", STOP, ALL, _future),
    _one("period of years", "LIMITED-4", QUESTION, ALL, _long, slip=True),
    _one("period open at an end", "LIMITED-5", STOP, ALL, _open_ended),
    _one("period backwards", "LIMITED-5", STOP, ALL, _inverted),
    _one("attachment beyond the paper", "LIMITED-6", STOP, OF_A_COURT, _beyond),
)

OF_PERSONS_AND_THINGS = (
    _one("no identifier", "SPECIFIC-1", STOP, ALL, put(selectors=())),
    _one("number not in E.164", "SPECIFIC-2", STOP, ALL, _selector(
        "phone", "202-555-0143", "+1 202 555 0143", "+1202555014")),
    _one("number of no country", "SPECIFIC-2", STOP, ALL, _selector("phone", "+99912345678", "+0015550143")),
    _one("address that is none", "SPECIFIC-2", STOP, ALL, _selector("email", "user@", "user example.org", "a@b")),
    _one("account with a wrong check digit", "SPECIFIC-2", STOP, ALL, _selector(
        "account", "79927398710", "1234567812345678")),
    _one("internet address that is none", "SPECIFIC-2", STOP, ALL, _selector("ip", "192.0.2.300", "2001:db8:::1")),
    _one("bank account with wrong digits", "SPECIFIC-2", STOP, ALL, _selector("iban", "GB82WEST12345698765431")),
    _one("many identifiers", "SPECIFIC-3", QUESTION, ALL, _many, slip=True),
    _one("internet address", "SPECIFIC-4", QUESTION, ALL, _selector("ip", "192.0.2.7", "2001:db8::1"), slip=True),
    _one("number of a telephone's hardware", "SPECIFIC-4", QUESTION, ALL, _selector(
        "imei", "490154203237518"), slip=True),
    _one("nothing but a name", "SPECIFIC-4", STOP, ALL, _selector("name", "Maud Marrow", alone=True)),
    _one("nothing asked", "PARTICULARIZED-1", STOP, OPENING, put(items=())),
    _one("words of no class", "PARTICULARIZED-2", QUESTION, OPENING, _unmatched, slip=True),
    _one("catch-all words", "PARTICULARIZED-3", QUESTION, OPENING, _sweeping, slip=True),
)  # fmt: skip

OF_FORCE = (
    _one("company not named", "ENFORCEABLE-1", STOP, ALL, put(names_entity=False)),
    _one("authority abroad", "ENFORCEABLE-2", ASK, (SUBPOENA, ORDER, WARRANT), pick(country=("GB", "DE", "CA", "IN"))),
    _one("letter from abroad", "ENFORCEABLE-2", STOP, (Process.FOREIGN_REQUEST,), lambda _d, f: changed(
        f, country="DE", issuer=Issuer.FOREIGN_AUTHORITY)),
    _one("answer wanted before service", "ENFORCEABLE-3", QUESTION, ALL, _days("reply_by", -1, -9, -90), slip=True),
    _one("emergency from abroad", "ENFORCEABLE-4", STOP, (EMERGENCY, PRESERVATION), put(country="CA"),
         also=frozenset({"ENFORCEABLE-2"})),
    _one("emergency by a private party", "ENFORCEABLE-4", STOP, (EMERGENCY, PRESERVATION), put(governmental=False)),
    _one("nobody called back", "ENFORCEABLE-5", STOP, (EMERGENCY,), _of_facts(called_back=False)),
    _one("outside the enclave", "ENFORCEABLE-6", STOP, (LETTER,), _of_facts(enclave=False)),
    _one("another company", "ENFORCEABLE-7", STOP, ALL, pick(
        entity_named=("Larkspur Mutual Insurance", "Redwing Telephone LLC", "Messaging, Inc."))),
    _one("a letter of the name is wrong", "ENFORCEABLE-7", QUESTION, ALL, _slipped_name, slip=True),
    *(_one(f"{kind}", "ENFORCEABLE-8", STOP, (kind,), put()) for kind in MISDIRECTED),
    _one("protected customer", "ENFORCEABLE-9", ASK, ALL, lambda d, f: replace(
        f, protected=frozenset({d.choice(("lawyer", "press", "health"))}))),
    _one("the customer's data", "ENFORCEABLE-10", QUESTION, ASKED_OF_CUSTOMER, lambda _d, f: processor(f), slip=True),
    _one("a third term of preservation", "ENFORCEABLE-11", STOP, (PRESERVATION,), _of_facts(preservations=2)),
    *(_one(f"{kind}", "ENFORCEABLE-12", QUESTION, (kind,), put()) for kind in TO_INTERCEPT),
)  # fmt: skip

DEFECTS: tuple[Defect, ...] = (*OF_FORM, *OF_BOUNDS, *OF_PERSONS_AND_THINGS, *OF_FORCE)


def made_of(kind: Process) -> Callable[[random.Random, Facts], Facts]:
    """Return how a sound paper of the base kind becomes one of ``kind``."""
    return _as(kind) if kind in BASE else lambda _dice, facts: facts
