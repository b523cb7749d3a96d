"""Mail's part of the walk: one of each thing that can become of a mail, against a real vault process."""

from dataclasses import replace
from typing import Any

from django.test import override_settings
from tests.functional.founded import Founded
from tests.museum.mails.collection import TEXT, attachment, head, multipart

from safeconduct.cli.demonstration.cast import OPEN
from safeconduct.cli.demonstration.company import OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.actions.mail import Chosen
from safeconduct.rooms.government_requests.models import HistoryBatch, IncomingMail
from safeconduct.rooms.government_requests.rules.history import Mapping
from safeconduct.rooms.government_requests.rules.mail import FilingReason
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.permissions import Permission

OFFICE = system_actor(permissions=frozenset({Permission.RECEIVE.value}))


def sort_mail(found: Founded) -> None:
    """Take in two mails; make one a matter, file the other, take it back, acknowledge it and add it to the first."""
    stage = found.stage
    legal = make_paper(BY_KEY["toy_subpoena"].values(stage.cast.seed))
    drop = stage.configuration.root / "drop"
    drop.mkdir(exist_ok=True)
    paper = multipart(TEXT, attachment(legal.pdf))
    actions.take_in_mail(actor=OFFICE, now=stage.now, data=paper, source="drop")
    (drop / "2.eml").write_bytes(head(subject="More") + b"\r\nMore")
    place = replace(stage.configuration, mail=MailPlace(drop=drop, mailbox=None, server=""))
    with override_settings(SAFECONDUCT=place):
        actions.fetch_mail(actor=OFFICE, now=stage.now)
    first, second = IncomingMail.objects.order_by("-size")
    aline = stage.actor("aline")
    grant = _grant(found, "aline", first.pk)
    actions.open_mail(actor=aline, now=stage.now, mail=first.pk, grant=grant)
    actions.make_matter(
        actor=aline,
        now=stage.now,
        mail=first.pk,
        chosen=(Chosen(number=1, pages=legal.pages),),
        paper=paper_from_json(dict(legal.facts)),
        served_entity=next(iter(stage.configuration.entities.values())),
        organisation=stage.cast.organisations[OFFICERS[BY_KEY["toy_subpoena"].officer].agency],
        grant=grant,
    )
    said: dict[str, Any] = {"actor": aline, "now": stage.now, "mail": second.pk}
    actions.file_mail(**said, reason=FilingReason.REPEATED, words="It came before.")
    actions.take_back_mail(**said)
    actions.acknowledge_mail(**said)
    actions.attach_mail(**said, matter=first.pk)


def use_a_token(found: Founded) -> None:
    """Have an officer make a token, the agency's system send a paper once more, and the token end."""
    stage, plan = found.stage, BY_KEY["toy_subpoena"]
    legal = make_paper(plan.values(stage.cast.seed))
    officer = stage.actor(plan.officer)
    made = actions.create_api_token(actor=officer, now=stage.now, days=30)
    actions.submit(
        actor=officer,
        now=stage.now,
        key="one-submission",
        digest="0" * 64,
        paper=paper_from_json(dict(legal.facts)),
        uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
        served_entity=next(iter(stage.configuration.entities.values())),
    )
    actions.revoke_api_token(actor=officer, now=stage.now, token=made.token)


def take_over(found: Founded) -> None:
    """Take two rows of another system over, one of which cannot be read, and open the file."""
    aline = found.stage.actor("aline")
    actions.take_over_history(
        actor=aline,
        now=found.stage.now,
        rows=[{"no": "1", "in": "2024-01-02", "kind": "subpoena"}, {"no": "2", "in": "", "kind": "subpoena"}],
        source="csv",
        digest="1" * 64,
        mapping=Mapping.from_table(
            {"columns": {"key": "no", "received": "in", "process": "kind"}, "process": {"subpoena": "subpoena"}}
        ),
        mapping_digest="2" * 64,
    )
    batch = HistoryBatch.objects.get().pk
    actions.open_history(actor=aline, now=found.stage.now, batch=batch, grant=_grant(found, "aline", batch))


def _grant(found: Founded, key: str, mail: str) -> str:
    stage = found.stage
    player = stage.cast[key]
    back = f"{stage.configuration.faces['desk'].origin}/mail/{mail}"
    return stage.ceremonies.case_grant(matter=mail, person=player.person, passkey=player.passkeys[OPEN], back=back)
