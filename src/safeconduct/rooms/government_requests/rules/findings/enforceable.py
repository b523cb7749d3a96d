"""Enforceable: does it bind this company, here?

1. The served company is named in the paper (Policy 4).
2. The only ground of disclosure is domestic: court or authority and served company are in one country; anything else
   goes to counsel, and a foreign letter goes by treaty (18 U.S.C. 2702(a)).
3. The day for the answer is not before the day of service (Policy 4).
4. An emergency is answered only for a governmental entity of the United States (18 U.S.C. 2702(b)(8), 2711(4)), and
   only after a call-back on a number that we found ourselves (Policy 8).
5. Only a governmental entity can ask for preservation (18 U.S.C. 2703(f)).
6. A national security letter is worked on only in the enclave (18 U.S.C. 2709(c)).
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.findings.standing import check_standing
from safeconduct.rooms.government_requests.rules.words import Process

UNITED_STATES = "US"


def check_enforceable(facts: Facts) -> list[Finding]:
    """Return the checks of force: name, ground, day, and what each special process adds."""
    found = [_named(facts), _ground(facts), _reply(facts), *check_standing(facts)]
    process = facts.paper.process
    if process is Process.EMERGENCY_REQUEST:
        found += [_governmental(facts, law.GOVERNMENTAL), _called_back(facts)]
    if process is Process.PRESERVATION_REQUEST:
        found.append(_governmental(facts, law.PRESERVATION))
    if process is Process.NATIONAL_SECURITY_LETTER:
        found.append(_enclave(facts))
    return found


def _named(facts: Facts) -> Finding:
    if facts.paper.names_entity:
        return passed("ENFORCEABLE-1", "The served company is named.", law.POLICY)
    says, cure = "The paper does not name the served company.", "Serve paper addressed to the served company."
    return failed("ENFORCEABLE-1", Outcome.STOP, says, law.POLICY, cure=cure)


def _ground(facts: Facts) -> Finding:
    if facts.paper.process is Process.FOREIGN_REQUEST:
        says = "A foreign letter has no force here; records leave only by treaty."
        cure = "Send it through the mutual legal assistance treaty."
        return failed("ENFORCEABLE-2", Outcome.STOP, says, law.TREATY, cure=cure)
    if facts.paper.country == facts.served_country:
        return passed("ENFORCEABLE-2", "Authority and served company are in one country.", law.TREATY)
    says = "Authority and served company are in different countries."
    return failed("ENFORCEABLE-2", Outcome.ASK_COUNSEL, says, law.TREATY, cure="Refer the matter to counsel.")


def _reply(facts: Facts) -> Finding:
    reply_by = facts.paper.reply_by
    if reply_by is None:
        return passed("ENFORCEABLE-3", "The paper names no day; the rulebook's days run.", law.POLICY)
    if reply_by < facts.served_on:
        cure = "Ask the officer for a new day."
        says = "The day for the answer is before the day of service."
        return failed("ENFORCEABLE-3", Outcome.QUESTION, says, law.POLICY, cure=cure)
    return passed("ENFORCEABLE-3", "The day for the answer is on or after the day of service.", law.POLICY)


def _governmental(facts: Facts, provision: tuple[str, str]) -> Finding:
    paper = facts.paper
    if paper.governmental and paper.country == UNITED_STATES:
        return passed("ENFORCEABLE-4", "The sender is a governmental entity of the United States.", provision)
    says = "The sender is not a governmental entity of the United States."
    return failed("ENFORCEABLE-4", Outcome.STOP, says, provision, cure="Serve compulsory process, or go by treaty.")


def _called_back(facts: Facts) -> Finding:
    provision = ("policy.emergency", "Policy 8")
    if facts.called_back:
        return passed("ENFORCEABLE-5", "The agency was reached on a number that we found ourselves.", provision)
    says, cure = "No call-back is recorded.", "Call the agency on a number from a register, never from the request."
    return failed("ENFORCEABLE-5", Outcome.STOP, says, provision, cure=cure)


def _enclave(facts: Facts) -> Finding:
    if facts.enclave:
        return passed("ENFORCEABLE-6", "This is the enclave for national-security matters.", law.NSL)
    says, cure = "This instance is not the enclave.", "Carry the paper to the enclave by hand."
    return failed("ENFORCEABLE-6", Outcome.STOP, says, law.NSL, cure=cure)
