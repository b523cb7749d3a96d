"""The one act that the clock does to a paper by itself: a preservation order that nobody explained ends."""

from datetime import timedelta

import pytest
from tests.functional.founded import Founded

from safeconduct.cli.demonstration.company import OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.core.base.actors import system_actor
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload, lapse
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.permissions import Permission

WORKER = system_actor(permissions=frozenset({Permission.MOVE_DEADLINE.value}))


def let_lapse(found: Founded) -> None:
    """Ask about a paper, and let the question's days pass as if the paper were a European Preservation Order."""
    stage, plan = found.stage, BY_KEY["toy_subpoena"]
    aline, legal = stage.actor("aline"), make_paper(plan.values(stage.cast.seed))
    matter = actions.receive(
        actor=aline,
        now=stage.now,
        paper=paper_from_json(dict(legal.facts)),
        uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
    ).matter
    actions.take(actor=aline, now=stage.now, matter=matter)
    actions.ask_officer(actor=aline, now=stage.now, matter=matter, question="Which account?")
    due = Matter.objects.get(pk=matter).questions.get().due_at
    with pytest.MonkeyPatch.context() as as_if:
        as_if.setattr(lapse, "ends_by_law", lambda **_which: True)
        over = due + timedelta(seconds=1)
        lapse.lapse_order(actor=WORKER, now=stage.now, at_least=over, matter=matter)
