"""Specific: does it name whose records?

1. At least one identifier is named; a paper about nobody in particular is not answered (Policy 4; U.S. Const.
   amend. IV).
2. Each identifier is well formed: a telephone number in E.164, an address, an account; check digits hold.
3. A letter under 2709 names a specific selector (18 U.S.C. 2709(b)).
4. More than twenty identifiers are put to the officer (Policy 4).
5. An identifier of another kind finds no record here: the officer is asked for one that does, and a paper that names
   no other is not specific.
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.identifiers import of_another_kind, well_formed
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.words import Process

__all__ = ["check_specific", "well_formed"]

MANY = 20


def check_specific(facts: Facts) -> list[Finding]:
    """Return the checks of identity: any, well formed, not too many."""
    selectors = facts.paper.selectors
    provision = law.NSL if facts.paper.process is Process.NATIONAL_SECURITY_LETTER else law.FOURTH_AMENDMENT
    if not selectors:
        says, cure = "No identifier is named.", "Name the number, address or account sought."
        return [failed("SPECIFIC-1", Outcome.STOP, says, provision, cure=cure)]
    found = [
        passed("SPECIFIC-1", "The paper names whose records it seeks.", provision),
        _form(selectors),
        _kinds(selectors),
    ]
    if len(selectors) > MANY:
        cure = "Ask the officer why each is needed."
        says = f"The paper names {len(selectors)} identifiers."
        found.append(failed("SPECIFIC-3", Outcome.QUESTION, says, law.POLICY, cure=cure))
    else:
        found.append(passed("SPECIFIC-3", "The number of identifiers is one that can be judged.", law.POLICY))
    return found


def _broken(selector: Selector) -> bool:
    return not well_formed(selector) and not of_another_kind(selector)


def _kinds(selectors: tuple[Selector, ...]) -> Finding:
    others = [str(index) for index, selector in enumerate(selectors, start=1) if of_another_kind(selector)]
    if not others:
        return passed("SPECIFIC-4", "Every identifier is of a kind by which records are found.", law.POLICY)
    says = f"Of a kind by which no record is found: identifier {', '.join(others)}."
    cure = "Name the telephone number, the e-mail address or the account."
    outcome = Outcome.STOP if len(others) == len(selectors) else Outcome.QUESTION
    return failed("SPECIFIC-4", outcome, says, law.POLICY, cure=cure)


def _form(selectors: tuple[Selector, ...]) -> Finding:
    bad = [index for index, selector in enumerate(selectors, start=1) if _broken(selector)]
    if not bad:
        return passed("SPECIFIC-2", "Every identifier is well formed.", law.POLICY)
    says = f"Not well formed: identifier {', '.join(map(str, bad))}."
    cure = "Write numbers in full with the country code, such as +12025550143."
    return failed("SPECIFIC-2", Outcome.STOP, says, law.POLICY, cure=cure)
