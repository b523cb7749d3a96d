"""What is done to a matter after its answer: taken up again by counsel and by an analyst, and ended."""

from typing import Any

from tests.functional.founded import Founded

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.told import Told
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason


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
