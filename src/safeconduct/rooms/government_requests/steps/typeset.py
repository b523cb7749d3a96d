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
from safeconduct.core.rulebook.letter_templates import LetterTemplate
from safeconduct.rooms.government_requests.models import Addressee, Matter
from safeconduct.rooms.government_requests.queries.letter_templates import entity_of, language_of, template_for
from safeconduct.rooms.government_requests.rules.letter_wording import worded
from safeconduct.rooms.government_requests.rules.letters import LetterText

TEMPLATE = "templates/government_requests/letters/letter.typ"
LETTER_SIZED = frozenset({"US", "CA"})
DEMONSTRATION = "Demonstration: a letter of a fictional company, without force"


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom a letter or a package goes to; held in memory only.

    Attributes:
        organisation, person: ids; a customer's notice has the customer's id in both.
        organisation_name, person_name: as the sheet and the letter show them.
        recipient: the age recipient that the file is sealed to.
        key_fingerprint: its fingerprint.
        language: of the letters to this person; empty for the served company's own.
    """

    organisation: str
    organisation_name: str
    person: str
    person_name: str
    recipient: str
    key_fingerprint: str
    language: str = ""


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


def words_of(
    *, text: LetterText, row: Matter, company: Configuration, now: datetime, signed: bool, language: str = ""
) -> tuple[LetterText, LetterTemplate | None]:
    """Return the letter in its template's words with that template, or a letter of finished words as it is.

    Raises:
        LetterUnsignedError: ``signed`` is asked for, and counsel has not signed the template.
        LetterError: the facts do not fit the template.
    """
    if not text.template:
        return text, None
    day = now.astimezone(zone(row.zone)).date()
    entity = row.served_entity
    found = template_for(
        place=company, served_entity=entity, kind=text.template, day=day, signed=signed, language=language
    )
    return worded(text, found), found


def typeset(
    *, text: LetterText, row: Matter, to: Party | None, company: Configuration, now: datetime, case_number: str = ""
) -> bytes:
    """Return ``text`` as PDF with the served company's letterhead; ``to`` is None while the addressee is not known.

    A letter whose template counsel has not signed can be typeset, as a draft; ``correspondence.prepare`` asks.
    """
    said, template = words_of(
        text=text, row=row, company=company, now=now, signed=False, language=to.language if to else ""
    )
    entity = entity_of(company, row.served_entity)
    language = template.language if template else language_of(company, row.served_entity)
    here = zone(row.zone)
    content = {
        "subject": said.subject,
        "language": language.code,
        "labels": dict(language.labels),
        "paper": "us-letter" if entity.country in LETTER_SIZED else "a4",
        "demonstration": DEMONSTRATION if company.demonstration else "",
        "company": {"name": entity.name, "address": entity.address},
        "to": {
            "person_name": to.person_name if to else "",
            "organisation_name": to.organisation_name if to else language.labels["address_missing"],
        },
        "reference": row.reference,
        "received": language.day_words(row.received_at.astimezone(here).date()),
        "written": language.day_words(now.astimezone(here).date()),
        "case_number": case_number,
        "paragraphs": list(said.paragraphs),
        "quotes": [{"words": words, "says": says} for words, says in said.quotes],
        "closing": list(said.closing),
    }
    made: bytes = typst.compile(
        _template(), sys_inputs={"letter": json.dumps(visible_json(content))}, ignore_system_fonts=True, timestamp=0
    )
    return made
