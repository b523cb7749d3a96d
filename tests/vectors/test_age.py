"""Every C2SP/CCTV age file through our own opener: what it must give, or the code it must refuse with."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator

from tests.vectors.published import AGE, require_folder

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing.recipients import decrypt_age, new_identity

OPENED = "opened"
HEADER, KIND, SEAL = "SC-AGE-HEADER", "SC-AGE-KIND", "SC-SEAL"
PUBLISHED = {"success", "header failure", "HMAC failure", "payload failure", "armor failure", "no match"}
"""What the files' heads say; for us all but the first are refusals."""

OTHER_KINDS = ("armor_", "hybrid", "scrypt")
"""Families that we refuse whatever they hold: a stable code is what they must give."""


def files() -> Iterator[tuple[str, dict[str, str], list[str], bytes]]:
    """Yield name, facts of the head, identities, and the age file itself."""
    require_folder()
    for path in sorted(AGE.iterdir()):
        head, _, data = path.read_bytes().partition(b"\n\n")
        lines = [line.partition(": ") for line in head.decode("utf-8").splitlines()]
        facts = {name: value for name, _, value in lines}
        if facts.get("compressed") == "zlib":
            data = zlib.decompress(data)
        identities = [value for name, _, value in lines if name == "identity"]
        yield path.name, facts, identities or [new_identity()[0]], data


def verdict(data: bytes, identity: str, payload: str) -> str:
    """Return ``OPENED`` or the code of the refusal."""
    try:
        found = decrypt_age(data, identity)
    except SafeconductError as error:
        return error.code
    assert hashlib.sha256(found).hexdigest() == payload
    return OPENED


def test_every_file() -> None:
    outcomes: Counter[str] = Counter()
    for name, facts, identities, data in files():
        assert facts["expect"] in PUBLISHED, name
        found = [verdict(data, identity, facts.get("payload", "")) for identity in identities]
        if name.startswith(OTHER_KINDS):
            assert set(found) <= {HEADER, KIND, SEAL}, (name, found)
        else:
            assert (OPENED in found) == (facts["expect"] == "success"), (name, found)
        outcomes[OPENED if OPENED in found else found[0]] += 1
    assert outcomes == {OPENED: 14, HEADER: 27, KIND: 69, SEAL: 33}


def test_what_the_library_let_pass_is_refused_by_our_own_reading() -> None:
    found = {name: verdict(data, identities[0], "") for name, _, identities, data in files() if "missing" in name}
    assert found["stanza_missing_body"] == found["stanza_missing_final_line"] == HEADER


def test_hybrid_files_and_identities_are_refused_by_one_name() -> None:
    ours = new_identity()[0]
    hybrid = [(name, identities, data) for name, _, identities, data in files() if name.startswith("hybrid")]
    assert len(hybrid) == 18
    for name, identities, data in hybrid:
        for identity in identities:
            if identity.startswith("AGE-SECRET-KEY-PQ-1"):
                assert verdict(data, identity, "") == KIND, name
    assert verdict({name: data for name, _, data in hybrid}["hybrid"], ours, "") == KIND
