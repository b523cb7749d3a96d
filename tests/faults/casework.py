"""What is done beside the main job: mail taken in, a matter handed over, an officer suspended, an incident, an end.

Each looks where things stand and does what is missing, like the legs of ``flows``; what a worker's round finishes is
finished by a worker's round.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from django.test import override_settings
from tests.faults.house import NOW, House
from tests.small_pdf import small_pdf

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.mail_place import MailPlace
from safeconduct.rooms.government_requests import actions, tasks
from safeconduct.rooms.government_requests.actions import retention
from safeconduct.rooms.government_requests.models import CaseErasure, Incident, IncomingMail, Matter
from safeconduct.rooms.government_requests.rules.incidents import IncidentCause
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import NoticeException
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people.models import Alarm, Person
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.senders import actions as senders
from safeconduct.rooms.senders.models import Standing

Say = Callable[[str, Any], None]
OFFICE = system_actor(permissions=frozenset({Permission.RECEIVE.value}))
COLLEAGUES = {"aline": Role.ANALYST, "dov": Role.ANALYST}
FOUNDER = "sefa"
A_ROUND_LATER = NOW + timedelta(minutes=10)
OVER = Ruling(value=0, provision="policy.retention", citation="Policy 9", status="signed")
"""Three years on, the law is past its review; here a shorter term stands for them."""


def enrol(house: House, *, officer: str, organisation: str) -> None:
    """Enrol at the faces whoever is handed a matter, and the officer who is suspended."""
    actor = house.actor(FOUNDER)
    for name, governmental in (("self", False), (organisation, True)):
        people.enrol_organisation(
            actor=actor, now=NOW, organisation=name, name_object=name, country="US", governmental=governmental
        )
    held = {**COLLEAGUES, officer: Role.OFFICER}
    for person, role in held.items():
        people.enrol_person(
            actor=actor,
            now=NOW,
            person=person,
            name_object=person,
            organisation=organisation if person == officer else "self",
            roles=frozenset({role}),
            until=NOW + timedelta(days=400),
        )
        people.open_account(actor=actor, now=NOW, person=person)


def post(house: House) -> None:
    """Let two mails wait, one of them with a paper."""
    drop = house.root / "drop"
    drop.mkdir()
    for number, pdf in enumerate((small_pdf("a subpoena"), b""), start=1):
        mail = EmailMessage()
        mail["From"], mail["To"] = "duty@calder.example", "legal@northwind.example"
        mail["Subject"], mail["Message-ID"] = f"Number {number}", f"<{number}@calder.example>"
        mail.set_content("Please see to it.")
        if pdf:
            mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="paper.pdf")
        (drop / f"{number}.eml").write_bytes(mail.as_bytes())


def taken_in(house: House, say: Say) -> None:
    """Take in what waits in the drop folder; a mail is gone from there only once it is sealed and entered."""
    drop = house.root / "drop"
    place = MailPlace(drop=drop, mailbox=None, server="")
    with override_settings(SAFECONDUCT=replace(house.vault.configuration, mail=place)):
        actions.fetch_mail(actor=OFFICE, now=NOW)
    for row in IncomingMail.objects.order_by("size"):
        say(f"mail of {row.size} bytes", [row.pk, row.reference, row.digest])


def hand_over(house: House, say: Say) -> None:
    """Hand the matter to a colleague, with a reason."""
    row = Matter.objects.get()
    if row.holder != "dov":
        reason = "On leave from tomorrow."
        actions.hand_over(actor=house.actor("aline"), now=NOW, matter=row.pk, to="dov", reason=reason)
    say("handed over", "dov")


def suspend(house: House, say: Say) -> None:
    """Suspend the officer, at the faces and at the vault process."""
    row = Standing.objects.filter(state="suspended").first()
    if row is None:
        subject = Person.objects.get(membership__role=str(Role.OFFICER)).pk
        whom: dict[str, Any] = {"sort": "officer", "subject": subject, "reason": "account_taken"}
        senders.suspend(actor=house.actor("aline"), now=NOW, **whom)
        row = Standing.objects.get()
    assert senders.tell_vault(standing=row.pk, now=NOW)
    say("suspended", [row.pk, row.entry])


def incident(house: House, say: Say) -> None:
    """Report that the package went wrong: it is locked again, and the controller's hours run."""
    row = Matter.objects.get()
    found = Incident.objects.filter(matter=row).first()
    if found is None:
        actions.report_incident(actor=house.actor("aline"), now=NOW, matter=row.pk, cause=IncidentCause.TOO_MUCH)
        found = Incident.objects.get(matter=row)
    else:
        tasks.due(now=A_ROUND_LATER)
    say("incident", [found.pk, found.known_at.isoformat(), found.locked_again])


def erase(house: House, say: Say) -> None:
    """Destroy the closed matter's file."""
    row = Matter.objects.get()
    kept, retention.law = retention.law, lambda _now: OVER
    try:
        if not CaseErasure.objects.filter(matter=row).exists():
            actions.erase_case(actor=house.actor("ravi"), now=NOW, matter=row.pk)
        else:
            tasks.due(now=A_ROUND_LATER)
    finally:
        retention.law = kept
    erasure = CaseErasure.objects.get(matter=row)
    assert erasure.done_at is not None
    say("erased", erasure.entry)


def ended(house: House, matter: str) -> None:
    """Withdraw a matter, let its copy end, and close it."""
    ravi = house.actor("ravi")
    actions.withdraw(actor=house.actor("aline"), now=NOW, matter=matter)
    if Matter.objects.get().preserved_at is not None:
        actions.end_preservation(actor=ravi, now=NOW, matter=matter)
    nothing = NoticeException.NOTHING_DISCLOSED
    actions.except_notice(actor=ravi, now=NOW, matter=matter, exception=nothing)
    actions.close(actor=ravi, now=NOW, matter=matter)


def ending() -> dict[str, Any]:
    """Return where the rows of these acts stand: equal for every run of one leg."""
    return {
        "mails": sorted(map(str, IncomingMail.objects.values_list("size", "digest", "state", "problem"))),
        "incidents": sorted(map(str, Incident.objects.values_list("cause", "state", "locked_again"))),
        "standings": sorted(map(str, Standing.objects.values_list("subject", "state", "reason"))),
        "told": Standing.objects.filter(vault_told_at__isnull=False).count(),
        "alarms": sorted(map(str, Alarm.objects.values_list("source", "code", "gate"))),
        "erasures": CaseErasure.objects.filter(done_at__isnull=False).count(),
        "holders": sorted(Matter.objects.values_list("holder", flat=True)),
    }
