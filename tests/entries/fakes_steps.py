"""Seeded fakes' part of the walk: one planned, carried in, reported and revealed, and the worker's own round."""

from dataclasses import replace

from django.test import override_settings
from tests.functional.founded import Founded

from safeconduct.cli.demonstration.company import OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload, seeding
from safeconduct.rooms.government_requests.models import SeededFake
from safeconduct.rooms.government_requests.rules.fakes import Door, month_of
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.permissions import Permission

WORKER = system_actor(permissions=frozenset({Permission.SEED.value}))


def seed_fakes(found: Founded) -> None:
    """Let the worker plan a month's; then plan one by hand, carry it in, report it, and reveal it."""
    stage, plan = found.stage, BY_KEY["toy_subpoena"]
    sefa, aline = stage.actor("sefa"), stage.actor("aline")
    drop = stage.configuration.root / "drop-of-fakes"
    drop.mkdir(exist_ok=True)
    place = replace(stage.configuration, mail=MailPlace(drop=drop, mailbox=None, server=""))
    with override_settings(SAFECONDUCT=place):
        fake = actions.plan_fake(actor=sefa, now=stage.now, month=month_of(stage.now), door=Door.HAND).fake
        data = actions.carry_fake(actor=sefa, now=stage.now, fake=fake)
        legal = make_paper(plan.values(stage.cast.seed))
        matter = actions.receive(
            actor=aline,
            now=stage.now,
            paper=paper_from_json(dict(legal.facts)),
            uploads=(Upload(name="paper.pdf", data=data, pages=1),),
            served_entity=next(iter(stage.configuration.entities.values())),
            organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
        ).matter
        assert seeding.fakes_due(actor=WORKER, now=stage.now)
        actions.report_impostor(actor=aline, now=stage.now, matter=matter)
        assert actions.reveal_fake(actor=sefa, now=stage.now, fake=fake).result == "caught"
        # No report is built while one is hidden.
        for one in SeededFake.objects.filter(state="planned").values_list("pk", flat=True):
            actions.reveal_fake(actor=sefa, now=stage.now, fake=one)
