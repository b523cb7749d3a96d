"""Typesets a letter as PDF in memory; its words never touch a disk in clear."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

import typst

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.periods import zone
from safeconduct.core.base.visible import visible_json
from safeconduct.rooms.government_requests.models import Addressee, Matter
from safeconduct.rooms.government_requests.rules.letters import LetterText

TEMPLATE = "templates/government_requests/letters/letter.typ"
DEMONSTRATION = "Demonstration: a letter of a fictional company, without force"


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom a letter or a package goes to; held in memory only.

    Attributes:
        organisation, person: ids; a customer's notice has the customer's id in both.
        organisation_name, person_name: as the sheet and the letter show them.
        recipient: the age recipient that the file is sealed to.
        key_fingerprint: its fingerprint.
    """

    organisation: str
    organisation_name: str
    person: str
    person_name: str
    recipient: str
    key_fingerprint: str


def remember(party: Party, now: datetime) -> None:
    """Keep the public key that was used, so that the next letter to the same person needs no typing."""
    Addressee.objects.update_or_create(
        person=party.person,
        defaults={
            "organisation": party.organisation,
            "recipient": party.recipient,
            "key_fingerprint": party.key_fingerprint,
            "at": now,
        },
    )


@lru_cache(maxsize=1)
def _template() -> bytes:
    return resources.files("safeconduct.rooms.government_requests").joinpath(TEMPLATE).read_bytes()


def _shown(instant: datetime, zone_name: str) -> str:
    local = instant.astimezone(zone(zone_name))
    return f"{local.day} {local:%B %Y}"


def typeset(
    *, text: LetterText, row: Matter, to: Party | None, company: Configuration, now: datetime, case_number: str = ""
) -> bytes:
    """Return ``text`` as PDF with the served company's letterhead; ``to`` is None while the addressee is not known."""
    entity = company.entities.get(row.served_entity) or next(iter(company.entities.values()))
    content = {
        "subject": text.subject,
        "demonstration": DEMONSTRATION if company.demonstration else "",
        "company": {"name": entity.name, "address": entity.address},
        "to": {
            "person_name": to.person_name if to else "",
            "organisation_name": to.organisation_name if to else "Address to be filled in",
        },
        "reference": row.reference,
        "received": _shown(row.received_at, row.zone),
        "written": _shown(now, row.zone),
        "case_number": case_number,
        "paragraphs": list(text.paragraphs),
        "quotes": [{"words": words, "says": says} for words, says in text.quotes],
        "closing": list(text.closing),
    }
    made: bytes = typst.compile(
        _template(), sys_inputs={"letter": json.dumps(visible_json(content))}, ignore_system_fonts=True, timestamp=0
    )
    return made
