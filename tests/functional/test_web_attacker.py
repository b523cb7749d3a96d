"""An attacker who runs code as the web process opens nothing beyond granted leases; without the checks he would.

Each attack is tried as another Unix user against a real vault process. Each control breaks exactly one gate of that
process and shows the same attack succeeding: so the attack is real, and the gate is what stops it.
"""

import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.functional.fortress import (
    JOURNEY,
    OTHER_MATTER,
    SECRETS,
    Answer,
    Fortress,
    as_attacker,
    fortress,
)
from tests.vaultd.story import MATTER, Log, holder_body

from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import new_identity

pytestmark = [
    pytest.mark.second_user,
    pytest.mark.skipif(os.getuid() != 0, reason="needs root to become another Unix user"),
]


def collect(web: Fortress, body: dict[str, Any]) -> Answer:
    journey = os.urandom(16).hex()
    proposed, answer = web.call("propose", kind="safe-conduct", body=body)
    if proposed[0] != 200:
        return proposed
    facts = {"digest": answer["digest"], "journey": journey}
    return web.act("collect", "government_requests.authorise", facts, digest=answer["digest"], journey=journey)[0]


def wide(web: Fortress) -> dict[str, Any]:
    body = web.body(id="7" * 32)
    body["scope"] = [body["scope"][0] | {"window": {"from": "2020-01-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}}]
    return body


def approve_as(web: Fortress, person: str, digest: str, passkey: Any) -> Answer:
    """Answer the approve page's challenge with an assertion that the person gave the desk."""
    status, asked = web.page("approve", "GET", f"/a/{digest}/challenge?person={person}")
    if status[0] != 200:
        return status
    challenge = urlsafe_b64decode(asked["challenge"] + "==")
    stolen = passkey.assertion(challenge=challenge, origin=web.story.configuration.faces["desk"].origin)
    stolen["id"] = stolen["rawId"] = asked["credentials"][0]
    return web.page("approve", "POST", f"/a/{digest}/approve", {"person": person, "assertion": stolen})[0]


def collect_without_approvals(web: Fortress) -> Answer:
    return collect(web, web.body(id="3" * 32))


def widen_an_approved_scope(web: Fortress) -> Answer:
    return collect(web, wide(web))


def open_a_lease_twice(web: Fortress) -> Answer:
    facts = {"digest": web.granted, "journey": "d" * 32}
    return web.act("collect", "government_requests.authorise", facts, digest=web.granted, journey="d" * 32)[0]


def release_without_a_second_reader(web: Fortress) -> Answer:
    facts = {"digest": web.release, "journey": JOURNEY}
    return web.act("release", "government_requests.release", facts, digest=web.release, journey=JOURNEY)[0]


def replay_login_assertions(web: Fortress) -> Answer:
    body = web.body(id="4" * 32)
    digest = web.call("propose", kind="safe-conduct", body=body)[1]["digest"]
    for person in ("ravi", "ines"):
        refused = approve_as(web, person, digest, web.login)
        if refused[0] != 200:
            return refused
    return collect(web, body)


def enrol_an_officer_of_his_own(web: Fortress) -> Answer:
    body = holder_body(web.story, id="5" * 32, person="his-officer", age_recipient=new_identity()[1], passkey=None)
    digest = web.call("propose", kind="holder", body=body)[1]["digest"]
    return web.act("enrol", "people.enrol", {"digest": digest}, digest=digest)[0]


def enrol_an_approver_of_his_own(web: Fortress) -> Answer:
    person = {"id": "his-approver", "name": "Nobody", "roles": ["approver"], "credentials": []}
    approve = web.story.configuration.faces["approve"].host
    person["credentials"] = [SoftwarePasskey.create(rp_id=approve, randomness=os.urandom).credential().as_json()]
    body = {"version": 1, "kind": "roster", "id": "6" * 32, "requested_by": "aline", "change": "add", "person": person}
    digest = web.call("propose", kind="roster", body=body)[1]["digest"]
    return web.act("enrol", "people.enrol", {"digest": digest}, digest=digest)[0]


def read_papers_with_an_invented_grant(web: Fortress) -> Answer:
    return web.call("read_case", matter=OTHER_MATTER, grant="e" * 32, objects=[web.objects["other"]])[0]


def read_another_matter_with_an_open_grant(web: Fortress) -> Answer:
    return web.call("read_case", matter=OTHER_MATTER, grant=web.grant, objects=[web.objects["other"]])[0]


def count_records_without_a_grant(web: Fortress) -> Answer:
    told = {"case_file": web.objects["case_file"], "grant": "e" * 32}
    proof = web.proof("government_requests.forecast", subject=OTHER_MATTER, **told)
    return web.call("forecast", matter=OTHER_MATTER, **told, proof=proof)[0]


def rewrite_the_ledger(web: Fortress) -> Answer:
    """Drop an entry that was acknowledged and prove an act in the shortened, regrown history."""
    size, forged = web.call("status")[1]["heads"]["private"]["size"], Log()
    while len(forged.openings) < size + 1:
        forged.record("people.sign_in", "aline")
    entry = forged.record("government_requests.revoke", MATTER, digest=web.granted)
    return web.call("revoke", digest=web.granted, proof=forged.proof(entry, size))[0]


def use_one_entry_for_two_acts(web: Fortress) -> Answer:
    body = web.body(id="8" * 32)
    digest = web.call("propose", kind="safe-conduct", body=body)[1]["digest"]
    proof = web.proof("government_requests.revoke", digest=digest)
    return web.call("revoke", digest=web.granted, proof=proof)[0]


def click_as_in_the_demonstration(web: Fortress) -> Answer:
    digest = web.call("propose", kind="safe-conduct", body=web.body(id="a" * 32))[1]["digest"]
    return web.page("approve", "POST", f"/a/{digest}/approve", {"person": "ravi", "demonstration": True})[0]


def set_the_clock(web: Fortress) -> Answer:
    return web.call("set_clock", now="2030-01-01T00:00:00Z")[0]


def fetch_the_readable_package(web: Fortress) -> Answer:
    """Ask for the package itself; a page that asks for a passkey first is a refusal."""
    (status, code), _ = web.page("open", "GET", f"/package/{web.release}")
    return (status, code) if web.seen[-1].startswith("PK") else (403, code)


def open_an_upload_with_a_reading_grant(web: Fortress) -> Answer:
    return web.call("read_case", matter=MATTER, grant=web.grant, objects=[web.objects["upload"]])[0]


def read_the_vaults_files(web: Fortress) -> Answer:
    for path in (
        web.story.configuration.vault_store,
        Path(f"/proc/{web.child.pid}/mem"),
        web.folder / "custodians.json",
    ):
        try:
            list(path.iterdir()) if path.is_dir() else path.open("rb").close()
        except PermissionError:
            continue
        return (200, str(path))
    try:
        os.kill(web.child.pid, 9)
    except PermissionError:
        return (0, "EPERM")
    return (200, "killed")


Attack = Callable[[Fortress], Answer]
ATTACKS: dict[Attack, set[str]] = {
    collect_without_approvals: {"SC-QUORUM"},
    widen_an_approved_scope: {"SC-QUORUM"},
    open_a_lease_twice: {"SC-LEASE-TAKEN"},
    release_without_a_second_reader: {"SC-QUORUM"},
    replay_login_assertions: {"SC-PASSKEY"},
    enrol_an_officer_of_his_own: {"SC-QUORUM"},
    enrol_an_approver_of_his_own: {"SC-QUORUM"},
    read_papers_with_an_invented_grant: {"SC-GRANT"},
    read_another_matter_with_an_open_grant: {"SC-GRANT"},
    count_records_without_a_grant: {"SC-GRANT"},
    rewrite_the_ledger: {"SC-PROOF"},
    use_one_entry_for_two_acts: {"SC-WRONG-ENTRY"},
    click_as_in_the_demonstration: {"SC-NO-VISITOR"},
    set_the_clock: {"SC-CLOCK", "SC-NOT-PERMITTED"},
    fetch_the_readable_package: {""},
    open_an_upload_with_a_reading_grant: {"SC-UNKNOWN-OBJECT"},
    read_the_vaults_files: {"EPERM"},
}
"""Each attack and the codes with which it must be refused."""

NO_QUORUM = "from safeconduct.vaultd.consents import Consents\nConsents.require_approved = lambda self, body: ()\n"
ANY_ASSERTION = (
    "import safeconduct.vaultd.ceremonies as c\n"
    "c.verify_assertion = lambda *, credential, assertion, expected, origin, rp_id: credential\n"
)
ANY_GRANT = (
    "import types\nfrom safeconduct.vaultd.grants import CaseGrants, GrantError\nreal = CaseGrants._grant\n"
    "def invented(self, grant):\n"
    "    try:\n        return real(self, grant)\n"
    "    except GrantError:\n        return types.SimpleNamespace(person='nobody'), True\n"
    "CaseGrants._grant = invented\nCaseGrants.require = lambda self, *, matter, grant: None\n"
)
"""Two gates: the grant is live and of this matter, and it is one of the process's own, whose person then reads."""

ANY_JOURNEY = (
    "import os\nimport safeconduct.vaultd.leases as l\nimport safeconduct.vaultd.collector as c\nreal = l.take_lease\n"
    "l.take_lease = lambda **facts: real(**(facts | {'existing': None}))\n"
    "l.Leases.move = lambda self, digest, before, after: self._store.run("
    "'UPDATE lease SET state = ? WHERE digest = ?', (after, digest))\n"
    "import safeconduct.vaultd.connectors.sources as s\nfrom safeconduct.core.segments.tables import TABLES\n"
    "s.Sources.find = lambda self, **facts: s.Answer(rows=TABLES['calls'].schema.empty_table(), account=())\n"
    "c.package_object = lambda digest: 'package-' + os.urandom(20).hex()\n"
    "c.receipt_object = lambda digest: 'receipt-' + os.urandom(20).hex()\n"
)
"""Four gates stand behind one another here: the lease, its states, the company's own stores that ask for it once more,
and ids that only one journey can write.
"""

ANY_HISTORY = (
    "import safeconduct.vaultd.entries as e\nfrom safeconduct.core.tlog.entry_proofs import ProvenEntry\n"
    "e.check_entry_proof = lambda proof, *, since_size, since_root: ProvenEntry("
    "opening=proof['opening'], index=proof['index'], size=proof['size'], root=bytes.fromhex(proof['root']))\n"
)
CONTROLS: dict[str, tuple[Attack, ...]] = {
    NO_QUORUM: (
        collect_without_approvals,
        widen_an_approved_scope,
        enrol_an_officer_of_his_own,
        enrol_an_approver_of_his_own,
        release_without_a_second_reader,
    ),
    ANY_ASSERTION: (replay_login_assertions,),
    ANY_GRANT: (
        read_papers_with_an_invented_grant,
        read_another_matter_with_an_open_grant,
        count_records_without_a_grant,
    ),
    ANY_JOURNEY: (open_a_lease_twice,),
    ANY_HISTORY: (rewrite_the_ledger,),
}
"""Each broken gate and the attacks that it lets through."""


@pytest.fixture(scope="module")
def web() -> Iterator[Fortress]:
    with fortress() as made:
        yield made


@pytest.fixture(scope="module")
def told(web: Fortress) -> dict[str, Any]:
    """Play every attack once, as the other user, and an honest call before and after."""

    def play() -> dict[str, Any]:
        paper = web.objects["transcript"]
        before = web.call("read_case", matter=MATTER, grant=web.grant, objects=[paper])[0]
        answers = {attack.__name__: attack(web) for attack in ATTACKS}
        after = web.call("read_case", matter=MATTER, grant=web.grant, objects=[paper])[0]
        raised = sorted({one["code"] for one in web.call("alarms", after=0)[1]["alarms"]})
        seen = "\n".join(web.seen)
        return {
            "user": os.getuid(),
            "before": before,
            "answers": answers,
            "after": after,
            "seen": seen,
            "raised": raised,
        }

    played: dict[str, Any] = as_attacker(play)
    return played


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_attack_is_refused(told: dict[str, Any], attack: Attack) -> None:
    status, code = told["answers"][attack.__name__]
    assert status != 200
    assert code in ATTACKS[attack]


def test_each_refusal_by_the_process_raised_an_alarm(told: dict[str, Any]) -> None:
    refused = {code for _, code in told["answers"].values()} - {"", "EPERM"}
    assert len(refused) > 6
    assert refused <= set(told["raised"])


def test_he_was_another_user_and_could_use_what_was_granted(told: dict[str, Any]) -> None:
    assert told["user"] != 0
    assert told["before"] == told["after"] == [200, ""]


def test_nothing_that_he_saw_holds_a_record_or_a_paper(told: dict[str, Any]) -> None:
    assert len(told["seen"]) > 5000
    assert [secret for secret in SECRETS if secret in told["seen"]] == []


@pytest.mark.parametrize(
    "patch", CONTROLS, ids=["no quorum", "any assertion", "any grant", "any journey", "any history"]
)
def test_without_the_check_he_would_succeed(patch: str) -> None:
    with fortress(patch) as broken:
        answers = as_attacker(lambda: {attack.__name__: attack(broken) for attack in CONTROLS[patch]})
    assert {name: answer for name, answer in answers.items() if answer[0] != 200} == {}
