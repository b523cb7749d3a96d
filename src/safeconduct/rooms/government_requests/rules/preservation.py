"""When a copy is made, and for how long.

1. Every compulsory paper and every preservation letter makes a copy at once, before it is judged (18 U.S.C. 2703(f);
   the duty not to let evidence die while it is reviewed).
2. A letter of a foreign authority makes none until counsel says so; an emergency makes none, since it is answered now.
3. A copy lasts the rulebook's days, 90, with one renewal of the same length on a renewed request (18 U.S.C.
   2703(f)(2)).
4. A copy discloses nothing, and the customer's own view does not change because of it.
"""

from safeconduct.rooms.government_requests.rules.identifiers import well_formed
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.words import PRESERVED_ON_RECEIPT

RENEWALS = 1


def preserves_on_receipt(paper: Paper) -> bool:
    """Return whether receipt of ``paper`` by itself makes a copy: rule 1, and a well-formed identifier to copy by."""
    return paper.process in PRESERVED_ON_RECEIPT and any(well_formed(selector) for selector in paper.selectors)


def may_renew(*, renewals: int) -> bool:
    """Return whether a preservation can be renewed once more."""
    return renewals < RENEWALS
