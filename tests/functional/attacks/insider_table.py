"""The table of what the insider writes and then does; edits that are the harm themselves stand in ``insider_rows``."""

from typing import Any

from tests.functional.attacks.insider import HIS_JOURNEY, Attack, Insider, copy_row
from tests.functional.attacks.insider_rows import PAST, ROWS

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Consent, Document, Journey, Letter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.officer import requests_of
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.vault import actions as vault_actions
from safeconduct.rooms.vault import steps as vault
from safeconduct.rooms.vault import wire

ROOM = "government_requests."


def collect(insider: Insider, digest: str, journey: str = HIS_JOURNEY) -> object:
    """Enter an authorisation in Sefa Brandt's name and have the vault process collect."""
    facts = {"digest": digest, "journey": journey}
    entry = insider.entry(f"{ROOM}authorise", insider.waiting, "sefa", **facts)
    return vault.collect(digest=digest, journey=journey, entry=entry)


def release(insider: Insider, digest: str, journey: str) -> object:
    facts = {"digest": digest, "journey": journey}
    entry = insider.entry(f"{ROOM}release", insider.prepared, "mara", **facts)
    return vault.release(digest=digest, journey=journey, entry=entry)


def sign_as(insider: Insider, digest: str, key: str) -> object:
    """Sign on the approve origin as ``key``, with the passkey that the insider owns."""
    person = insider.story.stage.cast[key].person
    return insider.story.stage.ceremonies.approve(consent=digest, person=person, passkey=insider.key)


def read(insider: Insider, grant_of: Any, objects: list[str]) -> object:
    matter = grant_of.matter
    payload = {"matter": matter, "grant": insider.grants[matter], "objects": objects}
    return wire.call("read_case", payload)


def open_as(insider: Insider, key: str) -> object:
    """Open the silenced matter's papers as a colleague who has a passkey, but no place on the vault's list."""
    return insider.story.stage.open_case(key, insider.silenced.matter)


def propose_for(insider: Insider, recipient: str) -> object:
    """Propose a scope whose holder has the insider's key, have it signed by people who do not look, and collect."""
    stage, told = insider.story.stage, insider.waiting
    mine = Consent.objects.get(pk=told.digests["scope"])
    officer = stage.officer(told.plan.officer)
    party = actions.Party(**{**vars(officer), "recipient": recipient, "key_fingerprint": fingerprint(recipient)})
    made = actions.propose_scope(
        actor=insider.actor("aline"),
        now=stage.now,
        matter=told.matter,
        grant=stage.open_case("aline", told.matter),
        customers=dict.fromkeys(mine.customers, "Somebody"),
        holders=(party,),
        expires=stage.now.replace(year=2027),
    )
    stage.sign(made.digest, "ravi", "ines")
    return collect(insider, made.digest, "c" * 32)


def membership(insider: Insider, key: str, role: str) -> None:
    person = insider.person(key)
    copy_row(insider, "people_membership", f"person_id = '{person}'", id=900, role=role)


def roles(insider: Insider, key: str) -> set[str]:
    return {str(role) for role in people.roles_of(person=insider.person(key), now=insider.story.stage.now)}


def login_key(insider: Insider, key: str) -> None:
    """Give the insider's own passkey to somebody else's account."""
    public = insider.key.credential().as_json()
    account = insider.story.stage.accounts[key]
    copy_row(
        insider,
        "people_loginkey",
        f"account_id = '{account}'",
        credential_id=public["credential_id"],
        public_key=public["public_key"],
    )


def knows_key(insider: Insider, key: str) -> bool:
    account = insider.story.stage.accounts[key]
    known = people.login_keys(account=account, rp_id=insider.key.rp_id)
    return str(insider.key.credential().as_json()["credential_id"]) in known


def officer_sees(insider: Insider, key: str) -> bool:
    listed = requests_of(actor=insider.actor(key), now=insider.story.stage.now)
    return insider.prepared.matter in {one.id for one in listed}


def fetch(insider: Insider, key: str) -> object:
    """Fetch a package as an officer who is not one of its holders, with that officer's own passkey."""
    stage, release_digest = insider.story.stage, insider.prepared.digests["release"]
    origin, player = stage.ceremonies.open_origin, stage.cast[key]
    path = f"/package/{release_digest}"
    asked = origin.call("GET", f"{path}/challenge?person={player.person}")
    told = digest("safeconduct/v1/open-package", {"release": release_digest})
    said = stage.ceremonies._assertion(origin, asked, told, player.passkeys["open"])
    return origin.call("POST", path, {"person": player.person, "assertion": said})


def _fetch(insider: Insider) -> object:
    return vault_actions.fetch_alarms(now=insider.story.stage.now)


class UndoneError(SafeconductError):
    """What was deleted is there again."""

    code = "SC-TEST-UNDONE"


def _fetched_again(insider: Insider) -> None:
    _fetch(insider)
    if people.newest_vault_alarm() > 0:
        raise UndoneError


AGENCY_OF = "SELECT organisation_id FROM people_person WHERE id = ?"

ATTACKS: tuple[Attack, ...] = (
    *ROWS,
    Attack(
        "a colleague clears himself for a silenced matter and opens its papers",
        "SC-GRANT",
        lambda it: it.run(
            "INSERT INTO people_clearance (person_id, matter) VALUES (?, ?)", it.person("dov"), it.silenced.matter
        ),
        lambda it: visible(it.actor("dov")).filter(pk=it.silenced.matter).exists(),
        lambda it: open_as(it, "dov"),
    ),
    Attack(
        "a silenced matter is declared open to all and read",
        "SC-GRANT",
        lambda it: it.set(it.silenced, silenced=0, notice_state="drafted"),
        lambda it: visible(it.actor("dov")).filter(pk=it.silenced.matter).exists(),
        lambda it: open_as(it, "dov"),
    ),
    # Whose it is.
    Attack(
        "the request is given to another agency, whose officer fetches the package",
        "SC-NO-PAGE",
        lambda it: it.set(it.prepared, organisation=it.link.execute(AGENCY_OF, (it.person("osei"),)).fetchone()[0]),
        lambda it: officer_sees(it, "osei"),
        lambda it: fetch(it, "osei"),
    ),
    Attack(
        "the request is given to another officer",
        "named: officer",
        lambda it: it.set(it.prepared, officer=it.person("osei")),
        lambda it: it.row(it.prepared).officer == it.person("osei"),
    ),
    Attack(
        "another matter's case file is hung on this one and read",
        "SC-UNKNOWN-OBJECT",
        lambda it: it.set(it.waiting, case_file=it.row(it.silenced).case_file),
        lambda it: it.row(it.waiting).case_file == it.row(it.silenced).case_file,
        lambda it: read(it, it.waiting, [it.row(it.waiting).case_file]),
    ),
    Attack(
        "another matter's transcript is hung on this one and read",
        "SC-UNKNOWN-OBJECT",
        lambda it: it.set(it.waiting, transcript=it.row(it.silenced).transcript),
        lambda it: it.row(it.waiting).transcript == it.row(it.silenced).transcript,
        lambda it: read(it, it.waiting, [it.row(it.waiting).transcript]),
    ),
    Attack(
        "an upload is declared to be the transcript and read",
        "SC-UNKNOWN-OBJECT",
        lambda it: it.set(it.waiting, transcript=Document.objects.filter(matter=it.waiting.matter)[0].object),
        lambda it: Document.objects.filter(object=it.row(it.waiting).transcript).exists(),
        lambda it: read(it, it.waiting, [it.row(it.waiting).transcript]),
    ),
    # Who may.
    Attack(
        "he makes himself an approver and signs",
        "SC-MAY-NOT-SIGN",
        lambda it: membership(it, "sefa", "approver"),
        lambda it: "approver" in roles(it, "sefa"),
        lambda it: it.story.stage.sign(it.waiting.digests["scope"], "sefa"),
    ),
    Attack(
        "he makes an analyst counsel, who signs what she may not",
        "SC-MAY-NOT-SIGN",
        lambda it: membership(it, "dov", "counsel"),
        lambda it: "counsel" in roles(it, "dov"),
        lambda it: it.story.stage.sign(it.waiting.digests["scope"], "dov"),
    ),
    Attack(
        "his passkey is put on counsel's account and signs as counsel",
        "SC-PASSKEY",
        lambda it: login_key(it, "ravi"),
        lambda it: knows_key(it, "ravi"),
        lambda it: sign_as(it, it.waiting.digests["scope"], "ravi"),
    ),
    Attack(
        "the second reader did not prepare the package after all, and signs it",
        "SC-MAY-NOT-SIGN",
        lambda it: it.set(it.prepared, prepared_by=it.person("aline")),
        lambda it: it.row(it.prepared).prepared_by == it.person("aline"),
        lambda it: it.story.stage.sign(it.prepared.digests["release"], "mara"),
    ),
    Attack(
        "a suspended colleague's account is moved to a person in good standing",
        "SC-MAY-NOT-SIGN",
        lambda it: it.run(
            "UPDATE people_account SET person_id = ? WHERE id = ?", it.person("ravi"), it.story.stage.accounts["dov"]
        ),
        lambda it: it.actor("dov").person == it.person("ravi"),
        lambda it: it.story.stage.sign(it.waiting.digests["scope"], "dov"),
    ),
    # Entries with right hashes, in others' names.
    Attack(
        "an authorisation is entered for a scope that nobody signed",
        "SC-QUORUM",
        lambda it: it.set(it.waiting, state="authorised", collect_journey=HIS_JOURNEY),
        lambda it: it.row(it.waiting).state == "authorised",
        lambda it: collect(it, it.waiting.digests["scope"]),
    ),
    Attack(
        "a scope that others signed for another matter is collected under this one",
        "SC-WRONG-ENTRY",
        lambda it: it.set(it.waiting, state="authorised", scope_digest=it.prepared.digests["scope"]),
        lambda it: it.row(it.waiting).scope_digest == it.prepared.digests["scope"],
        lambda it: collect(it, it.prepared.digests["scope"]),
    ),
    Attack(
        "a release is entered that no second reader signed",
        "SC-QUORUM",
        lambda it: it.set(it.prepared, state="released", outcome="produced"),
        lambda it: it.row(it.prepared).state == "released",
        lambda it: release(it, it.prepared.digests["release"], it.row(it.prepared).collect_journey),
    ),
    Attack(
        "a second journey is made over a scope that was collected",
        "SC-LEASE-TAKEN",
        lambda it: copy_row(
            it,
            "government_requests_journey",
            f"matter_id = '{it.prepared.matter}' AND act = 'collect'",
            id="4" * 32,
            done_at=None,
        ),
        lambda _it: Journey.objects.filter(pk="4" * 32, done_at__isnull=True).exists(),
        lambda it: vault.collect(
            digest=it.prepared.digests["scope"],
            journey="4" * 32,
            entry=it.entry(
                f"{ROOM}authorise", it.prepared, "aline", digest=it.prepared.digests["scope"], journey="4" * 32
            ),
        ),
    ),
    Attack(
        "one entry is made to serve two acts",
        "SC-WRONG-ENTRY",
        lambda it: it.run(
            "UPDATE government_requests_journey SET digest = ? WHERE act = 'collect'", it.waiting.digests["scope"]
        ),
        lambda it: Journey.objects.get(act="collect").digest == it.waiting.digests["scope"],
        lambda it: vault.collect(
            digest=it.waiting.digests["scope"],
            journey="2" * 32,
            entry=it.row(it.prepared).journeys.get(act="collect").entry,
        ),
    ),
    Attack(
        "an officer of his own is enrolled by an entry alone",
        "SC-UNKNOWN-CONSENT",
        lambda it: copy_row(it, "people_person", f"id = '{it.person('osei')}'", id="3" * 32),
        lambda it: it.link.execute("SELECT count(*) FROM people_person WHERE id = ?", ("3" * 32,)).fetchone() == (1,),
        lambda it: vault.enrol(digest="3" * 64, entry=it.entry("people.enrol", it.waiting, "ravi", digest="3" * 64)),
    ),
    Attack(
        "a letter is issued that nobody signed",
        "SC-UNKNOWN-CONSENT",
        lambda it: copy_row(
            it, "government_requests_letter", f"matter_id = '{it.waiting.matter}'", id="8" * 32, digest="8" * 64
        ),
        lambda _it: Letter.objects.get(pk="8" * 32).state == "proposed",
        lambda it: vault.issue_letter(
            digest="8" * 64, entry=it.entry(f"{ROOM}issue_letter", it.waiting, "ravi", digest="8" * 64)
        ),
    ),
    Attack(
        "the vault's clock is set far ahead",
        "SC-CLOCK",
        lambda it: it.set(it.waiting, answer_due_at=PAST),
        lambda it: it.row(it.waiting).answer_due_at.year == 2026 and it.row(it.waiting).answer_due_at.month == 1,
        lambda _it: wire.call("set_clock", {"now": "2026-01-01T00:00:00Z"}),
    ),
    Attack(
        "he deletes what the vault process refused him",
        "SC-TEST-UNDONE",
        lambda it: it.run("DELETE FROM people_alarm"),
        lambda _it: people.newest_vault_alarm() == 0,
        _fetched_again,
    ),
    Attack(
        "he invents an alarm so that real ones count as seen",
        "SC-ALARM-INVENTED",
        lambda it: it.run(
            "INSERT INTO people_alarm (id, source, hour, code, gate, caller, matter, at, last, count, entered, "
            "acknowledged_by, reason) "
            "VALUES ('vault-9999', 'vault', '2026-01-01T00', 'SC-X', 'x', 'x', '', ?, ?, 1, 1, '', '')",
            PAST,
            PAST,
        ),
        lambda _it: people.newest_vault_alarm() == 9999,
        _fetch,
    ),
    # The last one: it ends the scope that waits.
    Attack(
        "the addressee's key becomes the insider's, and people sign without looking",
        "SC-HOLDER-KEY",
        lambda it: it.run("UPDATE government_requests_addressee SET recipient = ?", new_identity()[1]),
        lambda it: (
            it.link.execute("SELECT count(DISTINCT recipient) FROM government_requests_addressee").fetchone() == (1,)
        ),
        lambda it: propose_for(
            it, it.link.execute("SELECT recipient FROM government_requests_addressee").fetchone()[0]
        ),
    ),
)
