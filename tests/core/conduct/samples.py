"""Bodies and people that the tests of this engine start from."""

import hashlib
import itertools
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from fido2.utils import websafe_encode

from safeconduct.core.conduct.approvals import APPROVAL_LASTS, Approval, Enrolled
from safeconduct.core.conduct.members import Role
from safeconduct.core.conduct.passkeys import challenge
from safeconduct.core.conduct.software_passkey import SoftwarePasskey

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
RP_ID = "approve.safeconduct.localhost"
ORIGIN = "https://approve.safeconduct.localhost:8443"
RECIPIENT = "age1" + "q" * 58


def seeded(seed: str) -> Callable[[int], bytes]:
    counter = itertools.count()
    return lambda size: hashlib.shake_256(f"{seed}/{next(counter)}".encode()).digest(size)


HOLDER = {
    "organisation": "o" * 32,
    "organisation_name": "Bureau of Examples",
    "person": "f" * 32,
    "person_name": "Lee Oduya",
    "key_fingerprint": "ab" * 32,
}
ITEM = {
    "customer": "c1",
    "customer_name": "Quillon Parcels",
    "selectors": [{"kind": "phone", "value": "+12025550143"}],
    "categories": ["call_detail", "subscriber"],
    "window": {"from": "2026-01-01T05:00:00Z", "until": "2026-02-01T05:00:00Z"},
}
SAFE_CONDUCT: dict[str, Any] = {
    "version": 1,
    "kind": "safe-conduct",
    "id": "1" * 32,
    "requested_by": "asker",
    "served_entity": {"id": "northwind-us", "name": "Northwind Messaging, Inc.", "country": "US"},
    "ground": {
        "kind": "compelled",
        "process": "search_warrant",
        "provisions": ["us.sca.2703-a"],
        "edition": "cd" * 32,
        "as_of": "2026-03-01",
        "disclosure_ground": {"kind": "domestic", "authority_country": "US"},
        "matter": "m" * 32,
        "determinations": [],
    },
    "holders": [HOLDER],
    "scope": [ITEM],
    "left_out": [{"words": "all records of any kind", "why": "not particularized"}],
    "limits": {"expires": "2026-04-01T00:00:00Z", "row_ceiling": 5000},
    "papers": [{"object": "2" * 32, "name": "warrant.pdf", "sha256": "ef" * 32, "pages": 3}],
    "silence": None,
    "zone": "America/New_York",
}
RELEASE: dict[str, Any] = {
    "version": 1,
    "kind": "release",
    "id": "3" * 32,
    "requested_by": "asker",
    "prepared_by": "preparer",
    "safe_conduct": "cd" * 32,
    "journey": "4" * 32,
    "manifest_root": "ab" * 32,
    "holders": [HOLDER],
    "counts": {"call_detail": 12, "subscriber": 1},
    "bytes": 4096,
    "expires": "2026-04-01T00:00:00Z",
}
LETTER: dict[str, Any] = {
    "version": 1,
    "kind": "letter",
    "id": "5" * 32,
    "requested_by": "writer",
    "matter": "m" * 32,
    "letter_kind": "refusal",
    "to": {
        "organisation_name": "Bureau of Examples",
        "person_name": "Lee Oduya",
        "key_fingerprint": "ab" * 32,
        "recipient": RECIPIENT,
    },
    "object": "6" * 32,
    "sha256": "ab" * 32,
    "subject": "Your subpoena",
    "summary": "We refuse.\nThe issuer's name is missing.",
    "silence": {"until": "2026-09-01T00:00:00Z", "persons": ["asker", "writer"]},
}
PASSKEY = SoftwarePasskey.create(rp_id=RP_ID, randomness=seeded("holder"))
HOLDER_BODY: dict[str, Any] = {
    "version": 1,
    "kind": "holder",
    "id": "7" * 32,
    "requested_by": "asker",
    "organisation": "o" * 32,
    "organisation_name": "Bureau of Examples",
    "person": "f" * 32,
    "person_name": "Lee Oduya",
    "country": "US",
    "governmental": True,
    "age_recipient": RECIPIENT,
    "passkey": PASSKEY.credential().as_json(),
    "call_back": {"number_source": "our directory", "by": ["p1", "p2"], "at": "2026-02-01T00:00:00Z"},
}
ROSTER: dict[str, Any] = {
    "version": 1,
    "kind": "roster",
    "id": "8" * 32,
    "requested_by": "asker",
    "change": "add",
    "person": {
        "id": "newcomer",
        "name": "Mara Quill",
        "roles": ["analyst", "second_reader"],
        "credentials": [PASSKEY.credential().as_json()],
    },
}
ALL = {
    "safe-conduct": SAFE_CONDUCT,
    "release": RELEASE,
    "letter": LETTER,
    "holder": HOLDER_BODY,
    "roster": ROSTER,
}


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of ``body`` with the member at ``a.b.0.c`` set."""
    copy = deepcopy(body)
    *way, last = path.split(".")
    place: Any = copy
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value
    return copy


def passkey_of(name: str) -> SoftwarePasskey:
    return SoftwarePasskey.create(rp_id=RP_ID, randomness=seeded(name))


def approval(person: str, role: Role, digest: str, *, passkey: str = "", at: datetime = NOW) -> Approval:
    """Return a real approval: ``passkey`` names the device, by default the person's own."""
    device = passkey_of(passkey or person)
    nonce = hashlib.sha256(f"{person}{passkey}{at}".encode()).hexdigest()
    asked = challenge(domain=RP_ID, role=str(role), digest_hex=digest, nonce=nonce)
    return Approval(
        person=person,
        role=role,
        digest=digest,
        at=at,
        expires=at + APPROVAL_LASTS,
        domain=RP_ID,
        nonce=nonce,
        credential_id=websafe_encode(device.credential_id),
        assertion=device.assertion(challenge=asked, origin=ORIGIN),
    )


def enrolled(*roles: Role, passkeys: tuple[str, ...]) -> Enrolled:
    ids = frozenset(websafe_encode(passkey_of(name).credential_id) for name in passkeys)
    return Enrolled(roles=frozenset(roles), credential_ids=ids)


LATER = NOW + timedelta(hours=1)
