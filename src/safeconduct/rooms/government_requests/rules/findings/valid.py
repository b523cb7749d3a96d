"""Valid: is this paper what it says it is?

1. A paper is signed and dated, on or before the day it was served (Policy 4).
2. Each kind of paper is signed by an office that may issue it; which these are the rulebook says. A paper that is
   not ours to answer at all is not measured by it.
3. A warrant and a 2703(d) order name the judge (18 U.S.C. 2703(a), (d)).
4. A national security letter certifies its ground (18 U.S.C. 2709(b)).
5. A court's paper bears its seal or stamp; without it the court is asked (Policy 4).
6. A paper recites its own ground: probable cause, specific and articulable facts, or danger of death or serious injury.
7. Only a court's signed, dated order can silence us, and it names its end; a request in the paper does not
   (18 U.S.C. 2705(b)). A letter under 2709 may, by its certificate and with notice of judicial review (2709(c)).
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.authority import OF_A_COURT, check_authority
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.words import MISDIRECTED, Issuer, Process

PROVISIONS = {
    Process.SUBPOENA: law.SUBPOENA,
    Process.COURT_ORDER_2703D: law.COURT_ORDER,
    Process.SEARCH_WARRANT: law.WARRANT,
    Process.PRESERVATION_REQUEST: law.PRESERVATION,
    Process.EMERGENCY_REQUEST: law.EMERGENCY,
    Process.FOREIGN_REQUEST: law.TREATY,
    Process.NATIONAL_SECURITY_LETTER: law.NSL,
}

RECITALS = {
    Process.SEARCH_WARRANT: ("probable_cause", "probable cause"),
    Process.COURT_ORDER_2703D: ("articulable_facts", "specific and articulable facts"),
    Process.EMERGENCY_REQUEST: ("danger", "danger of death or serious physical injury"),
    Process.NATIONAL_SECURITY_LETTER: ("national_security_certificate", "its certificate of relevance"),
}


def check_valid(facts: Facts) -> list[Finding]:
    """Return the checks of form: signature, date, issuer, judge, seal, ground, silence."""
    found = [_signature(facts), _date(facts)]
    if facts.paper.process not in MISDIRECTED:
        found.append(_issuer(facts))
    if facts.paper.process in OF_A_COURT:
        found += [_judge(facts), _seal(facts)]
    if facts.paper.process in RECITALS:
        found.append(_recital(facts))
    if facts.paper.silence or facts.paper.asks_silence:
        found.append(_silence(facts))
    return [*found, *check_authority(facts)]


def _signature(facts: Facts) -> Finding:
    if facts.paper.signed:
        return passed("VALID-1", "The paper is signed.", law.POLICY)
    return failed("VALID-1", Outcome.STOP, "The paper is not signed.", law.POLICY, cure="Serve a signed paper.")


def _date(facts: Facts) -> Finding:
    dated = facts.paper.dated
    if dated is None:
        return failed("VALID-2", Outcome.STOP, "The paper bears no date.", law.POLICY, cure="Serve a dated paper.")
    if dated > facts.served_on:
        cure = "Serve the paper on or after the day it is issued."
        return failed("VALID-2", Outcome.STOP, "The paper is dated after it was served.", law.POLICY, cure=cure)
    return passed("VALID-2", "The paper is dated, on or before the day of service.", law.POLICY)


def _issuer(facts: Facts) -> Finding:
    ruling = facts.law.issuers
    provision = (ruling.provision, ruling.citation)
    if facts.law.unsettled(ruling):
        says = f"Who may sign it is not settled: {ruling.why or 'the provision is not signed'}."
        return failed("VALID-3", Outcome.ASK_COUNSEL, says, provision, cure="Refer the matter to counsel.")
    if facts.paper.issuer in ruling.value:
        return passed("VALID-3", "The office that signed it may issue this kind of paper.", provision)
    says = "The office that signed it cannot issue this kind of paper."
    cure = "Serve paper issued by: " + ", ".join(ruling.value).replace("_", " ") + "."
    return failed("VALID-3", Outcome.STOP, says, provision, cure=cure)


def _judge(facts: Facts) -> Finding:
    provision = PROVISIONS[facts.paper.process]
    if facts.paper.judge_named:
        return passed("VALID-4", "A judge is named.", provision)
    return failed("VALID-4", Outcome.STOP, "No judge is named.", provision, cure="Serve paper that names its judge.")


def _seal(facts: Facts) -> Finding:
    if facts.paper.sealed_by_court:
        return passed("VALID-5", "The court's seal or stamp stands on it.", law.POLICY)
    cure = "Call the court's clerk on its published number."
    return failed("VALID-5", Outcome.QUESTION, "No seal or stamp of the court is seen.", law.POLICY, cure=cure)


def _recital(facts: Facts) -> Finding:
    word, name = RECITALS[facts.paper.process]
    provision = PROVISIONS[facts.paper.process]
    if word in facts.paper.recites:
        return passed("VALID-6", f"The paper recites {name}.", provision)
    cure = f"Serve paper that states {name}."
    return failed("VALID-6", Outcome.STOP, f"The paper does not recite {name}.", provision, cure=cure)


def _silence(facts: Facts) -> Finding:
    order = facts.paper.silence
    if facts.paper.process is Process.NATIONAL_SECURITY_LETTER:
        if "judicial_review" in facts.paper.recites:
            return passed("VALID-7", "The letter gives notice of judicial review with its demand of silence.", law.NSL)
        says = "The letter demands silence and gives no notice of judicial review."
        return failed("VALID-7", Outcome.QUESTION, says, law.NSL, cure="Ask counsel before telling anybody.")
    if order is None:
        says = "The paper asks for silence, and no court order comes with it: the request does not bind."
        return failed("VALID-7", Outcome.QUESTION, says, law.SILENCE, cure="Serve a court's nondisclosure order.")
    if order.issuer is Issuer.COURT and order.signed and order.dated and order.until:
        return passed("VALID-7", "A court's signed and dated order commands silence until a named day.", law.SILENCE)
    says = "The nondisclosure order is not a court's, is unsigned, undated or names no end. Silence is kept meanwhile."
    cure = "Serve a court's signed, dated order that names its end."
    return failed("VALID-7", Outcome.QUESTION, says, law.SILENCE, cure=cure)
