"""What is done to a matter after its answer: taken up again, kept for litigation, and its file destroyed."""

from datetime import timedelta
from typing import Any

import pytest
from tests.functional.founded import Founded

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.told import Told
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import retention
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.retention import standing_of
from safeconduct.rooms.government_requests.rules.costs import CostItem, Work
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason
from safeconduct.rooms.government_requests.rules.words import Category


def take_up_again(found: Founded) -> None:
    """Resume a closed matter in which nothing was held, answer it again, and go on searching."""
    stage, plan = found.stage, BY_KEY["absent_subpoena"]
    row = Matter.objects.filter(outcome="none_held", state="closed")[0]
    told = Told(plan=plan, matter=row.pk, reference=row.reference, state=row.state)
    aline, ravi = stage.actor("aline"), stage.actor("ravi")
    whose: dict[str, Any] = {"now": stage.now, "matter": row.pk}
    actions.resume_matter(actor=ravi, **whose, reason=SupplementReason.COURT_ORDERED, words="The court asks again.")
    scenes.forecast(stage, told, scenes.open_papers(stage, told))
    actions.answer_none_held(actor=aline, **whose, to=stage.officer(plan.officer))
    actions.open_supplement(actor=aline, **whose, reason=SupplementReason.FOUND_LATER, words="One more place to look.")
    actions.withdraw(actor=aline, **whose)


def keep_and_destroy(found: Founded) -> None:
    """Keep a closed matter's file for litigation, let it go, and destroy it when its days are over."""
    stage, row = found.stage, Matter.objects.filter(outcome="refused", state="closed", silenced=False)[0]
    ravi = stage.actor("ravi")
    whose: dict[str, Any] = {"actor": ravi, "matter": row.pk}
    ahead = stage.now + timedelta(days=30)
    actions.keep_for_litigation(**whose, now=stage.now, words="A suit is announced.", review_at=ahead)
    actions.review_litigation(**whose, now=stage.now, review_at=ahead + timedelta(days=30))
    actions.end_litigation(**whose, now=stage.now)
    if standing_of(row).copied:
        actions.end_preservation(**whose, now=stage.now)
    with pytest.MonkeyPatch.context() as sooner:
        # Three years on, the demonstration's law is past its review; here a shorter term stands for them.
        over = Ruling(value=0, provision="policy.retention", citation="Policy 9", status="signed")
        sooner.setattr(retention, "law", lambda _now: over)
        actions.erase_case(**whose, now=stage.now)


def charge_and_testify(found: Founded) -> None:
    """Charge what an answer cost, enter that it was paid; have a custodian called, who declares in writing."""
    stage = found.stage
    row = Matter.objects.filter(outcome="produced", silenced=False, process="search_warrant")[0]
    aline, ravi = stage.actor("aline"), stage.actor("ravi")
    item = CostItem(work=Work.SEARCH, category=Category.MESSAGE_CONTENT, minutes=90, cents=18_000)
    officer = stage.officer(BY_KEY["freight_warrant"].officer)
    actions.write_invoice(actor=aline, now=stage.now, matter=row.pk, items=(item,), to=officer)
    actions.settle_invoice(actor=aline, now=stage.now, invoice=row.invoices.get().pk, event="pay")
    called: dict[str, Any] = {"hearing_at": stage.now + timedelta(days=20), "words": "District court, 12-cr-77."}
    actions.call_custodian(actor=ravi, now=stage.now, matter=row.pk, person=aline.person, **called)
    actions.settle_testimony(actor=ravi, now=stage.now, testimony=row.testimonies.get().pk, event="declare")


def leave_early(found: Founded) -> None:
    """Answer a subpoena before the customer was told; counsel enters why nobody waits."""
    stage = found.stage
    told, legal = scenes.receive(stage, BY_KEY["invoice_subpoena"])
    scenes.begin_review(stage, told, legal)
    scenes.find(stage, told, legal)
    scenes.propose(stage, told, legal)
    scenes.authorise(stage, told)
    scenes.collect(stage, told)
    scenes.release(stage, told)
