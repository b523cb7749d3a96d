"""Receives papers in a served instance, so that the queue has a page to show: the same action as the desk's."""

import argparse
import io
import os
import sys
from copy import copy
from datetime import date, timedelta
from pathlib import Path

import pikepdf

from safeconduct.core.base.periods import parse_instant, window_of_days


def sheet() -> bytes:
    """Return an empty page as a PDF."""
    made, out = pikepdf.Pdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out)
    return out.getvalue()


def fill(count: int) -> None:
    """Receive so many subpoenas from one agency."""
    from django.conf import settings  # noqa: PLC0415 - only once Django is set up

    from safeconduct.core.base.actors import Actor  # noqa: PLC0415 - the same
    from safeconduct.core.base.ids import new_id  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests import actions  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests.models import Matter  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests.rules.permissions import Permission  # noqa: PLC0415 - the same
    from safeconduct.rooms.government_requests.rules.words import Category, Issuer, Process  # noqa: PLC0415 - the same
    from safeconduct.rooms.vault import queries as vault  # noqa: PLC0415 - the same

    now = parse_instant(vault.status()["now"])
    known = Matter.objects.exclude(organisation="").filter(silenced=False).order_by("received_at").last()
    assert known is not None
    rights = frozenset(str(one) for one in (Permission.RECEIVE, Permission.PRESERVE, Permission.READ))
    actor = Actor(person=new_id(os.urandom), account=new_id(os.urandom), organisation="self", permissions=rights)
    entity = next(iter(settings.SAFECONDUCT.entities.values()))
    last = now.date() - timedelta(days=30)
    for place in range(count):
        paper = Paper(
            process=Process.SUBPOENA,
            issuer=Issuer.GRAND_JURY,
            issuer_name="Grand jury of Calder County",
            country=entity.country,
            governmental=True,
            signed=True,
            sealed_by_court=False,
            judge_named=False,
            dated=now.date(),
            names_entity=True,
            reply_by=date.fromordinal(now.date().toordinal() + 10 + place % 9),
            selectors=(Selector(kind="phone", value=f"+1202555{100 + place:04d}"),),
            items=(Item(number=1, page=1, words="The name of the subscriber.", categories=(Category.SUBSCRIBER,)),),
            window=window_of_days(last - timedelta(days=20), last, entity.zone),
            zone=entity.zone,
        )
        actions.receive(
            actor=actor,
            now=now,
            paper=paper,
            uploads=(actions.Upload(name="paper.pdf", data=sheet(), pages=1),),
            served_entity=entity,
            organisation=known.organisation,
            officer=known.officer,
        )


def lengthen(total: int) -> None:
    """Copy a received subpoena's rows until so many matters are open; to receive 10,000 papers would take hours."""
    from safeconduct.rooms.government_requests.models import Check, Matter  # noqa: PLC0415 - the same

    known = Matter.objects.filter(state="received", silenced=False, process="subpoena").order_by("received_at").last()
    assert known is not None
    checks, due = list(Check.objects.filter(matter=known)), known.answer_due_at
    persons = ["", *sorted(set(Matter.objects.exclude(holder="").values_list("holder", flat=True)))]
    known.notice_state = "not_due"
    rows, copied = [], []
    for place in range(total - Matter.objects.exclude(state="closed").count()):
        known.pk, known.reference = f"{place:032x}", f"Z{place:06d}"
        known.answer_due_at = due + timedelta(hours=place % 2000)
        known.holder = persons[place % len(persons)]
        rows.append(copy(known))
        for check in checks:
            check.pk, check.matter_id = None, known.pk
            copied.append(copy(check))
    Matter.objects.bulk_create(rows, batch_size=500)
    Check.objects.bulk_create(copied, batch_size=500)


def main() -> int:
    """Fill the instance and return 0."""
    parser = argparse.ArgumentParser(description="receive papers in a served instance")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--count", type=int, default=0, help="papers to receive")
    parser.add_argument("--total", type=int, default=0, help="open matters to end with")
    given = parser.parse_args()
    os.environ["SAFECONDUCT_CONFIG"] = str(given.config)
    os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.site.settings.desk"
    import django  # noqa: PLC0415 - after its settings are named

    django.setup()
    fill(given.count)
    if given.total:
        lengthen(given.total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
