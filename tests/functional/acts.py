"""Acts on a finished demonstration, each in a process of its own: ``python acts.py ACT CONFIG STORY`` prints JSON.

They call what the faces call, as the people of the demonstration, or play somebody who writes the web's database.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

CONFIG, STORY = Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
os.environ["SAFECONDUCT_CONFIG"] = str(CONFIG)
os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.site.settings.headless"
import django  # noqa: E402 - it reads the instance when it is set up

django.setup()

from django.db import transaction  # noqa: E402 - needs Django to be set up first

from safeconduct.cli.demonstration.company import BY_KEY as COLLEAGUES  # noqa: E402
from safeconduct.cli.demonstration.half_year import ENDS  # noqa: E402
from safeconduct.cli.demonstration.origins import Ceremonies  # noqa: E402
from safeconduct.cli.demonstration.scenes import customer_first  # noqa: E402
from safeconduct.core.base.actors import Actor  # noqa: E402
from safeconduct.core.base.configuration import read_configuration  # noqa: E402
from safeconduct.core.base.errors import SafeconductError  # noqa: E402
from safeconduct.core.conduct.software_passkey import SoftwarePasskey  # noqa: E402
from safeconduct.rooms.government_requests import actions  # noqa: E402
from safeconduct.rooms.government_requests.models import Consent, Journey, Matter  # noqa: E402
from safeconduct.rooms.government_requests.queries.access import visible  # noqa: E402
from safeconduct.rooms.government_requests.queries.papers import read_case_file  # noqa: E402
from safeconduct.rooms.government_requests.rules.narrowing import Asked  # noqa: E402
from safeconduct.rooms.ledger import steps as ledger  # noqa: E402
from safeconduct.rooms.people import queries as people  # noqa: E402
from safeconduct.rooms.vault import queries as vault_queries  # noqa: E402
from safeconduct.rooms.vault import steps as vault  # noqa: E402

HERE = read_configuration(CONFIG)
VISITOR = HERE.demonstration.visitor if HERE.demonstration else CONFIG
KEYS: dict[str, Any] = json.loads((VISITOR / "passkeys.json").read_text())
Answer = dict[str, Any]


def matter(key: str) -> str:
    return next(str(one["matter"]) for one in STORY["matters"] if one["key"] == key)


def person(key: str) -> str:
    return next(identifier for identifier, told in KEYS.items() if told["name"] == COLLEAGUES[key].name)


def actors(key: str) -> list[Actor]:
    """Return somebody once for each account."""
    accounts = [one.account for one in people.everybody(now=ENDS, officers=False) if one.person == person(key)]
    return [people.actor_for(account=account, now=ENDS) for account in accounts]


def sign(digest: str, key: str) -> None:
    passkey = SoftwarePasskey.from_json(KEYS[person(key)]["approve"])
    ceremonies = Ceremonies.of(HERE)
    try:
        ceremonies.approve(consent=digest, person=person(key), passkey=passkey)
    finally:
        ceremonies.close()


def grant(key: str, of: str) -> str:
    ceremonies = Ceremonies.of(HERE)
    passkey = SoftwarePasskey.from_json(KEYS[person(key)]["open"])
    back = f"{HERE.faces['desk'].origin}/"
    try:
        given = ceremonies.case_grant(matter=of, person=person(key), passkey=passkey, back=back)
    finally:
        ceremonies.close()
    actions.open_case(actor=actors(key)[0], now=ENDS, matter=of, grant=given)
    return given


def refusal(act: Callable[[], object]) -> str:
    """Return the code with which ``act`` was refused, or ``done``."""
    try:
        act()
    except SafeconductError as error:
        return f"{error.code} {error.detail}".strip()
    return "done"


def two_accounts() -> Answer:
    """Dov Ivey prepared a package and tries to release it, through both of his accounts; then Mara Quill signs."""
    of = matter("harbour_warrant")
    digest = Matter.objects.get(pk=of).release_digest
    mine = actors("dov")
    alone = refusal(lambda: sign(digest, "dov"))
    released = [refusal(partial(actions.release, actor=one, now=ENDS, matter=of)) for one in mine]
    empty = sorted(path.name for path in HERE.outbox.glob("*.zip.age"))
    customer_first(actors("ravi")[0], now=ENDS, matter=of)
    sign(digest, "mara")
    sent = actions.release(actor=actors("mara")[0], now=ENDS, matter=of)
    return {
        "accounts": [one.account for one in mine],
        "persons": sorted({one.person for one in mine}),
        "signing": alone,
        "releasing": released,
        "before": empty,
        "control": [str(file["name"]) for file in sent.files],
    }


def changed_scope() -> Answer:
    """A scope with one signature is narrowed further: the signature is void, and both must sign the new one."""
    of, aline = matter("charity_subpoena"), actors("aline")[0]
    row = Matter.objects.get(pk=of)
    old = row.scope_digest
    before = vault_queries.approvals(digest=old)
    given = grant("aline", of)
    paper = read_case_file(matter=of, grant=given, case_file=row.case_file).paper
    narrower = Asked(selectors=paper.selectors, categories=paper.categories[:1], window=paper.window)
    customers = dict.fromkeys(Consent.objects.get(pk=old).customers, "Harbourlight")
    party = _officer(of)
    proposed = actions.propose_scope(
        actor=aline,
        now=ENDS,
        matter=of,
        grant=given,
        customers=customers,
        holders=(party,),
        expires=ENDS.replace(month=8),
        allowed=narrower,
    )
    after = vault_queries.approvals(digest=old)
    new = vault_queries.approvals(digest=proposed.digest)
    late = refusal(lambda: sign(old, "ines"))
    sign(proposed.digest, "ines")
    early = refusal(lambda: actions.authorise(actor=aline, now=ENDS, matter=of))
    sign(proposed.digest, "ravi")
    authorised = actions.authorise(actor=aline, now=ENDS, matter=of)
    return {
        "before": len(before.approvals),
        "old_state": after.state,
        "new": len(new.approvals),
        "signing_the_old": late,
        "with_one": early,
        "control": authorised.state,
    }


def _officer(of: str) -> actions.Party:
    row = Matter.objects.get(pk=of)
    told = KEYS[row.officer]
    line = (VISITOR / "identities" / "vane.txt").read_text().splitlines()[0]
    from safeconduct.core.sealing.recipients import fingerprint  # noqa: PLC0415 - for this one use

    recipient = line.split(": ")[1]
    return actions.Party(
        organisation=row.organisation,
        organisation_name="United States Attorney's Office, District of Franklin",
        person=row.officer,
        person_name=told["name"],
        recipient=recipient,
        key_fingerprint=fingerprint(recipient),
    )


def second_lease() -> Answer:
    """After ``changed_scope``: the package is collected once; another journey over the same scope is refused."""
    of, aline = matter("charity_subpoena"), actors("aline")[0]
    first = actions.collect(actor=aline, now=ENDS, matter=of)
    row = Matter.objects.get(pk=of)
    other = os.urandom(16).hex()
    with transaction.atomic(durable=True):
        facts = {"digest": row.scope_digest, "journey": other}
        entry = ledger.record(actor=aline, now=ENDS, kind="government_requests.authorise", subject=of, facts=facts)
    second = refusal(lambda: vault.collect(digest=row.scope_digest, journey=other, entry=entry.id))
    journey = Journey.objects.get(pk=row.collect_journey)
    again = vault.collect(digest=row.scope_digest, journey=journey.pk, entry=journey.entry)
    return {"second": second, "control": again["manifest_root"] == first.manifest_root}


def closed_ledger() -> Answer:
    """The ledger refuses every new leaf: nothing is opened, counted or collected, and the vault saw no entry."""
    of, aline = matter("clinic_order"), actors("aline")[0]
    case_file = Matter.objects.get(pk=of).case_file
    given = grant("aline", of)
    head = vault_queries.status()["heads"]["private"]["size"]
    store = sqlite3.connect(HERE.root / "state" / "web.sqlite3")
    store.execute(
        "CREATE TRIGGER full BEFORE INSERT ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    store.commit()
    try:
        tried = {
            "opening": refusal(lambda: grant("aline", of)),
            "counting": refusal(lambda: actions.forecast(actor=aline, now=ENDS, matter=of, grant=given)),
            "authorising": refusal(lambda: actions.authorise(actor=aline, now=ENDS, matter=matter("harbour_warrant"))),
            "bare": refusal(
                lambda: vault.forecast(matter=of, case_file=case_file, grant=given, entry=os.urandom(16).hex())
            ),
        }
        moved = vault_queries.status()["heads"]["private"]["size"] - head
    finally:
        store.execute("DROP TRIGGER full")
        store.commit()
        store.close()
    control = actions.forecast(actor=aline, now=ENDS, matter=of, grant=given)
    return {"tried": tried, "moved": moved, "control": sum(map(len, control.counts.values()))}


def both_scopes() -> Answer:
    """Read the asked and the allowed scope of the over-broad warrant, with the papers opened."""
    of = matter("courier_warrant")
    consent = Consent.objects.get(pk=Matter.objects.get(pk=of).scope_digest)
    given = grant("dov", of)
    told = json.loads(vault_queries.read_case(matter=of, grant=given, objects=[consent.scopes])[consent.scopes])
    return {"asked": told["asked"], "allowed": told["allowed"], "left_out": told["left_out"]}


def who_sees() -> Answer:
    """Say who finds the instance's matters: by colleague, the number of rows."""
    keys = ("aline", "dov", "ravi", "ines", "mara")
    return {key: visible(actors(key)[0]).count() for key in keys} | {"rows": Matter.objects.count()}


def outcomes() -> Answer:
    """Return process and outcome of every matter by id."""
    return {row.pk: {"process": row.process, "outcome": row.outcome} for row in Matter.objects.all()}


ACTS = (two_accounts, changed_scope, second_lease, closed_ledger, both_scopes, who_sees, outcomes)

if __name__ == "__main__":
    chosen = next(act for act in ACTS if act.__name__ == sys.argv[1])
    print(json.dumps(chosen()))  # noqa: T201 - the answer
