"""Papers in order, to be put out of order by a test, and the law they are judged by."""

from dataclasses import replace
from datetime import date
from typing import Any

from safeconduct.core.base.periods import window_of_days
from safeconduct.core.conduct.categories import CEILING
from safeconduct.rooms.government_requests.rules.findings import Facts
from safeconduct.rooms.government_requests.rules.law import Law, Ruling
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.words import Category, Issuer, Process

ZONE = "America/New_York"


def paper(**changes: Any) -> Paper:
    """Return a search warrant in order, with ``changes``."""
    sound = Paper(
        process=Process.SEARCH_WARRANT,
        issuer=Issuer.COURT,
        issuer_name="Superior Court of Calder County",
        country="US",
        governmental=True,
        signed=True,
        sealed_by_court=True,
        judge_named=True,
        dated=date(2026, 3, 9),
        names_entity=True,
        reply_by=date(2026, 3, 24),
        selectors=(Selector(kind="phone", value="+12025550143"),),
        items=(Item(number=1, page=2, words="The name of the subscriber.", categories=(Category.SUBSCRIBER,)),),
        window=window_of_days(date(2026, 2, 1), date(2026, 2, 28), ZONE),
        zone=ZONE,
        recites=frozenset({"probable_cause"}),
    )
    return replace(sound, **changes)


SILENCE = SilenceOrder(issuer=Issuer.COURT, signed=True, dated=date(2026, 3, 9), until=date(2026, 12, 6))

OF_KIND: dict[Process, dict[str, Any]] = {
    Process.SEARCH_WARRANT: {},
    Process.SUBPOENA: {"process": Process.SUBPOENA, "issuer": Issuer.GRAND_JURY, "recites": frozenset()},
    Process.COURT_ORDER_2703D: {
        "process": Process.COURT_ORDER_2703D,
        "recites": frozenset({"articulable_facts"}),
    },
    Process.PRESERVATION_REQUEST: {
        "process": Process.PRESERVATION_REQUEST,
        "issuer": Issuer.POLICE,
        "items": (),
        "recites": frozenset(),
    },
    Process.EMERGENCY_REQUEST: {
        "process": Process.EMERGENCY_REQUEST,
        "issuer": Issuer.POLICE,
        "recites": frozenset({"danger"}),
        "reply_by": None,
    },
    Process.FOREIGN_REQUEST: {
        "process": Process.FOREIGN_REQUEST,
        "issuer": Issuer.FOREIGN_AUTHORITY,
        "country": "DE",
        "recites": frozenset(),
    },
    Process.NATIONAL_SECURITY_LETTER: {
        "process": Process.NATIONAL_SECURITY_LETTER,
        "issuer": Issuer.FBI,
        "recites": frozenset({"national_security_certificate", "judicial_review"}),
    },
}


def law(process: Process) -> Law:
    """Return signed answers: the widest reach, notice for all, 90 days, 14 days."""
    reach = Ruling(value=sorted(CEILING[process]), provision="us.sca.2703-a", citation="18 U.S.C. 2703(a)")
    return Law(
        as_of=date(2026, 3, 10),
        edition="e" * 64,
        obtainable=reach,
        must_notify=Ruling(value=True, provision="policy.notice", citation="Policy 6"),
        preservation_days=Ruling(value=90, provision="us.sca.2703-f", citation="18 U.S.C. 2703(f)"),
        reply_days=Ruling(value=14, provision="policy.reply", citation="Policy 5"),
    )


def facts(served: Paper) -> Facts:
    """Return the facts of ``served`` on 10 March 2026 in the United States."""
    return Facts(
        paper=served,
        served_country="US",
        served_on=date(2026, 3, 10),
        enclave=False,
        called_back=False,
        law=law(served.process),
    )
