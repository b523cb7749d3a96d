"""Each decision of the assertion check by itself, so that none of them hides behind another."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from tests.core.conduct.samples import ORIGIN, RP_ID, passkey_of

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.conduct.passkeys import Credential, PasskeyError, challenge, verify_assertion, verify_registration
from safeconduct.core.conduct.shapes import BodyError

KEY = passkey_of("someone")
ASKED = hashlib.sha256(b"what was asked").digest()
FACTS = {"domain": RP_ID, "role": "approver", "digest_hex": "ab" * 32, "nonce": "cd" * 16}
FLAG = AuthenticatorData.FLAG


def check(assertion: Any, **other: Any) -> Credential:
    facts = {"credential": KEY.credential(), "expected": ASKED, "origin": ORIGIN, "rp_id": RP_ID}
    return verify_assertion(assertion=assertion, **{**facts, **other})


def enrol(registration: Any) -> Credential:
    return verify_registration(registration=registration, expected=ASKED, origin=ORIGIN, rp_id=RP_ID)


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def said(client: dict[str, Any], *, kind: str = "webauthn.get") -> bytes:
    plain = {"type": kind, "challenge": text(ASKED), "origin": ORIGIN, **client}
    return json.dumps({name: value for name, value in plain.items() if value is not None}).encode()


def signed(**client: Any) -> dict[str, Any]:
    """Return an assertion that is really signed over this client data."""
    data = said(client)
    auth = AuthenticatorData.create(sha256(RP_ID.encode()), FLAG.UP | FLAG.UV, 0)
    signature = KEY._key.sign(auth + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
    parts = {"clientDataJSON": data, "authenticatorData": auth, "signature": signature}
    name = text(KEY.credential_id)
    response = {part: text(value) for part, value in parts.items()}
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def registered(key: CoseKey, *, flags: FLAG = FLAG.UP | FLAG.UV, **client: Any) -> dict[str, Any]:
    """Return a registration of any key."""
    attested = AttestedCredentialData.create(Aaguid.NONE, KEY.credential_id, key)
    auth = AuthenticatorData.create(sha256(RP_ID.encode()), flags | FLAG.AT, 7, attested)
    made = AttestationObject.create("none", auth, {})
    name = text(KEY.credential_id)
    data = said({"crossOrigin": False, **client}, kind=client.get("type", "webauthn.create"))
    response = {"clientDataJSON": text(data), "attestationObject": websafe_encode(made)}
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def padded(answer: dict[str, Any], size: int) -> dict[str, Any]:
    """Return ``answer`` grown to so many canonical bytes."""
    grown = {**answer, "padding": ""}
    return {**grown, "padding": "x" * (size - len(canonical_json(grown)))}


KEYS = {
    "ES256": ES256.from_cryptography_key(ec.derive_private_key(7, ec.SECP256R1()).public_key()),
    "EdDSA": EdDSA.from_cryptography_key(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
    "RS256": RS256.from_cryptography_key(rsa.generate_private_key(65537, 2048).public_key()),
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_three_algorithms_are_accepted_at_enrolment(name: str) -> None:
    found = enrol(registered(KEYS[name]))
    assert (found.credential_id, found.rp_id, found.sign_count) == (KEY.credential_id, RP_ID, 7)
    assert CoseKey.parse(cbor.decode(found.public_key)) == KEYS[name]
    assert Credential.from_json(found.as_json(), sign_count=7) == found


@pytest.mark.parametrize("algorithm", [-9, -7, -258, -256, -6])
def test_a_key_that_calls_itself_something_else_is_not_enrolled(algorithm: int) -> None:
    key = CoseKey.parse({**KEYS["RS256"], 3: algorithm}) if algorithm != -7 else KEYS["ES256"]
    if algorithm == -7:
        enrol(registered(key))
        return
    with pytest.raises(PasskeyError):
        enrol(registered(key))


def test_the_challenge_is_this_known_one() -> None:
    """The format page's definition, computed here without our own functions."""
    plain = json.dumps(
        {"digest": "ab" * 32, "domain": RP_ID, "nonce": "cd" * 16, "role": "approver"}, separators=(",", ":")
    )
    inner = hashlib.sha256(b"safeconduct/v1/challenge\n" + plain.encode()).digest()
    assert challenge(**FACTS) == hashlib.sha256(inner).digest()


@pytest.mark.parametrize("size", [0, 15])
def test_a_nonce_has_sixteen_bytes_at_least(size: int) -> None:
    with pytest.raises(PasskeyError, match="short"):
        challenge(**{**FACTS, "nonce": "cd" * size})
    for enough in (16, 17, 64):
        assert len(challenge(**{**FACTS, "nonce": "cd" * enough})) == 32


def test_an_answer_of_sixteen_kibibytes_is_read_and_a_longer_one_is_not() -> None:
    assert check(padded(signed(), 16 * 1024)) == KEY.credential()
    with pytest.raises(PasskeyError, match="too long"):
        check(padded(signed(), 16 * 1024 + 1))
    enrol(padded(registered(KEYS["ES256"]), 16 * 1024))
    with pytest.raises(PasskeyError, match="too long"):
        enrol(padded(registered(KEYS["ES256"]), 16 * 1024 + 1))


def test_a_page_need_not_say_that_it_stands_alone_but_must_not_say_otherwise() -> None:
    assert check(signed()) == KEY.credential()
    assert check(signed(crossOrigin=False)) == KEY.credential()
    for framed in ({"crossOrigin": True}, {"crossOrigin": 0}, {"topOrigin": ORIGIN}, {"topOrigin": ""}):
        with pytest.raises(PasskeyError, match="another origin"):
            check(signed(**framed))
        with pytest.raises(PasskeyError, match="another origin"):
            enrol(registered(KEYS["ES256"], **framed))


def test_a_credential_enrolled_for_another_origin_does_not_answer_here() -> None:
    elsewhere = replace(KEY.credential(), rp_id="open.safeconduct.localhost")
    with pytest.raises(PasskeyError, match="belongs to another origin"):
        check(signed(), credential=elsewhere)


def test_a_counter_must_grow_once_it_was_seen() -> None:
    def used(before: int, now: int) -> Credential:
        auth = AuthenticatorData.create(sha256(RP_ID.encode()), FLAG.UP | FLAG.UV, now)
        answer = signed()
        data = said({})
        signature = KEY._key.sign(auth + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {**answer["response"], "authenticatorData": text(auth), "signature": text(signature)}
        credential = replace(KEY.credential(), sign_count=before)
        return check({**answer, "response": response}, credential=credential)

    assert [used(0, 0).sign_count, used(0, 5).sign_count, used(4, 5).sign_count] == [0, 5, 5]
    for before, now in ((5, 5), (5, 4), (5, 0), (1, 0)):
        with pytest.raises(PasskeyError, match="backwards"):
            used(before, now)


@pytest.mark.parametrize("flags", [FLAG(0), FLAG.UP, FLAG.UV])
def test_a_registration_needs_presence_and_verification(flags: FLAG) -> None:
    with pytest.raises(PasskeyError):
        enrol(registered(KEYS["ES256"], flags=flags))


def test_a_registration_of_another_kind_or_challenge_is_refused() -> None:
    for changes in ({"type": "webauthn.get"}, {"challenge": text(b"x" * 32)}, {"origin": "https://evil.example"}):
        with pytest.raises(PasskeyError):
            enrol(registered(KEYS["ES256"], **changes))
    for garbage in ({}, [], "x", None, {"response": {}}):
        with pytest.raises(PasskeyError):
            enrol(garbage)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"more": 1}, "credential has 1 unknown"),
        ({"rp_id": "Not A Host"}, r"credential\.rp_id"),
        ({"credential_id": "A" * 5}, "not base64url"),
        ({"public_key": "A" * 5}, "not base64url"),
        ({"public_key": "AAAA"}, "damaged|not accepted"),
        ({"public_key": text(b"\xff\xff\xff")}, "damaged"),
    ],
)
def test_a_credential_that_cannot_be_one_is_refused(change: dict[str, Any], error: str) -> None:
    with pytest.raises((BodyError, PasskeyError), match=error):
        Credential.from_json({**KEY.credential().as_json(), **change})


@pytest.mark.parametrize("origin", ["http://approve.safeconduct.localhost:8443", "https://APPROVE.localhost", "x"])
def test_an_origin_that_is_no_https_origin_of_the_rp_id_is_refused(origin: str) -> None:
    with pytest.raises(PasskeyError, match="full host"):
        check(signed(), origin=origin)


def test_client_data_is_what_the_library_makes_too() -> None:
    made = CollectedClientData.create(CollectedClientData.TYPE.GET, ASKED, ORIGIN)
    assert json.loads(made)["challenge"] == text(ASKED)
