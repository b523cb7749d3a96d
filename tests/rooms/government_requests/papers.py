"""Papers in order, to be put out of order by a test, and the law they are judged by."""

from dataclasses import replace
from datetime import date
from typing import Any

from safeconduct.core.base.periods import window_of_days
from safeconduct.core.conduct.categories import CEILING
from safeconduct.rooms.government_requests.rules.findings import Facts
from safeconduct.rooms.government_requests.rules.law import Law, Ruling
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.words import Category, CourtKind, Issuer, Process

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
        court=CourtKind.STATE_GENERAL,
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

OF_KIND |= {
    process: {"process": process, "recites": frozenset(), "court": CourtKind.FEDERAL_DISTRICT}
    for process in Process
    if process not in OF_KIND
}


ISSUERS = {
    Process.SUBPOENA: ["agency", "court", "grand_jury", "prosecutor"],
    Process.PRESERVATION_REQUEST: ["agency", "fbi", "grand_jury", "police", "prosecutor"],
    Process.EMERGENCY_REQUEST: ["agency", "fbi", "police", "prosecutor"],
    Process.FOREIGN_REQUEST: ["foreign_authority"],
    Process.NATIONAL_SECURITY_LETTER: ["fbi"],
}
POWERS = {
    Process.SUBPOENA: ["18 U.S.C. 2703(c)(2)", "Fed. R. Crim. P. 17"],
    Process.SEARCH_WARRANT: ["18 U.S.C. 2703(a)", "Fed. R. Crim. P. 41"],
}
KNOWN = ["18 U.S.C. 2702(a)", "18 U.S.C. 2703(a)", "18 U.S.C. 2703(c)", "18 U.S.C. 2703(d)", "18 U.S.C. 2709"]


def _powers(process: Process) -> dict[str, Ruling]:
    """Return who may sign, which courts, which citations, what we are controller of: signed."""

    def ruling(value: Any, provision: str) -> Ruling:
        return Ruling(value=value, provision=provision, citation=f"cited {provision}")

    return {
        "issuers": ruling(ISSUERS.get(process, ["court"]), "us.power"),
        "competent_courts": ruling(["federal_district", "state_general"], "us.sca.2711-3"),
        "statutes": ruling(POWERS.get(process, ["18 U.S.C. 2703(d)"]), "us.power"),
        "known_statutes": ruling(KNOWN, "us.code.sections"),
        "complete_spans": ruling(["18 U.S.C. 2700-2720"], "us.code.sections"),
        "controller_of": ruling(["call_detail", "message_detail", "payment", "subscriber"], "policy.roles"),
        "protected_customers": ruling(["health", "lawyer", "press"], "policy.protected-customers"),
        "preservation_renewals": ruling(1, "us.sca.2703-f"),
    }


def law(process: Process) -> Law:
    """Return signed answers: the widest reach, notice for all, 90 days, 14 days."""
    reach = Ruling(value=sorted(CEILING[process]), provision="us.sca.2703-a", citation="18 U.S.C. 2703(a)")
    return Law(
        **_powers(process),
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
