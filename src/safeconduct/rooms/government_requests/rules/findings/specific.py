"""Specific: does it name whose records?

1. At least one identifier is named; a paper about nobody in particular is not answered (Policy 4; U.S. Const.
   amend. IV).
2. Each identifier is well formed: a telephone number in E.164, an address, or an account's identifier.
3. A letter under 2709 names a specific selector (18 U.S.C. 2709(b)).
4. More than twenty identifiers are put to the officer (Policy 4).
"""

import re

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.words import Process

MANY = 20

FORMS = {
    "phone": re.compile(r"\+[1-9][0-9]{6,14}"),
    "email": re.compile(r"[^\s@A-Z]+@[^\s@A-Z]+\.[^\s@A-Z]+"),
    "account": re.compile(r"[0-9A-Za-z_-]{4,64}"),
}


def well_formed(selector: Selector) -> bool:
    """Return whether ``selector`` has the exact form by which records are found (E.164 for numbers)."""
    form = FORMS.get(selector.kind)
    return bool(form and form.fullmatch(selector.value))


def check_specific(facts: Facts) -> list[Finding]:
    """Return the checks of identity: any, well formed, not too many."""
    selectors = facts.paper.selectors
    provision = law.NSL if facts.paper.process is Process.NATIONAL_SECURITY_LETTER else law.FOURTH_AMENDMENT
    if not selectors:
        says, cure = "No identifier is named.", "Name the number, address or account sought."
        return [failed("SPECIFIC-1", Outcome.STOP, says, provision, cure=cure)]
    found = [passed("SPECIFIC-1", "The paper names whose records it seeks.", provision), _form(selectors)]
    if len(selectors) > MANY:
        cure = "Ask the officer why each is needed."
        says = f"The paper names {len(selectors)} identifiers."
        found.append(failed("SPECIFIC-3", Outcome.QUESTION, says, law.POLICY, cure=cure))
    else:
        found.append(passed("SPECIFIC-3", "The number of identifiers is one that can be judged.", law.POLICY))
    return found


def _form(selectors: tuple[Selector, ...]) -> Finding:
    bad = [index for index, selector in enumerate(selectors, start=1) if not well_formed(selector)]
    if not bad:
        return passed("SPECIFIC-2", "Every identifier is well formed.", law.POLICY)
    says = f"Not well formed: identifier {', '.join(map(str, bad))}."
    cure = "Write numbers in full with the country code, such as +12025550143."
    return failed("SPECIFIC-2", Outcome.STOP, says, law.POLICY, cure=cure)
