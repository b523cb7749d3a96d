"""Generated papers, sound ones and ones with exactly one defect, whose truth comes from how they were made.

Nothing of the checks is asked here: what a sound paper looks like stands in tables of this file, and each defect says
by itself which code has to see it and how strongly.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from safeconduct.core.base.findings import Outcome
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests.rules.findings.facts import Facts
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, Issuer, Process, Role

SERVED = date(2026, 3, 10)
ENTITY = "Larkspur Messaging, Inc."
SAME_NAME = (
    "Larkspur Messaging, Inc.",
    "LARKSPUR MESSAGING INC",
    "Larkspur Messaging Incorporated",
    "Larkspur Messaging",
)
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles", "UTC")
COURTS = (CourtKind.FEDERAL_DISTRICT, CourtKind.STATE_GENERAL, CourtKind.FEDERAL_APPEALS, CourtKind.MILITARY)
SUBPOENA, ORDER, WARRANT = Process.SUBPOENA, Process.COURT_ORDER_2703D, Process.SEARCH_WARRANT
PRESERVATION, EMERGENCY, LETTER = (
    Process.PRESERVATION_REQUEST,
    Process.EMERGENCY_REQUEST,
    Process.NATIONAL_SECURITY_LETTER,
)
ALL = (SUBPOENA, ORDER, WARRANT, PRESERVATION, EMERGENCY, LETTER)
OPENING = (SUBPOENA, ORDER, WARRANT, EMERGENCY, LETTER)
OF_A_COURT = (ORDER, WARRANT)
ASKED_OF_CUSTOMER = (SUBPOENA, ORDER, WARRANT)
RECORDS = (Category.SUBSCRIBER, Category.PAYMENT, Category.CALL_DETAIL)

SIGNERS: Mapping[Process, tuple[Issuer, ...]] = {
    SUBPOENA: (Issuer.COURT, Issuer.GRAND_JURY, Issuer.PROSECUTOR, Issuer.AGENCY),
    ORDER: (Issuer.COURT,),
    WARRANT: (Issuer.COURT,),
    PRESERVATION: (Issuer.POLICE, Issuer.PROSECUTOR, Issuer.AGENCY, Issuer.FBI),
    EMERGENCY: (Issuer.POLICE, Issuer.FBI, Issuer.AGENCY),
    LETTER: (Issuer.FBI,),
}
NO_SIGNER: Mapping[Process, Issuer] = {
    SUBPOENA: Issuer.POLICE,
    ORDER: Issuer.PROSECUTOR,
    WARRANT: Issuer.POLICE,
    PRESERVATION: Issuer.FOREIGN_AUTHORITY,
    EMERGENCY: Issuer.GRAND_JURY,
    LETTER: Issuer.POLICE,
}
REACH: Mapping[Process, tuple[Category, ...]] = {
    SUBPOENA: RECORDS,
    ORDER: (*RECORDS, Category.MESSAGE_DETAIL),
    WARRANT: tuple(Category),
    PRESERVATION: tuple(Category),
    EMERGENCY: tuple(Category),
    LETTER: (Category.SUBSCRIBER, Category.CALL_DETAIL),
}
RECITED: Mapping[Process, frozenset[str]] = {
    ORDER: frozenset({"articulable_facts"}),
    WARRANT: frozenset({"probable_cause"}),
    EMERGENCY: frozenset({"danger"}),
    LETTER: frozenset({"national_security_certificate", "judicial_review"}),
}
CITED: Mapping[Process, tuple[str, ...]] = {
    SUBPOENA: (
        "",
        "18 U.S.C. § 2703(c)(2)",
        "18 USC 2703(c)(2)",
        "Fed. R. Crim. P. 17",
        "title 21, U.S. Code, section 876",
    ),
    ORDER: ("18 U.S.C. 2703(d)", "18 U.S.C. §§ 2703(d) and 2705(b)", "18 usc 2703 (d)"),
    WARRANT: ("Fed. R. Crim. P. 41", "18 U.S.C. 2703(a)", "18 U.S.C. § 2703(b)(1)(A); Fed. R. Crim. P. 41", ""),
    PRESERVATION: ("18 U.S.C. 2703(f)", "18 U.S.C. § 2703(f)(1)", ""),
    EMERGENCY: ("18 U.S.C. 2702(b)(8)", "18 U.S.C. 2702(c)(4)", ""),
    LETTER: ("18 U.S.C. 2709", "18 U.S.C. § 2709(b)"),
}
NAMED: Mapping[Category, tuple[str, ...]] = {
    Category.SUBSCRIBER: ("The name and address of the subscriber.", "Length of service and types of service used."),
    Category.PAYMENT: ("Means and source of payment, with dates.",),
    Category.CALL_DETAIL: ("Local and long distance connection records.", "Times and durations of calls."),
    Category.MESSAGE_DETAIL: ("Date, time and other number of each message, without its text.",),
    Category.MESSAGE_CONTENT: ("The text of messages sent and received.",),
}
SWEEPING = (
    "Any and all records relating to the account.",
    "All records and other information.",
    "Records including, but not limited to, the above.",
    "The entire account.",
    "Everything held about the user.",
)


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A paper as it was judged on its day, and the truth about it: the defect it was given, or none."""

    facts: Facts
    defect: str = ""
    code: str = ""
    outcome: Outcome = Outcome.MET
    also: frozenset[str] = frozenset()


Break = Callable[[random.Random, Facts], Facts]


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One way in which a paper is wrong.

    Attributes:
        name: for people.
        code: the check that has to see it.
        outcome: how strongly.
        on: the kinds of paper that it can befall.
        breaks: makes it.
        also: checks that see the same defect from another side.
        slip: whether it is a slip of form, for which a paper is never refused.
    """

    name: str
    code: str
    outcome: Outcome
    on: tuple[Process, ...]
    breaks: Break
    also: frozenset[str] = frozenset()
    slip: bool = False


def changed(facts: Facts, **changes: Any) -> Facts:
    """Return the facts with another paper."""
    return replace(facts, paper=replace(facts.paper, **changes))


def _selector(dice: random.Random) -> Selector:
    kind = dice.choice(("phone", "phone", "email", "account"))
    if kind == "phone":
        abroad = dice.choice((f"+4930{dice.randrange(10**6, 10**7)}", f"+44207946{dice.randrange(1000):04}"))
        return Selector(
            kind=kind, value=dice.choice((f"+1{dice.choice((202, 415, 612))}5550{dice.randrange(100, 200)}", abroad))
        )
    if kind == "email":
        return Selector(kind=kind, value=f"user{dice.randrange(10**6)}@example.{dice.choice(('org', 'com', 'net'))}")
    return Selector(kind=kind, value=f"{dice.randrange(16**32):032x}")


def sound(dice: random.Random, process: Process, law: Law) -> Facts:
    """Return a paper of the kind with nothing wrong, on the day on which it was served."""
    first = SERVED - timedelta(days=dice.randrange(40, 300))
    last = first + timedelta(days=dice.randrange(40))
    zone = dice.choice(ZONES)
    dated = SERVED - timedelta(days=dice.randrange(5))
    categories = tuple(sorted(dice.sample(REACH[process], dice.randrange(1, len(REACH[process]) + 1))))
    recites = set(RECITED.get(process, frozenset()))
    if Category.MESSAGE_CONTENT in categories:
        recites.add("customer_unsuitable")
    court = process in OF_A_COURT
    attachments = dice.randrange(3) if court else 0
    paper = Paper(
        process=process,
        issuer=dice.choice(SIGNERS[process]),
        issuer_name="Superior Court of Calder County" if court else "Calder County Sheriff",
        country="US",
        governmental=True,
        signed=True,
        sealed_by_court=court or dice.random() < 0.5,
        judge_named=court,
        dated=dated,
        names_entity=True,
        reply_by=dice.choice((None, SERVED + timedelta(days=dice.randrange(1, 30)))),
        selectors=tuple(dict.fromkeys(_selector(dice) for _ in range(dice.randrange(1, 6)))),
        items=tuple(
            Item(number=number, page=1, words=dice.choice(NAMED[one]), categories=(one,))
            for number, one in enumerate(categories, start=1)
        ),
        window=window_of_days(first, last, zone),
        zone=zone,
        recites=frozenset(recites),
        case_number=f"26-{dice.randrange(10**5)}",
        court=dice.choice(COURTS) if court else CourtKind.NOT_STATED,
        statute=dice.choice(CITED[process]),
        entity_named=dice.choice(("", *SAME_NAME)),
        execute_by=dice.choice((None, SERVED, SERVED + timedelta(days=9))) if process is WARRANT else None,
        execute_from=dice.choice((None, SERVED, dated)) if process is WARRANT else None,
        attachments_named=attachments,
        attachments_served=attachments,
        attachment_window=dice.choice((None, window_of_days(first, last, zone))) if attachments else None,
        silence=_silence(dated) if process in ASKED_OF_CUSTOMER and dice.random() < 0.3 else None,
    )
    return Facts(
        paper=paper,
        served_country="US",
        served_on=SERVED,
        enclave=process is LETTER,
        called_back=process is EMERGENCY,
        law=law,
        entity_names=(ENTITY,),
        protected=frozenset(),
        preservations=dice.randrange(2),
    )


def _silence(dated: date) -> SilenceOrder:
    return SilenceOrder(issuer=Issuer.COURT, signed=True, dated=dated, until=SERVED + timedelta(days=180))


def with_content(facts: Facts) -> Facts:
    """Return the paper asking for contents beside what it asks."""
    words = NAMED[Category.MESSAGE_CONTENT][0]
    item = Item(number=9, page=2, words=words, categories=(Category.MESSAGE_CONTENT,))
    recites = facts.paper.recites | {"customer_unsuitable"}
    return changed(facts, items=(*facts.paper.items, item), recites=recites)


def with_category(facts: Facts, category: Category) -> Facts:
    """Return the paper asking for one more class of records."""
    item = Item(number=8, page=2, words=NAMED[category][0], categories=(category,))
    return changed(facts, items=(*facts.paper.items, item))


def processor(facts: Facts) -> Facts:
    """Return the paper about data of which we are processor, with nothing said of why the customer is not asked."""
    asked = facts.paper.categories
    recites = facts.paper.recites - {"customer_unsuitable"}
    return replace(changed(facts, recites=recites, silence=None), roles={asked[0]: Role.PROCESSOR})
