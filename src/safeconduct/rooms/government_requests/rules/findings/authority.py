"""Valid, second part: had the court and the statute the power, is the paper in time and whole, who sent it?

1. A warrant or an order comes from a court that has the power for it; which these are the rulebook says
   (18 U.S.C. 2711(3)).
2. A paper that may be executed between two days is served between them (Fed. R. Crim. P. 41(e)).
3. The statute that a paper cites exists and gives the power for this kind of paper; one that the rulebook does not know
   is looked up.
4. A paper that names attachments comes with them; a missing one is asked for (Policy 4).
5. A sender that does not stand in our directory, or a message from a domain that we do not hold for the agency, is
   asked after on a number that we found ourselves (Policy 4).
"""

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.statutes import cited_in, does_not_exist, gives_power, is_known
from safeconduct.rooms.government_requests.rules.words import MISDIRECTED, CourtKind, Process

OF_A_COURT = frozenset({Process.SEARCH_WARRANT, Process.COURT_ORDER_2703D})


def check_authority(facts: Facts) -> list[Finding]:
    """Return the checks of power, time, wholeness and sender that this paper gives reason for."""
    paper, found = facts.paper, [_registered(facts), _domain(facts)]
    if paper.execute_from or paper.execute_by:
        found.append(_execution(facts))
    if paper.process in OF_A_COURT:
        found.append(_court(facts))
    if paper.attachments_named:
        found.append(_attachments(facts))
    if paper.statute and paper.process not in MISDIRECTED:
        found += [_statute_exists(facts), _statute_empowers(facts)]
    return found


def _of(ruling: Ruling) -> tuple[str, str]:
    return ruling.provision, ruling.citation


def _unsettled(check: str, ruling: Ruling, what: str) -> Finding:
    says = f"{what} is not settled: {ruling.why or 'the provision is not signed'}."
    return failed(check, Outcome.ASK_COUNSEL, says, _of(ruling), cure="Refer the matter to counsel.")


def _execution(facts: Facts) -> Finding:
    first, last = facts.paper.execute_from, facts.paper.execute_by
    if first and facts.served_on < first:
        says, cure = "It was served before the first day of its execution.", "Serve it again within its days."
        return failed("VALID-8", Outcome.STOP, says, law.WARRANT, cure=cure)
    if last and facts.served_on > last:
        says, cure = "It was served after the last day of its execution.", "Serve a paper whose days have not run out."
        return failed("VALID-8", Outcome.STOP, says, law.WARRANT, cure=cure)
    return passed("VALID-8", "It was served within the days of its execution.", law.WARRANT)


def _court(facts: Facts) -> Finding:
    ruling, court = facts.law.competent_courts, facts.paper.court
    if facts.law.unsettled(ruling):
        return _unsettled("VALID-9", ruling, "Which courts have the power")
    if court in ruling.value:
        return passed("VALID-9", "The court is of a kind that has the power.", _of(ruling))
    if court is CourtKind.NOT_STATED:
        cure = "Read the court's name in the paper and say what kind of court it is."
        return failed("VALID-9", Outcome.QUESTION, "The kind of court is not stated.", _of(ruling), cure=cure)
    says, cure = (
        "A court of this kind has no power for this paper.",
        "Serve paper of a court of competent jurisdiction.",
    )
    return failed("VALID-9", Outcome.STOP, says, _of(ruling), cure=cure)


def _attachments(facts: Facts) -> Finding:
    missing = facts.paper.attachments_named - facts.paper.attachments_served
    if missing <= 0:
        return passed("VALID-10", "Every attachment that it names came with it.", law.POLICY)
    says = f"Attachments that it names and that did not come: {missing}."
    return failed("VALID-10", Outcome.QUESTION, says, law.POLICY, cure="Send the missing attachment.")


def _statute_exists(facts: Facts) -> Finding:
    known, spans = facts.law.known_statutes, facts.law.complete_spans
    if facts.law.unsettled(known) or facts.law.unsettled(spans):
        return _unsettled("VALID-11", known, "Which sections exist")
    for citation in cited_in(facts.paper.statute):
        if does_not_exist(citation, known=known.value, spans=spans.value):
            says = "It cites a section that does not exist."
            cure = "Cite the statute that gives the power; until then treat the sender as unproven."
            return failed("VALID-11", Outcome.STOP, says, _of(known), cure=cure)
    return passed("VALID-11", "No citation in it is one that cannot exist.", _of(known))


def _statute_empowers(facts: Facts) -> Finding:
    ruling, known = facts.law.statutes, facts.law.known_statutes.value
    if facts.law.unsettled(ruling):
        return _unsettled("VALID-12", ruling, "Which statutes give the power")
    cited = cited_in(facts.paper.statute)
    if any(gives_power(citation, ruling.value) for citation in cited):
        return passed("VALID-12", "The statute that it cites gives the power for this kind of paper.", _of(ruling))
    if cited and all(is_known(citation, known) for citation in cited):
        says, cure = (
            "The statute that it cites gives no power for this paper.",
            "Cite the statute that gives the power.",
        )
        return failed("VALID-12", Outcome.STOP, says, _of(ruling), cure=cure)
    says = "The rulebook does not know the statute that it cites."
    return failed("VALID-12", Outcome.QUESTION, says, _of(ruling), cure="Look it up, or ask counsel.")


def _registered(facts: Facts) -> Finding:
    if facts.sender.registered:
        return passed("VALID-13", "The sender stands in our directory.", law.POLICY)
    cure = "Call the agency on a number from a register, never from the request."
    return failed("VALID-13", Outcome.QUESTION, "The sender is not in our directory.", law.POLICY, cure=cure)


def _domain(facts: Facts) -> Finding:
    if facts.sender.domain_known:
        return passed("VALID-14", "It came by a way that we hold for the agency.", law.POLICY)
    says = "It came from a domain that we do not hold for the agency."
    cure = "Call the agency on a number from a register, never from the request."
    return failed("VALID-14", Outcome.QUESTION, says, law.POLICY, cure=cure)
