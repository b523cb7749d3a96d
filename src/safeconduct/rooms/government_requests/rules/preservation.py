"""When a copy is made, for how long, and when it may end. The instrument's own rule decides; a copy discloses nothing.

1. What the rulebook says of a kind of paper is its rule: ``verified`` makes a copy on receipt where the sender is an
   officer whom we enrolled, ``on_receipt`` whoever sent it, ``counsel`` only when counsel says so, ``none`` never
   (18 U.S.C. 2703(f); Regulation (EU) 2023/1543, art. 11; Policy 5.1).
2. Paper of an unverified sender makes no copy: it puts deletion off by the policy's days, seven, until somebody calls
   the sender back or counsel decides (Policy 5.1). Private papers, letters of the Bureau, emergencies: counsel's.
3. A copy covers the identifiers and categories that the paper names and nothing else; without a well-formed identifier
   there is none.
4. It lasts the instrument's days and is renewed as often and as long as the instrument allows: 90 and 90
   (18 U.S.C. 2703(f)(2)), 60 and 30 (art. 11(1)).
5. It never ends while our own answer may need it, nor while process over the same identifiers is pending that has no
   copy of its own.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from safeconduct.rooms.government_requests.rules.findings.specific import well_formed
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.paper import Paper

DEFERRED_DAYS = 7
"""Where no provision says how many."""


class Basis(StrEnum):
    """What receipt does about the records that a paper names."""

    COPY = "copy"
    DEFER = "defer"
    COUNSEL = "counsel"
    NOTHING = "nothing"


RULES = {"on_receipt": Basis.COPY, "verified": Basis.COPY, "counsel": Basis.COUNSEL, "none": Basis.NOTHING}


def basis_for(*, law: Law, verified: bool) -> Basis:
    """Return what this kind of paper does on receipt: rules 1 and 2. What no provision answers is counsel's."""
    said = str(law.answer("preserves").value or "counsel")
    if said == "verified" and not verified:
        return Basis.DEFER
    return RULES.get(said, Basis.COUNSEL)


def preserves_on_receipt(paper: Paper, *, law: Law, verified: bool) -> bool:
    """Return whether receipt of ``paper`` by itself makes a copy: rules 1 to 3."""
    named = any(well_formed(selector) for selector in paper.selectors)
    return named and basis_for(law=law, verified=verified) is Basis.COPY


def may_preserve(*, basis: Basis, called_back: bool, counsel: bool) -> bool:
    """Return whether a person may have a copy made: where receipt would, where the sender was reached, or counsel."""
    return counsel or basis is Basis.COPY or (basis is Basis.DEFER and called_back)


def deferred_until(*, received_at: datetime, law: Law) -> datetime:
    """Return until when deletion is put off by a paper that made no copy: rule 2."""
    return received_at + timedelta(days=int(law.answer("deletion_deferred_days").value or DEFERRED_DAYS))


def may_renew(*, renewals: int, law: Law) -> bool:
    """Return whether a preservation can be renewed once more: rule 4."""
    return renewals < int(law.preservation_renewals.value or 0)


def term_days(*, renewal: bool, law: Law) -> int:
    """Return how many days a copy lasts from now, or is renewed by: rule 4."""
    renewed = law.answer("preservation_renewal_days").value if renewal else None
    return int(renewed or law.preservation_days.value or 0)
