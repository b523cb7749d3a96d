"""The duty's part of the walk: given, handed over, and called to an emergency."""

from datetime import timedelta
from typing import Any

from tests.functional.founded import Founded

from safeconduct.cli.demonstration.company import OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.rules.paper import paper_from_json


def be_on_duty(found: Founded) -> None:
    """Give the duty, hand it over, and call whoever has it to an emergency that has just come."""
    stage, plan = found.stage, BY_KEY["missing_person"]
    aline, legal = stage.actor("aline"), make_paper(plan.values(stage.cast.seed))
    who: dict[str, Any] = {"actor": aline, "now": stage.now}
    ends = stage.now + timedelta(hours=12)
    duty = actions.give_duty(**who, person=aline.person, starts=stage.now, ends=ends).duty
    actions.hand_over_duty(**who, duty=duty, to=stage.cast["mara"].person)
    matter = actions.receive(
        **who,
        paper=paper_from_json(dict(legal.facts)),
        uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
    ).matter
    actions.call_duty(**who, matter=matter)
