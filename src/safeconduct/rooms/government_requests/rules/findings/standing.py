"""Enforceable, second part: is it ours to answer, by this desk, for this customer, once more?

1. A paper calls the served company by its name; a slip of the pen is asked about, another company's paper is not ours.
2. A private party's subpoena binds where it was issued, and never reaches contents (18 U.S.C. 2702(a)); a request of a
   person about their own data, and a paper meant for a customer, go back with the way to the right door (Policy 4).
3. An order to intercept binds, and is none of this desk's: it is entered, clocked and handed to the interception team,
   never refused because this desk cannot intercept (18 U.S.C. 2518(4), 3124).
4. Where a customer is protected (a law practice, the press, health care), counsel decides first (Policy 11).
5. Where we are processor of what is asked, the officer is asked whether the customer can answer, unless a court ordered
   silence or the paper says why the customer cannot be asked (Policy 10).
6. A preservation runs for one term and as many renewals as the law knows, and no longer (18 U.S.C. 2703(f)).
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as cited
from safeconduct.rooms.government_requests.rules.findings.entity import SLIP, nearest
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.words import (
    INTERCEPTION,
    MISDIRECTED,
    Category,
    Process,
    Role,
)

UNSUITABLE = "customer_unsuitable"
"""What a paper recites that says why the customer cannot be asked instead of us."""

DOORS = {
    Process.CIVIL_SUBPOENA: "Have it issued where we are established, and ask for no contents.",
    Process.DEFENCE_SUBPOENA: "Ask the court for process that binds us here, or ask the customer.",
    Process.DATA_SUBJECT_REQUEST: "Ask the company whose service it was, or use our privacy form for an own account.",
    Process.CUSTOMER_PAPER: "Serve it on the company that it is meant for.",
}

ASKED_OF_CUSTOMER = frozenset({Process.SUBPOENA, Process.COURT_ORDER_2703D, Process.SEARCH_WARRANT})


def check_standing(facts: Facts) -> list[Finding]:
    """Return the checks of whose paper it is, and of who has to be asked before."""
    process, found = facts.paper.process, []
    if facts.paper.entity_named and facts.entity_names:
        found.append(_entity(facts))
    if process in MISDIRECTED:
        says = "It is not a governmental entity's process for this desk."
        found.append(failed("ENFORCEABLE-8", Outcome.STOP, says, cited.TREATY, cure=DOORS[process]))
    if protected := check_protected(law=facts.law, protected=facts.protected):
        found.append(protected)
    if facts.paper.categories and process in ASKED_OF_CUSTOMER:
        found.append(_role(facts))
    if process is Process.PRESERVATION_REQUEST:
        found.append(_terms(facts))
    if process in INTERCEPTION:
        says, cure = "It orders interception: it binds, and another team carries it out.", "Hand it over at once."
        found.append(failed("ENFORCEABLE-12", Outcome.QUESTION, says, cited.INTERCEPTION, cure=cure))
    return found


def _entity(facts: Facts) -> Finding:
    off = nearest(facts.paper.entity_named, facts.entity_names)
    if off == 0:
        return passed("ENFORCEABLE-7", "It calls the served company by its name.", cited.POLICY)
    if off <= SLIP:
        says = "It all but names the served company: a letter or two are different."
        cure = "Ask the officer to confirm the company's name."
        return failed("ENFORCEABLE-7", Outcome.QUESTION, says, cited.POLICY, cure=cure)
    says, cure = "It is addressed to another company.", "Serve paper addressed to the served company."
    return failed("ENFORCEABLE-7", Outcome.STOP, says, cited.POLICY, cure=cure)


def check_protected(*, law: Law, protected: frozenset[str]) -> Finding | None:
    """Return the check of protected customers, or None where no customer is marked."""
    ruling = law.protected_customers
    provision = (ruling.provision, ruling.citation)
    if not protected:
        return None
    if ruling.provision in law.determined:
        return passed("ENFORCEABLE-9", "Counsel decided about the protected customer.", provision)
    if law.unsettled(ruling) or protected & set(ruling.value):
        says, cure = "A customer whose records are sought is protected.", "Refer the matter to counsel."
        return failed("ENFORCEABLE-9", Outcome.ASK_COUNSEL, says, provision, cure=cure)
    return passed("ENFORCEABLE-9", "No customer is of a kind that the policy protects.", provision)


def _role(facts: Facts) -> Finding:
    ruling = facts.law.controller_of
    provision = (ruling.provision, ruling.citation)
    if facts.law.unsettled(ruling):
        says = f"What we are to this data is not settled: {ruling.why or 'the provision is not signed'}."
        return failed("ENFORCEABLE-10", Outcome.ASK_COUNSEL, says, provision, cure="Refer the matter to counsel.")
    if not any(role_for(facts, category) is Role.PROCESSOR for category in facts.paper.categories):
        return passed("ENFORCEABLE-10", "We are controller of all that is asked for.", provision)
    if facts.paper.silence or UNSUITABLE in facts.paper.recites:
        return passed("ENFORCEABLE-10", "We are processor, and the customer cannot be asked instead.", provision)
    says = "For some of what is asked we are processor: the customer may be the one to answer."
    cure = "Ask the officer whether the customer can be asked, or record why not."
    return failed("ENFORCEABLE-10", Outcome.QUESTION, says, provision, cure=cure)


def role_for(facts: Facts, category: Category) -> Role:
    """Return what we are to one class of data: as decided for this matter, else as the rulebook says."""
    plain = Role.CONTROLLER if category in facts.law.controller_of.value else Role.PROCESSOR
    return facts.roles.get(category, plain)


def _terms(facts: Facts) -> Finding:
    ruling = facts.law.preservation_renewals
    provision = (ruling.provision, ruling.citation)
    if facts.law.unsettled(ruling):
        says = f"How often it can be renewed is not settled: {ruling.why or 'the provision is not signed'}."
        return failed("ENFORCEABLE-11", Outcome.ASK_COUNSEL, says, provision, cure="Refer the matter to counsel.")
    if facts.preservations <= int(ruling.value):
        return passed("ENFORCEABLE-11", "A term of preservation is left.", provision)
    says, cure = "Its terms of preservation have all run.", "Serve process that reaches the records."
    return failed("ENFORCEABLE-11", Outcome.STOP, says, provision, cure=cure)
