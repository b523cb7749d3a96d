"""Plan seeded fakes, carry one in by hand, reveal them; report an impostor. Planned by the worker or a named person.

Planning is intent, then effect: the entry commits to a paper that nobody has seen, then the vault process seals it.
Revealing opens the plan under an entry of its own, then says in one transaction what it was and what became of it.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.core.base.actors import Actor, system_actor
from safeconduct.core.base.canonical import digest, sha256_hex
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.revoke import hold_back, take_back
from safeconduct.rooms.government_requests.models import ImpostorReport, Matter, SeededFake
from safeconduct.rooms.government_requests.queries.fakes import UnknownFakeError, fakes_a_month
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.fake_papers import FakePaper, fake_paper
from safeconduct.rooms.government_requests.rules.fakes import (
    PLAN,
    DeskMayNotError,
    Door,
    FakePlanDiffersError,
    Result,
    drawn_instant,
    judged,
)
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import Outcome
from safeconduct.rooms.government_requests.steps import fakes as steps
from safeconduct.rooms.government_requests.steps import rows
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.vault import steps as vault
from safeconduct.rooms.vault.rules import VaultNotPermittedError

DOMAIN = "safeconduct/v1/fake-plan"
SALT_BYTES = 16
LIVE = frozenset({"scope_proposed", "authorised", "collected"})


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A planned fake."""

    fake: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class Revealed:
    """A revealed fake, and what became of it."""

    fake: str
    result: Result
    entry: str


def _require_owner(actor: Actor) -> None:
    """Raise unless the actor owns the control and does not work at the desk: rule 3 of ``rules.fakes``."""
    actor.require(Permission.SEED)
    if Permission.READ in actor.permissions:
        raise DeskMayNotError


def plan_fake(*, actor: Actor, now: datetime, month: str, door: Door, randomness: Randomness = os.urandom) -> Planned:
    """Plan one fake of ``month``; raises ``NoFakesError`` where no signed policy names a number."""
    _require_owner(actor)
    fakes_a_month(day=now.date())
    place, fake, salt = configuration().mail, new_id(randomness), randomness(SALT_BYTES).hex()
    at = drawn_instant(now=now, month=month, draw=randomness(8))
    made = fake_paper(
        at=at,
        by_mail=door is Door.MAIL,
        server=place.server if place else "",
        domains=place.fake_domains if place else (),
        randomness=randomness,
    )
    committed = _commitment(fake=fake, salt=salt, made=made)
    with transaction.atomic(durable=True):
        SeededFake.objects.create(
            id=fake, month=month, door=str(door), commitment=committed, planned_by=actor.person, planned_at=now
        )
        facts = {"commitment": committed, "month": month, "door": str(door)}
        entry = _record(actor, now, "plan_fake", fake, facts, randomness)
    vault.plan_fake(plan=fake, data=_sealed(fake=fake, salt=salt, at=at, made=made), entry=entry)
    return Planned(fake=fake, entry=entry)


def _commitment(*, fake: str, salt: str, made: FakePaper) -> str:
    mail = sha256_hex(made.mail) if made.mail else ""
    return digest(DOMAIN, {"plan": fake, "salt": salt, "paper": sha256_hex(made.paper), "mail": mail})


def _sealed(*, fake: str, salt: str, at: datetime, made: FakePaper) -> dict[str, Any]:
    return {
        "version": 1,
        "plan": fake,
        "salt": salt,
        "at": instant_text(at),
        "process": str(made.process),
        "signals": [str(one) for one in made.signals],
        "paper": b64encode(made.paper).decode(),
        "mail": b64encode(made.mail).decode(),
    }


def _record(actor: Actor, now: datetime, kind: str, subject: str, facts: dict[str, Any], randomness: Randomness) -> str:
    found = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=subject,
        facts=facts,
        randomness=randomness,
    )
    return str(found.id)


def _open(*, actor: Actor, now: datetime, fake: SeededFake, randomness: Randomness) -> dict[str, Any]:
    """Return what the sealed plan says; raises ``FakePlanDiffersError`` where it is not what was entered."""
    with transaction.atomic(durable=True):
        entry = _record(actor, now, "open_fake", fake.pk, {}, randomness)
    told = vault.open_fake(plan=fake.pk, entry=entry)
    if digest(DOMAIN, {name: told[name] for name in ("plan", "salt", "paper", "mail")}) != fake.commitment:
        raise FakePlanDiffersError
    return told


def carry_fake(*, actor: Actor, now: datetime, fake: str, randomness: Randomness = os.urandom) -> bytes:
    """Return the paper of a fake that is carried in by hand, for its owner to hand in as anybody would."""
    _require_owner(actor)
    found = SeededFake.objects.filter(pk=fake, state=PLAN.initial, door=str(Door.HAND)).first()
    if found is None:
        raise UnknownFakeError
    return b64decode(_open(actor=actor, now=now, fake=found, randomness=randomness)["bytes"])


def reveal_fake(*, actor: Actor, now: datetime, fake: str, randomness: Randomness = os.urandom) -> Revealed:
    """Reveal a fake: say which paper it was, judge what became of it, and withdraw its matters.

    Raises ``FakePlanDiffersError``, and what the vault process refuses with; then nothing was revealed.
    """
    _require_owner(actor)
    row = SeededFake.objects.filter(pk=fake).first()
    if row is None:
        raise UnknownFakeError
    PLAN.next_state(row.state, "reveal")
    try:
        told = _open(actor=actor, now=now, fake=row, randomness=randomness)
    except VaultNotPermittedError as refusal:
        if refusal.vault_code != "SC-UNKNOWN-OBJECT":
            raise
        # Entered, and broken off before it was sealed: it never came to be, and never came in.
        told = {"paper": "", "mail": "", "salt": "", "process": "", "signals": []}
    _stop_releases(now=now, fake=row, paper=told["paper"], randomness=randomness)
    journeys: list[str] = []
    with transaction.atomic(durable=True):
        row = SeededFake.objects.select_for_update().get(pk=fake)
        row.state = PLAN.next_state(row.state, "reveal")
        matters = steps.matters_holding(fake=row, paper=told["paper"]) if told["paper"] else []
        mail = steps.mail_of(fake=row, mail=told["mail"])
        result = judged(steps.course_of(matters=matters, mail=mail))
        row.matter, row.mail, row.result = (matters[0] if matters else None), mail, str(result)
        row.revealed_by, row.revealed_at, row.process = actor.person, now, told["process"]
        row.signals, row.paper = told["signals"], told["paper"]
        row.save()
        facts = {name: told[name] for name in ("paper", "mail", "salt", "signals", "process")}
        facts |= {"result": str(result), "matters": [one.pk for one in matters]}
        entry = _record(actor, now, "reveal_fake", row.pk, facts, randomness)
        for one in matters:
            journeys += _lay_aside(actor=actor, now=now, row=one, fake=row.pk, randomness=randomness)
    for journey in journeys:
        finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return Revealed(fake=fake, result=result, entry=entry)


def _stop_releases(*, now: datetime, fake: SeededFake, paper: str, randomness: Randomness) -> None:
    worker = system_actor(permissions=frozenset())
    with transaction.atomic():
        found = [one.pk for one in steps.matters_holding(fake=fake, paper=paper)] if paper else []
    for one in found:
        hold_back(actor=worker, now=now, matter=one, randomness=randomness)


def _lay_aside(*, actor: Actor, now: datetime, row: Matter, fake: str, randomness: Randomness) -> list[str]:
    """Withdraw a fake's matter where it is still being worked on; what stood under it is revoked."""
    live = row.scope_digest if row.state in LIVE else ""
    withdrawn = (row.state, "withdraw") in MATTER.table
    if withdrawn:
        rows.advance(row, "withdraw")
        rows.respond(row, outcome=Outcome.WITHDRAWN, now=now)
    facts = {"fake": fake, "withdrawn": withdrawn}
    rows.record(actor=actor, now=now, kind="lay_aside_fake", row=row, facts=facts, randomness=randomness)
    journey = take_back(actor=actor, now=now, row=row, randomness=randomness) if live else ""
    rows.keep(row)
    return [journey] if journey else []


def report_impostor(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Report that a matter's sender is not who the paper says; the matter goes on and is decided as any other."""
    actor.require(Permission.TAKE)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        ImpostorReport.objects.get_or_create(matter=row, defaults={"by": actor.person, "at": now})
        entry = rows.record(actor=actor, now=now, kind="report_impostor", row=row, facts={}, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
