"""Limited: is it bounded in kind and time?

1. Only the categories that this process can reach may be asked for (18 U.S.C. 2703(a), (c), (d); 2702(b)(8); 2709(b)).
   A letter that opens nothing at all, to preserve or from abroad, is not measured by reach but by force.
2. Records over time need a closed period; content without one is not answered at all (U.S. Const. amend. IV).
3. Stored records lie in the past: a period that runs on after service asks for interception, which this paper is not.
   An order to intercept is such a paper, and goes to the interception team.
4. A period longer than a year is put to the officer (Policy 4).
5. A period that lacks an end, or runs backwards, is none (U.S. Const. amend. IV).
6. The period of an attachment lies within the paper's own.
7. Contents are answered on a warrant only, or in an emergency; a private party's paper never reaches them
   (18 U.S.C. 2702(a), 2703(a); Policy 2).
"""

from datetime import timedelta

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.core.base.periods import Window, first_instant
from safeconduct.core.conduct.categories import CEILING
from safeconduct.rooms.government_requests.rules.findings import facts as law
from safeconduct.rooms.government_requests.rules.findings.facts import Facts, failed, passed
from safeconduct.rooms.government_requests.rules.words import (
    CATEGORY_NAMES,
    INTERCEPTION,
    MISDIRECTED,
    Category,
    Process,
)

OVER_TIME = frozenset({Category.CALL_DETAIL, Category.MESSAGE_DETAIL, Category.MESSAGE_CONTENT})
OPENS_NOTHING = frozenset(process for process in Process if not CEILING[process])
"""Papers measured by their force and not by their reach."""
YEAR = timedelta(days=366)


def check_limited(facts: Facts) -> list[Finding]:
    """Return the checks of bounds: reach, contents, period, future, length."""
    paper, found = facts.paper, [_reach(facts), _period(facts)]
    if Category.MESSAGE_CONTENT in paper.categories and (
        paper.process in MISDIRECTED or paper.process not in OPENS_NOTHING
    ):
        found.append(_contents(facts))
    if paper.first_day or paper.last_day:
        found.append(_days(facts))
    if paper.window and paper.process not in INTERCEPTION:
        found += [_past(facts, paper.window), _length(paper.window)]
    if paper.attachment_window:
        found.append(_attachment(paper.window, paper.attachment_window))
    return found


def _reach(facts: Facts) -> Finding:
    ruling = facts.law.obtainable
    provision = (ruling.provision, ruling.citation)
    if facts.law.unsettled(ruling):
        says = f"What this process can reach is not settled: {ruling.why or 'the provision is not signed'}."
        return failed("LIMITED-1", Outcome.ASK_COUNSEL, says, provision, cure="Refer the matter to counsel.")
    if facts.paper.process in OPENS_NOTHING:
        return passed("LIMITED-1", "This paper opens no category; what it asks is judged by its force.", provision)
    # Contents have a check of their own, LIMITED-7.
    others = [category for category in facts.paper.categories if category is not Category.MESSAGE_CONTENT]
    beyond = [CATEGORY_NAMES[category] for category in others if category not in ruling.value]
    if not beyond:
        return passed("LIMITED-1", "This process reaches every category asked for.", provision)
    says = f"This process does not reach: {', '.join(beyond).lower()}."
    cure = "Strike it, or serve process that reaches it."
    return failed("LIMITED-1", Outcome.STOP, says, provision, cure=cure)


def _period(facts: Facts) -> Finding:
    paper = facts.paper
    if paper.window or paper.first_day or paper.last_day:
        return passed("LIMITED-2", "A period is stated.", law.FOURTH_AMENDMENT)
    if Category.MESSAGE_CONTENT in paper.categories:
        cure = "State the first and the last day."
        says = "Content is asked for and no period is given."
        return failed("LIMITED-2", Outcome.STOP, says, law.FOURTH_AMENDMENT, cure=cure)
    if OVER_TIME & set(paper.categories):
        cure = "Ask the officer which dates are needed."
        return failed("LIMITED-2", Outcome.QUESTION, "No period is given.", law.POLICY, cure=cure)
    return passed("LIMITED-2", "What is asked for needs no period.", law.POLICY)


def _contents(facts: Facts) -> Finding:
    ruling = facts.law.obtainable
    if facts.paper.process in MISDIRECTED:
        says = "Contents are asked for, and a private party's paper never reaches them."
        cure = "Ask the person whose messages they are, or the customer."
        return failed("LIMITED-7", Outcome.STOP, says, law.TREATY, cure=cure)
    if Category.MESSAGE_CONTENT in ruling.value:
        return passed("LIMITED-7", "This process reaches contents.", (ruling.provision, ruling.citation))
    says = "Contents are asked for, and this process does not reach them."
    return failed("LIMITED-7", Outcome.STOP, says, law.WARRANT, cure="Strike them, or serve a search warrant.")


def _days(facts: Facts) -> Finding:
    if facts.paper.first_day and facts.paper.last_day:
        says, cure = "The last day of the period is before the first.", "State the first and the last day."
    else:
        says, cure = "The period is open at one end.", "State the day that is missing."
    return failed("LIMITED-5", Outcome.STOP, says, law.FOURTH_AMENDMENT, cure=cure)


def _attachment(window: Window | None, attached: Window) -> Finding:
    if window and attached.within(window):
        return passed("LIMITED-6", "The attachment's period lies within the paper's.", law.FOURTH_AMENDMENT)
    says, cure = (
        "The attachment's period goes beyond the paper's own.",
        "Serve an attachment within the paper's period.",
    )
    return failed("LIMITED-6", Outcome.STOP, says, law.FOURTH_AMENDMENT, cure=cure)


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
