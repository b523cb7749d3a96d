"""What the room of senders does, each action once: the directory, three registrations and a suspension."""

import os
from base64 import b32decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.functional.founded import Founded

from safeconduct.cli.demonstration.cast import PORTAL
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.base.sign_on import agency_providers
from safeconduct.core.conduct.one_time_codes import code_of, step_at
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions import FoundNumber, Registrant
from safeconduct.rooms.senders.models import Registration
from safeconduct.rooms.vault import wire

TAMSIN = Registrant(agency="Orrin County", country="US", name="Tamsin Orr", post="Detective", mail="t@orrin.example")
OFFICER = "wren"


def senders(found: Founded) -> None:
    """Keep the directory, let one officer in, refuse and lapse two others, suspend an officer and restore them."""
    stage, now = found.stage, found.stage.now
    aline, ravi, officer = stage.actor("aline"), stage.actor("ravi"), stage.actor(OFFICER)
    numbers = [_number(found, organisation) for organisation in ("", officer.organisation, "")]
    for one in numbers:
        actions.confirm_number(actor=ravi, now=now, number=one)
    _let_in(found, numbers[0])
    _let_in_with_codes(found, numbers[0])
    _let_in_through_the_agency(found, numbers[0])
    actions.retire_number(actor=aline, now=now, number=numbers[2])
    named = actions.name_colleague(actor=officer, now=now, registrant=TAMSIN)
    actions.refuse_registration(actor=aline, now=now, registration=named.registration)
    old = actions.register(now=now, registrant=TAMSIN, address="elsewhere").registration
    Registration.objects.filter(pk=old).update(received_at=now - timedelta(days=31))
    actions.lapse_registration(actor=aline, now=now, registration=old)
    stood = actions.suspend(actor=aline, now=now, sort="officer", subject=officer.person, reason="under_investigation")
    actions.tell_vault(standing=stood.standing, now=now)
    actions.ask_restore(actor=aline, now=now, standing=stood.standing, number=numbers[1])
    actions.restore(actor=ravi, now=now, standing=stood.standing)


def _number(found: Founded, organisation: str) -> str:
    now = found.stage.now
    listed = FoundNumber(
        name="Orrin County Police",
        country="US",
        governmental=True,
        number="+1 202 555 0142",
        source="State directory",
        found_on=now.date(),
        organisation=organisation,
    )
    return actions.propose_number(actor=found.stage.actor("aline"), now=now, found=listed).number


def _let_in(found: Founded, number: str) -> None:
    stage, now, host = found.stage, found.stage.now, found.configuration.faces[PORTAL].host
    aline, ravi = stage.actor("aline"), stage.actor("ravi")
    taken = actions.register(now=now, registrant=TAMSIN, address="somewhere")
    whose = {"now": now, "registration": taken.registration}
    actions.record_call(actor=aline, **whose, number=number, reached=True)
    actions.confirm_call(actor=ravi, **whose)
    actions.call_anew(actor=aline, **whose)
    actions.record_call(actor=aline, **whose, number=number, reached=True)
    code = actions.confirm_call(actor=ravi, **whose).code
    key = SoftwarePasskey.create(rp_id=host, randomness=os.urandom).credential().as_json()
    given = {"reference": taken.reference, "code": code, "key": key, "rp_id": host}
    actions.finish_registration(now=now, **given, address="somewhere")


def _let_in_with_codes(found: Founded, number: str) -> None:
    """Let another officer in with one-time codes, who signs in with the next one."""
    stage, now, host = found.stage, found.stage.now, found.configuration.faces[PORTAL].host
    taken = actions.register(now=now, registrant=replace(TAMSIN, name="Ada Orr", mail="a@orrin.example"), address="x")
    whose = {"now": now, "registration": taken.registration}
    actions.record_call(actor=stage.actor("aline"), **whose, number=number, reached=True)
    code = actions.confirm_call(actor=stage.actor("ravi"), **whose).code
    made = actions.finish_with_code(now=now, reference=taken.reference, code=code, rp_id=host, address="x")
    secret = b32decode(made.secret)
    here = step_at(parse_instant(wire.call("status", {})["now"]))
    actions.confirm_code(now=now, key=made.key, code=code_of(secret, here), address="x")
    given = {"mail": "a@orrin.example", "code": code_of(secret, here + 1), "address": "x"}
    actions.sign_in_with_code(now=now, **given)


def _let_in_through_the_agency(found: Founded, number: str) -> None:
    """Let another officer in who signs in through the agency's own provider."""
    stage, now, host = found.stage, found.stage.now, found.configuration.faces[PORTAL].host
    taken = actions.register(now=now, registrant=replace(TAMSIN, name="Bo Orr", mail="b@orrin.example"), address="y")
    whose = {"now": now, "registration": taken.registration}
    actions.record_call(actor=stage.actor("aline"), **whose, number=number, reached=True)
    code = actions.confirm_call(actor=stage.actor("ravi"), **whose).code
    agency = Registration.objects.get(pk=taken.registration).organisation
    place = {"name": "Orrin", "issuer": "https://id.orrin.example", "client_id": "us", "secret_file": "none"}
    tables = [{**place, "door": "orrin-county-sheriff", "agency": agency, "mail_domain": "orrin.example"}]
    (provider,) = agency_providers(tables, Path()).values()
    proven = actions.Proven(subject="bo", mail="b@orrin.example")
    said = {"now": now, "provider": provider, "proven": proven}
    actions.finish_with_agency(**said, reference=taken.reference, code=code, rp_id=host, address="y")
    actions.sign_in_with_agency(**said)
