"""The flows, in legs. A leg looks where things stand and does what is missing, as a person at the desk would.

So the same words are the act itself, the second try of a process that was refused, and the act taken up again after
a restart. ``say`` is called when an answer has come back: from then on it is promised.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from tests.faults import archive_work, casework
from tests.faults.casework import Say
from tests.faults.founding import CONTACT, OFFICER, matter_of, new_calls
from tests.faults.house import NEXT_CUSTODIANS, NOW, House
from tests.vaultd.story import CUSTODIANS

from safeconduct.cli.demonstration.scenes import customer_first
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Consent, Journey, Letter
from safeconduct.rooms.ledger import queries, steps
from safeconduct.rooms.ledger.models import Opening
from safeconduct.rooms.records import actions as records
from safeconduct.rooms.records.models import ImportRun
from safeconduct.rooms.vault import actions as vault

KIND = "tests.append"


@dataclass(frozen=True)
class Leg:
    """Part of a flow: the state it begins in, and what is done."""

    name: str
    state: str
    act: Callable[[House, Say], None]


def recorded(house: House, say: Say, number: int) -> None:
    """Record one entry, the second with a commitment for the public log, and say so when it is committed."""
    with transaction.atomic(durable=True):
        facts, actor = {"number": number}, house.actor("aline")
        entry = steps.record(actor=actor, now=NOW, kind=KIND, subject=f"{number}" * 32, facts=facts)
        if number == 2:
            steps.commit_public(now=NOW, commitment=bytes(32))
    say(f"entry {number}", entry.id)


def append(house: House, say: Say) -> None:
    """Record two entries."""
    for number in (1, 2):
        if lines := queries.history(subject=f"{number}" * 32):
            say(f"entry {number}", lines[0].entry)
        else:
            recorded(house, say, number)


def take_in(house: House, say: Say) -> None:
    """Import rows of two months; an intent whose end is not known is taken up again, as the desk offers."""
    sefa, rows = house.actor("sefa"), new_calls()
    mine = ImportRun.objects.filter(began=NOW).first()
    if mine is not None and mine.ended is not None:
        say("import", [mine.pk, mine.rows, mine.segments])
        return
    run = None if mine is None else mine.pk
    done = records.import_rows(actor=sefa, now=NOW, table="calls", rows=rows, run=run)
    say("import", [done.run, done.rows, done.segments])


def collect(house: House, say: Say) -> None:
    """Authorise, collect, and ask for release."""
    whose = {"actor": house.actor("aline"), "now": NOW, "matter": matter_of(house).pk}
    if matter_of(house).state == "scope_proposed":
        done = actions.authorise(**whose)
        say("authorised", [done.entry, done.journey])
    collected = actions.collect(**whose)
    row = matter_of(house)
    journey = Journey.objects.get(pk=row.collect_journey)
    say("authorised", [journey.entry, journey.pk])
    say("collected", [collected.release_digest, collected.manifest_root, dict(collected.counts)])
    if not Consent.objects.filter(digest=row.release_digest).exists():
        actions.propose_release(**whose)
    say("proposed", row.release_digest)


def release(house: House, say: Say) -> None:
    """Let the package leave."""
    row = matter_of(house)
    if row.state == "collected":
        customer_first(house.actor("ravi"), now=NOW, matter=row.pk)
    sent = actions.release(actor=house.actor("mara"), now=NOW, matter=row.pk)
    say("released", [sent.entry, list(sent.files)])


def draft(house: House, say: Say) -> None:
    """Write the notice and address it."""
    row = matter_of(house)
    found = Letter.objects.filter(matter=row, superseded_at__isnull=True).exclude(digest="").first()
    if found is None:
        agency = OFFICER.organisation_name
        whose = {"actor": house.actor("aline"), "now": NOW, "matter": row.pk}
        written = actions.draft_notice(**whose, customer=CONTACT.person, to=CONTACT, agency=agency)
        found = Letter.objects.get(pk=written.letter)
    say("drafted", [found.pk, found.digest, found.sha256])


def notify(house: House, say: Say) -> None:
    """Let the notice leave."""
    row = matter_of(house)
    if row.notice_state == "drafted":
        sent = actions.release_notice(actor=house.actor("ravi"), now=NOW, matter=row.pk)
        say("notified", list(sent.files))
    journey = Journey.objects.get(act="issue_letter", done_at__isnull=False)
    say("notified", list(journey.result["files"]))


def _intended(house: House, say: Say, custodians: int | None = None) -> str:
    known = Opening.objects.filter(kind=vault.ROTATE).first()
    if known is not None:
        entry = str(known.entry_id)
    else:
        entry = vault.intend_rotation(actor=house.actor("sefa"), now=NOW, custodians=custodians)
    say("intended", entry)
    return entry


def rotate(house: House, say: Say) -> None:
    """Wrap every key under a new epoch and destroy the old one; the same entry goes on after anything."""
    done = vault.rotate_keys(actor=house.actor("sefa"), now=NOW, entry=_intended(house, say))
    say("rotated", [done.entry, done.epoch, done.keys, done.destroyed])


def rotate_root(house: House, say: Say) -> None:
    """Replace the root key and its custodians."""
    entry = _intended(house, say, custodians=len(NEXT_CUSTODIANS))
    ceremony = vault.Ceremony(current=CUSTODIANS, custodians=NEXT_CUSTODIANS)
    done = vault.rotate_keys(actor=house.actor("sefa"), now=NOW, entry=entry, ceremony=ceremony)
    say("rotated", [done.entry, done.epoch, done.keys, done.destroyed])


LEGS = {
    leg.name: leg
    for leg in (
        Leg("append", "supplied", append),
        Leg("import", "supplied", take_in),
        Leg("release: collect", "approved", collect),
        Leg("release: deliver", "collected", release),
        Leg("notice: draft", "collected", draft),
        Leg("notice: leave", "drafted", notify),
        Leg("rotation: keys", "supplied", rotate),
        Leg("rotation: root", "supplied", rotate_root),
        Leg("mail", "supplied", casework.taken_in),
        Leg("handover", "approved", casework.hand_over),
        Leg("suspension", "approved", casework.suspend),
        Leg("incident", "released", casework.incident),
        Leg("erasure", "closed", casework.erase),
        Leg("records: merge", "supplied", archive_work.merge),
        Leg("records: compact", "supplied", archive_work.compact),
        Leg("records: end", "supplied", archive_work.end_customer),
    )
}
