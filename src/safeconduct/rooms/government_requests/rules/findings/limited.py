"""Limited: is it bounded in kind and time?

1. Only the categories that this process can reach may be asked for (18 U.S.C. 2703(a), (c), (d); 2702(b)(8); 2709(b)).
   A letter that opens nothing at all, to preserve or from abroad, is not measured by reach but by force.
2. Records over time need a closed period; content without one is not answered at all (U.S. Const. amend. IV).
3. Stored records lie in the past: a period that runs on after service asks for interception, which this paper is not.
4. A period longer than a year is put to the officer (Policy 4).
"""

from datetime import timedelta

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.core.base.periods import Window, first_instant
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category, Process

OVER_TIME = frozenset({Category.CALL_DETAIL, Category.MESSAGE_DETAIL, Category.MESSAGE_CONTENT})
OPENS_NOTHING = frozenset({Process.PRESERVATION_REQUEST, Process.FOREIGN_REQUEST})
YEAR = timedelta(days=366)


def check_limited(facts: Facts) -> list[Finding]:
    """Return the checks of bounds: reach, period, future, length."""
    found = [_reach(facts), _period(facts)]
    if window := facts.paper.window:
        found += [_past(facts, window), _length(window)]
    return found


def _reach(facts: Facts) -> Finding:
    ruling = facts.law.obtainable
    provision = (ruling.provision, ruling.citation)
    if facts.law.unsettled(ruling):
        says = f"What this process can reach is not settled: {ruling.why or 'the provision is not signed'}."
        return failed("LIMITED-1", Outcome.ASK_COUNSEL, says, provision, cure="Refer the matter to counsel.")
    if facts.paper.process in OPENS_NOTHING:
        return passed("LIMITED-1", "This paper opens no category; what it asks is judged by its force.", provision)
    beyond = [CATEGORY_NAMES[category] for category in facts.paper.categories if category not in ruling.value]
    if not beyond:
        return passed("LIMITED-1", "This process reaches every category asked for.", provision)
    says = f"This process does not reach: {', '.join(beyond).lower()}."
    cure = "Strike it, or serve process that reaches it."
    return failed("LIMITED-1", Outcome.STOP, says, provision, cure=cure)


def _period(facts: Facts) -> Finding:
    paper = facts.paper
    if paper.window:
        return passed("LIMITED-2", "The period is closed at both ends.", law.FOURTH_AMENDMENT)
    if Category.MESSAGE_CONTENT in paper.categories:
        cure = "State the first and the last day."
        says = "Content is asked for and no period is given."
        return failed("LIMITED-2", Outcome.STOP, says, law.FOURTH_AMENDMENT, cure=cure)
    if OVER_TIME & set(paper.categories):
        cure = "Ask the officer which dates are needed."
        return failed("LIMITED-2", Outcome.QUESTION, "No period is given.", law.POLICY, cure=cure)
    return passed("LIMITED-2", "What is asked for needs no period.", law.POLICY)


def _past(facts: Facts, window: Window) -> Finding:
    tomorrow = first_instant(facts.served_on + timedelta(days=1), facts.paper.zone)
    if window.end <= tomorrow:
        return passed("LIMITED-3", "The period ends on or before the day of service.", law.POLICY)
    cure = "End the period on the day of service."
    says = "The period runs on after service: that would be interception."
    return failed("LIMITED-3", Outcome.STOP, says, law.POLICY, cure=cure)


def _length(window: Window) -> Finding:
    if window.end - window.start <= YEAR:
        return passed("LIMITED-4", "The period is not longer than a year.", law.POLICY)
    cure = "Ask the officer whether a shorter period serves."
    return failed("LIMITED-4", Outcome.QUESTION, "The period is longer than a year.", law.POLICY, cure=cure)
