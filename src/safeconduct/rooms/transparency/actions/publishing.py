"""Publish a report: intent with the text that will be signed, then the signature and the files, then the outcome."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import to_utc
from safeconduct.core.tally.bands import BandError, BandStatement
from safeconduct.core.tally.published import NOTE, check_report
from safeconduct.core.tlog.notes import split_note
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.transparency import queries
from safeconduct.rooms.transparency.actions import content, folder, place, public_site
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.transparency.rules.lifecycles import REPORT
from safeconduct.rooms.vault import steps as vault

PUBLISH = "transparency.report.publish"


class ContentChangedError(DamagedError):
    """The report no longer renders as it was when it was signed."""

    code = "SC-REPORT-CHANGED"
    cure = "Publish with the release of the program that began it."


@dataclass(frozen=True, kw_only=True)
class Published:
    """A report stands in the public folder."""

    report: str
    period: str
    version: int
    folder: Path
    root: str
    entry: str
    at: datetime


def publish(
    *, actor: Actor, now: datetime, report: str, band: str = "", randomness: Randomness = os.urandom
) -> Published:
    """Publish a built report, with the enclave's signed band statement for the same day, if there is one.

    Raises:
        BandError: the statement is for another day, mixes options, or states what the option does not allow.
        TransitionError: the report is published, discarded or superseded.
    """
    actor.require(PUBLISH)
    if band:
        _check_band(band, now)
    _intend(actor=actor, now=now, report=report, band=band, randomness=randomness)
    return resume(actor=actor, now=now, report=report, randomness=randomness)


def _check_band(band: str, now: datetime) -> None:
    try:
        statement = BandStatement.parse(split_note(band)[0])
    except DamagedError as error:
        raise BandError("The band statement is no signed note.") from error
    day = to_utc(now).date()
    statement.check(place.signed_option(statement.number, as_of=day))
    if statement.publication != day:
        raise BandError("The band statement was made for another day of publication.")


def _locked(report: str) -> Report:
    row = Report.objects.select_for_update().filter(id=report).first()
    if row is None:
        raise queries.NoSuchReportError
    return row


def _intend(*, actor: Actor, now: datetime, report: str, band: str, randomness: Randomness) -> None:
    here = place.configuration()
    with transaction.atomic(durable=True):
        row = _locked(report)
        row.state = REPORT.next_state(row.state, "intend")
        row.band, row.intended_at = band, now
        made = content.make(report=row, here=here, publication=to_utc(now).date())
        row.statement = made.statement.text
        facts = {"text_sha256": sha256_hex(row.statement.encode()), "period": row.period, "root": row.root}
        row.entry = ledger.record(
            actor=actor,
            now=now,
            kind="transparency.publish",
            subject=row.id,
            facts={**facts, "version": row.version},
            randomness=randomness,
        ).id
        root = bytes.fromhex(row.root)
        row.public_entry = ledger.commit_public(now=now, commitment=root, randomness=randomness)
        row.save()


def resume(*, actor: Actor, now: datetime, report: str, randomness: Randomness = os.urandom) -> Published:
    """Finish a report whose publishing was intended; what was already done is not done again."""
    actor.require(PUBLISH)
    here, row = place.configuration(), Report.objects.filter(id=report).first()
    if row is None or row.intended_at is None:
        raise queries.NoSuchReportError
    made = content.make(report=row, here=here, publication=to_utc(row.intended_at).date())
    if made.statement.text != row.statement:
        raise ContentChangedError(f"{row.period}, version {row.version}.")
    note = row.note or vault.sign_statement(kind="report", text=row.statement, entry=row.entry)
    target = folder.report_folder(here.public, period=row.period, version=row.version)
    folder.write_once(target, {**made.files, NOTE: note.encode()})
    for part in check_report(target, None):
        if part.error is not None:
            raise part.error
    _settle(actor=actor, now=now, report=report, note=note, randomness=randomness)
    public_site.write(here=here, now=now)
    return Published(
        report=row.id,
        period=row.period,
        version=row.version,
        folder=target,
        root=row.root,
        entry=row.entry,
        at=now,
    )


def _settle(*, actor: Actor, now: datetime, report: str, note: str, randomness: Randomness) -> None:
    with transaction.atomic(durable=True):
        row = _locked(report)
        if row.state in queries.PUBLISHED_STATES:
            return
        row.state = REPORT.next_state(row.state, "publish")
        row.note, row.published_at = note, now
        for older in Report.objects.select_for_update().filter(period=row.period, state="published"):
            older.state = REPORT.next_state(older.state, "supersede")
            older.save(update_fields=["state"])
        row.save()
        ledger.record(
            actor=actor,
            now=now,
            kind="transparency.publish_done",
            subject=row.id,
            facts={"note_sha256": sha256_hex(note.encode()), "period": row.period, "version": row.version},
            randomness=randomness,
        )
