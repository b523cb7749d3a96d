"""State a band: the only thing that ever leaves the enclave, as a signed note."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import Window, to_utc
from safeconduct.core.tally.bands import BandStatement
from safeconduct.core.tally.counting import NATIONAL_SECURITY
from safeconduct.rooms.government_requests.queries.counting import countable
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.transparency.actions import place
from safeconduct.rooms.vault import steps as vault

BAND = "transparency.band.state"


class WrongInstanceError(BadInputError):
    """National security process is counted in the enclave only, and nothing else is."""

    code = "SC-NOT-THE-ENCLAVE"
    cure = "Run this against the enclave's own configuration."


@dataclass(frozen=True, kw_only=True)
class BandStated:
    """A band statement was signed; ``note`` is all that may be carried out."""

    statement: BandStatement
    note: str
    at: datetime


def state_band(
    *, actor: Actor, now: datetime, option: str, company: str, randomness: Randomness = os.urandom
) -> BandStated:
    """Count the windows that ``option`` allows for a publication on the day of ``now``, and sign the bands.

    Raises ``WrongInstanceError`` outside the enclave, ``UnsignedOptionError`` where counsel has not signed the option.
    """
    actor.require(BAND)
    if not place.configuration().enclave:
        raise WrongInstanceError
    day = to_utc(now).date()
    chosen = place.signed_option(option, as_of=day)
    counts = {series.name: _count(series.name, series.window(day)) for series in chosen.series}
    statement = BandStatement.make(chosen, company=company, publication=day, counts=counts)
    statement.check(chosen)
    with transaction.atomic(durable=True):
        entry = ledger.record(
            actor=actor,
            now=now,
            kind="transparency.publish",
            subject=new_id(randomness),
            facts={"text_sha256": sha256_hex(statement.text.encode()), "option": option},
            randomness=randomness,
        )
    note = vault.sign_statement(kind="band", text=statement.text, entry=entry.id)
    return BandStated(statement=statement, note=note, at=now)


def _count(series: str, window: Window) -> int:
    """Return the exact number behind one series; a letter that was withdrawn bound nobody."""
    if series.startswith("fisa_"):
        return 0
    letters = [
        one for one in countable(window=window) if one.process in NATIONAL_SECURITY and one.outcome != "withdrawn"
    ]
    return sum(one.selectors for one in letters) if series.endswith("selectors") else len(letters)
