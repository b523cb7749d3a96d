"""How each matter goes, step by step, through the real actions; every signature is somebody's own."""

from collections.abc import Callable
from datetime import timedelta

from safeconduct.cli.demonstration.half_year import Course as Kind
from safeconduct.cli.demonstration.half_year import MatterPlan
from safeconduct.cli.demonstration.papers import LegalPaper
from safeconduct.cli.demonstration.scenes import (
    authorise,
    begin_review,
    close,
    collect,
    demand_process,
    excuse_notice,
    find,
    forecast,
    hand_over,
    issue_signed,
    notify,
    open_papers,
    propose,
    receive,
    release,
    warn_of_the_end,
)
from safeconduct.cli.demonstration.stage import Course, Stage
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.periods import first_instant
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Fault
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, NoticeException

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TREATY_OFFICE = "the Office of International Affairs of the Department of Justice"
QUESTION = (
    "Attachment A gives no period, and its third item names no records. Do the days for which probable cause is "
    "recited on page 1 suffice, and may the third item be left out?"
)
ANSWER = "Yes to both. The days on page 1 are the ones we need; the third item can be left out."


def _produce(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal)
    customers = propose(stage, told, legal)
    yield stage.now + 3 * HOUR
    yield from _disclose(stage, told, customers)


def _disclose(stage: Stage, told: Told, customers: list[str]) -> Course:
    """Tell the customer a week ahead unless an order forbids it; authorise, collect, release, deliver, close."""
    if told.plan.silence_until is None:
        notify(stage, told, customers)
        yield stage.now + WEEK
    authorise(stage, told)
    yield stage.now + HOUR
    collect(stage, told)
    yield stage.now + 2 * HOUR
    release(stage, told)
    yield stage.now + DAY
    hand_over(stage, told)
    close(stage, told)
    if told.plan.silence_until is not None:
        yield from _tell_after_silence(stage, told, customers)


def _tell_after_silence(stage: Stage, told: Told, customers: list[str]) -> Course:
    until = told.plan.silence_until
    if until is None:
        return
    yield max(stage.now + HOUR, first_instant(until, "America/New_York") - 10 * DAY)
    warn_of_the_end(stage, told)
    yield first_instant(until + DAY, "America/New_York") + 14 * HOUR
    actions.end_silence(actor=stage.actor(told.plan.analyst), now=stage.now, matter=told.matter)
    notify(stage, told, customers)


def _narrow(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + HOUR
    actions.ask_officer(actor=stage.actor(plan.analyst), now=stage.now, matter=told.matter, question=QUESTION)
    yield stage.now + 2 * DAY
    actions.answer_question(actor=stage.actor(plan.officer), now=stage.now, matter=told.matter, answer=ANSWER)
    yield stage.now + 4 * HOUR
    find(stage, told, legal)
    customers = propose(stage, told, legal)
    yield stage.now + 3 * HOUR
    yield from _disclose(stage, told, customers)


def _none_held(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + DAY
    grant = find(stage, told, legal)
    forecast(stage, told, grant)
    written = actions.answer_none_held(
        actor=stage.actor(plan.analyst), now=stage.now, matter=told.matter, to=stage.officer(plan.officer)
    )
    issue_signed(stage, told, written)
    excuse_notice(stage, told, NoticeException.NOTHING_DISCLOSED)
    close(stage, told)


def _faults(legal: LegalPaper) -> tuple[Fault, ...]:
    unmet = [finding for finding in legal.findings if finding.outcome == "not_met"]
    return tuple(Fault(words=finding.words, why=finding.reason, cure=finding.cure) for finding in unmet)


def _refuse(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + 5 * HOUR
    find(stage, told, legal)
    _refuse_and_close(stage, told, _faults(legal))


def _refuse_and_close(stage: Stage, told: Told, faults: tuple[Fault, ...]) -> None:
    plan = told.plan
    written = actions.refuse(
        actor=stage.actor(plan.analyst),
        now=stage.now,
        matter=told.matter,
        faults=faults,
        to=stage.officer(plan.officer),
    )
    issue_signed(stage, told, written)
    excuse_notice(stage, told, NoticeException.NOTHING_DISCLOSED)
    close(stage, told)


def _redirect(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 3 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal)
    written = actions.redirect(
        actor=stage.actor(plan.analyst),
        now=stage.now,
        matter=told.matter,
        to=stage.officer(plan.officer),
        authority=TREATY_OFFICE,
    )
    issue_signed(stage, told, written)
    excuse_notice(stage, told, NoticeException.NOTHING_DISCLOSED)
    close(stage, told)


def _preserve(stage: Stage, plan: MatterPlan) -> Course:
    told, _ = receive(stage, plan)
    yield stage.now + 91 * DAY
    actions.end_preservation(actor=stage.actor(plan.analyst), now=stage.now, matter=told.matter)
    close(stage, told)


def _withdraw(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + 3 * DAY
    actions.withdraw(actor=stage.actor(plan.officer), now=stage.now, matter=told.matter)
    excuse_notice(stage, told, NoticeException.NOTHING_DISCLOSED)
    close(stage, told)


def _call_back(stage: Stage, told: Told, *, reached: bool) -> None:
    actions.record_call_back(
        actor=stage.actor(told.plan.analyst),
        now=stage.now,
        matter=told.matter,
        source="our_directory",
        reached=reached,
        by=stage.cast.persons("aline", "dov"),
    )


def _emergency(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + timedelta(minutes=6)
    begin_review(stage, told, legal)
    _call_back(stage, told, reached=True)
    yield stage.now + timedelta(minutes=8)
    find(stage, told, legal)
    customers = propose(stage, told, legal)
    yield stage.now + timedelta(minutes=9)
    authorise(stage, told)
    collect(stage, told)
    yield stage.now + timedelta(minutes=7)
    release(stage, told)
    hand_over(stage, told)
    demand_process(stage, told)
    yield stage.now + 3 * DAY
    actions.settle_demand(actor=stage.actor(plan.analyst), now=stage.now, matter=told.matter, arrived=True)
    notify(stage, told, customers)
    close(stage, told)


def _false_emergency(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + timedelta(minutes=5)
    begin_review(stage, told, legal)
    _call_back(stage, told, reached=False)
    yield stage.now + timedelta(minutes=12)
    grant = open_papers(stage, told)
    finding = legal.findings[-1]
    why = "The agency, reached at the number in our own directory, knows of no such request."
    actions.record_finding(
        actor=stage.actor(plan.analyst),
        now=stage.now,
        matter=told.matter,
        kind=FindingKind.ENFORCEABLE,
        outcome=FindingOutcome.NOT_MET,
        reason=why,
        words=finding.words,
        page=finding.page,
        grant=grant,
    )
    cure = "Have the agency call us, or serve compulsory process."
    _refuse_and_close(stage, told, (Fault(words=finding.words, why=why, cure=cure),))


def _national_security(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 2 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal)
    propose(stage, told, legal)
    yield stage.now + 3 * HOUR
    authorise(stage, told)
    collect(stage, told)
    yield stage.now + 2 * HOUR
    release(stage, told)
    hand_over(stage, told)


def _left_unread(stage: Stage, plan: MatterPlan) -> Course:
    receive(stage, plan)
    yield from ()


def _left_in_review(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + DAY
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal, count=3)


def _left_with_question(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + DAY
    begin_review(stage, told, legal)
    actions.ask_officer(actor=stage.actor(plan.analyst), now=stage.now, matter=told.matter, question=QUESTION)


def _left_for_approval(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + 3 * HOUR
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal)
    propose(stage, told, legal)
    stage.sign(told.digests["scope"], "ravi")


def _left_for_second_reader(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + DAY
    begin_review(stage, told, legal)
    yield stage.now + DAY
    find(stage, told, legal)
    propose(stage, told, legal)
    yield stage.now + DAY
    authorise(stage, told)
    collect(stage, told)


def _left_for_call_back(stage: Stage, plan: MatterPlan) -> Course:
    told, legal = receive(stage, plan)
    yield stage.now + timedelta(minutes=4)
    begin_review(stage, told, legal)


COURSES: dict[Kind, Callable[[Stage, MatterPlan], Course]] = {
    Kind.PRODUCE: _produce,
    Kind.NARROW: _narrow,
    Kind.NONE_HELD: _none_held,
    Kind.REFUSE: _refuse,
    Kind.REDIRECT: _redirect,
    Kind.PRESERVE: _preserve,
    Kind.EMERGENCY: _emergency,
    Kind.FALSE_EMERGENCY: _false_emergency,
    Kind.WITHDRAW: _withdraw,
    Kind.NATIONAL_SECURITY: _national_security,
    Kind.LEFT_UNREAD: _left_unread,
    Kind.LEFT_IN_REVIEW: _left_in_review,
    Kind.LEFT_WITH_QUESTION: _left_with_question,
    Kind.LEFT_FOR_APPROVAL: _left_for_approval,
    Kind.LEFT_FOR_SECOND_READER: _left_for_second_reader,
    Kind.LEFT_FOR_CALL_BACK: _left_for_call_back,
}
