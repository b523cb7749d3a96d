"""The states in which the flows begin: one matter taken through the house by real actions, copied at each stage."""

import json
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import typst
from tests.faults import casework
from tests.faults.house import NOW, House, Passkeys
from tests.rooms.government_requests.papers import paper
from tests.vaultd.story import CUSTOMER, begin, call_rows, officer_keys, subscriber_rows

from safeconduct.cli.demonstration.scenes import customer_first
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Party, Upload
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.paper import Item
from safeconduct.rooms.government_requests.rules.words import Category, FindingKind, FindingOutcome
from safeconduct.rooms.records import actions as records
from safeconduct.rooms.vault import actions as vault
from safeconduct.rooms.vault.actions import OfficerKeys

DATABASES = ("safeconduct.sqlite3", "vault/vault.sqlite3")
CUSTOMER_KEYS = new_identity()
EARLIER = NOW - timedelta(hours=1)
WORDS = "Records of calls and the name of the subscriber."
OFFICER = Party(
    organisation="calder-county",
    organisation_name="Calder County Sheriff Office",
    person="officer-1",
    person_name="Deputy L. Marrow",
    recipient=officer_keys()[1],
    key_fingerprint=fingerprint(officer_keys()[1]),
)
CONTACT = Party(
    organisation=CUSTOMER,
    organisation_name="Tern & Lowe Logistics",
    person=CUSTOMER,
    person_name="Privacy contact",
    recipient=CUSTOMER_KEYS[1],
    key_fingerprint=fingerprint(CUSTOMER_KEYS[1]),
)


def matter_of(_house: House) -> Matter:
    """Return the one matter there is."""
    return Matter.objects.get()


def _enrol(house: House) -> None:
    keys = OfficerKeys(
        organisation=OFFICER.organisation,
        organisation_name=OFFICER.organisation_name,
        country="US",
        governmental=True,
        person=OFFICER.person,
        person_name=OFFICER.person_name,
        age_recipient=OFFICER.recipient,
        passkey=house.passkeys["officer-1"]["open"].credential().as_json(),
    )
    aline = house.actor("aline")
    called = frozenset({"aline", "dov"})
    digest = vault.propose_officer(actor=aline, now=NOW, keys=keys, number_source="directory", called_by=called)
    house.sign(digest, "ravi", "ines")
    vault.enrol(actor=aline, now=NOW, digest=digest, person=OFFICER.person)


def _records(house: House) -> None:
    sefa = house.actor("sefa")
    records.register_customer(actor=sefa, now=NOW, name="Tern & Lowe Logistics", customer=CUSTOMER)
    for table, rows in (("calls", call_rows()), ("subscribers", subscriber_rows())):
        records.import_rows(actor=sefa, now=EARLIER, table=table, rows=rows)


def _receive(house: House) -> str:
    served = paper(
        dated=date(2026, 6, 17),
        reply_by=date(2026, 7, 6),
        items=(Item(number=1, page=1, words=WORDS, categories=(Category.CALL_DETAIL, Category.SUBSCRIBER)),),
    )
    pdf: bytes = typst.compile(WORDS.encode(), ignore_system_fonts=True, timestamp=0)
    aline = house.actor("aline")
    found = actions.receive(
        actor=aline,
        now=NOW,
        paper=served,
        uploads=(Upload(name="paper.pdf", data=pdf, pages=1),),
        served_entity=next(iter(house.vault.configuration.entities.values())),
        organisation=OFFICER.organisation,
        officer=OFFICER.person,
        channel="desk",
        transcript=(WORDS,),
    )
    actions.take(actor=aline, now=NOW, matter=found.matter)
    return found.matter


def _review(house: House, matter: str) -> None:
    aline = house.actor("aline")
    grant = house.vault.opened.grants.give(matter=matter, person="aline").id
    whose = {"actor": aline, "now": NOW, "matter": matter, "grant": grant}
    actions.open_case(**whose)
    actions.compare_transcript(actor=house.actor("mara"), now=NOW, matter=matter)
    for kind in FindingKind:
        met, why = FindingOutcome.MET, "The words say what is asked, of whom and when."
        actions.record_finding(**whose, kind=kind, outcome=met, reason=why, words=WORDS, page=1)
    actions.forecast(**whose)
    ends = NOW + timedelta(days=30)
    names = {CUSTOMER: CONTACT.organisation_name}
    proposed = actions.propose_scope(**whose, customers=names, holders=(OFFICER,), expires=ends)
    house.sign(proposed.digest, "ravi", "ines")


def _collect(house: House, matter: str) -> None:
    aline = house.actor("aline")
    actions.authorise(actor=aline, now=NOW, matter=matter)
    collected = actions.collect(actor=aline, now=NOW, matter=matter)
    actions.propose_release(actor=aline, now=NOW, matter=matter)
    house.sign(collected.release_digest, "mara")


def _draft(house: House, matter: str) -> None:
    whose = {"actor": house.actor("aline"), "now": NOW, "matter": matter}
    drafted = actions.draft_notice(**whose, customer=CUSTOMER, to=CONTACT, agency=OFFICER.organisation_name)
    house.sign(drafted.digest, "ravi")


def make_states(folder: Path, template: Path) -> None:
    """Take the matter through the house and leave ``folder/STATE`` for each state, and everybody's passkeys."""
    live = folder / "live"
    story = begin(live)
    shutil.copy(template, live / DATABASES[0])
    house = House.around(live, story.vault, story.passkeys)
    house.outbox.mkdir(exist_ok=True)
    _enrol(house)
    _records(house)
    casework.enrol(house, officer=OFFICER.person, organisation=OFFICER.organisation)
    casework.post(house)
    copied(house, folder / "supplied")
    matter = _receive(house)
    _review(house, matter)
    copied(house, folder / "approved")
    _collect(house, matter)
    copied(house, folder / "collected")
    _draft(house, matter)
    copied(house, folder / "drafted")
    actions.release_notice(actor=house.actor("ravi"), now=NOW, matter=matter)
    customer_first(house.actor("ravi"), now=NOW, matter=matter)
    actions.release(actor=house.actor("mara"), now=NOW, matter=matter)
    copied(house, folder / "released")
    house.close()
    _close(folder, story.passkeys)
    held = {person: {face: key.to_json() for face, key in keys.items()} for person, keys in story.passkeys.items()}
    (folder / "passkeys.json").write_text(json.dumps(held))


def _close(folder: Path, passkeys: Passkeys) -> None:
    """Leave ``folder/closed``, whose one matter came to its end without an answer."""
    shutil.copytree(folder / "supplied", folder / "ending")
    house = House.open(folder / "ending", passkeys)
    casework.ended(house, _receive(house))
    copied(house, folder / "closed")
    house.close()


def passkeys_in(folder: Path) -> Passkeys:
    """Return the passkeys of everybody in these states."""
    held = json.loads((folder / "passkeys.json").read_text())
    return {
        person: {face: SoftwarePasskey.from_json(key) for face, key in keys.items()} for person, keys in held.items()
    }


def copied(house: House, to: Path) -> None:
    """Copy a state, its databases emptied of their logs first."""
    for name in DATABASES:
        link = sqlite3.connect(house.root / name)
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        link.close()
    shutil.copytree(house.root, to, ignore=shutil.ignore_patterns("*-wal", "*-shm"))


def new_calls() -> pa.Table:
    """Return calls of two months that are not in the store yet: two segments."""
    return call_rows(prefix="new")
