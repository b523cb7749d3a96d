import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.webauthn import AuthenticatorData
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.conduct.samples import ORIGIN, RP_ID, passkey_of, seeded

from safeconduct.core.conduct.passkeys import (
    Credential,
    PasskeyError,
    challenge,
    verify_assertion,
    verify_registration,
)
from safeconduct.core.conduct.software_passkey import SoftwarePasskey

KEY = passkey_of("someone")
ASKED = challenge(domain=RP_ID, role="approver", digest_hex="ab" * 32, nonce="cd" * 16)


def check(assertion: Any, **other: Any) -> Credential:
    facts = {"credential": KEY.credential(), "expected": ASKED, "origin": ORIGIN, "rp_id": RP_ID}
    return verify_assertion(assertion=assertion, **{**facts, **other})


def test_a_real_assertion_holds() -> None:
    assert check(KEY.assertion(challenge=ASKED, origin=ORIGIN)) == KEY.credential()


def test_a_registration_gives_the_credential() -> None:
    registration = KEY.registration(challenge=ASKED, origin=ORIGIN)
    found = verify_registration(registration=registration, expected=ASKED, origin=ORIGIN, rp_id=RP_ID)
    assert found == KEY.credential()
    assert Credential.from_json(found.as_json()) == found
    assert SoftwarePasskey.from_json(json.loads(json.dumps(KEY.to_json()))) == KEY


@pytest.mark.parametrize(
    "origin",
    [
        "https://approve.safeconduct.localhost",
        "https://approve.safeconduct.localhost:8444",
        "https://desk.safeconduct.localhost:8443",
        "https://approve.safeconduct.localhost:8443.evil.example",
        "http://approve.safeconduct.localhost:8443",
        "https://safeconduct.localhost:8443",
    ],
)
def test_an_assertion_of_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(PasskeyError):
        check(KEY.assertion(challenge=ASKED, origin=origin))


@pytest.mark.parametrize("parent", ["safeconduct.localhost", "localhost", "desk.safeconduct.localhost"])
def test_an_rp_id_other_than_the_full_host_is_refused(parent: str) -> None:
    key = SoftwarePasskey.create(rp_id=parent, randomness=seeded("parent"))
    with pytest.raises(PasskeyError):
        check(key.assertion(challenge=ASKED, origin=ORIGIN), credential=key.credential(), rp_id=parent)
    disguised = Credential(**{**vars(key.credential()), "rp_id": RP_ID})
    with pytest.raises(PasskeyError):
        check(key.assertion(challenge=ASKED, origin=ORIGIN), credential=disguised)


@pytest.mark.parametrize("flags", [0, AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV])
def test_presence_and_verification_are_both_needed(flags: AuthenticatorData.FLAG) -> None:
    with pytest.raises(PasskeyError):
        check(KEY.assertion(challenge=ASKED, origin=ORIGIN, flags=flags))


@pytest.mark.parametrize(
    "origin",
    [
        f"http://{RP_ID}:8443",
        f"https://{RP_ID}@evil.example",
        f"https://{RP_ID}:8443/",
        f"https://x@{RP_ID}",
        "null",
        "",
    ],
)
def test_a_page_that_is_no_plain_https_origin_cannot_hold_a_ceremony(origin: str) -> None:
    with pytest.raises(PasskeyError):
        check(KEY.assertion(challenge=ASKED, origin=origin), origin=origin)
    registration = KEY.registration(challenge=ASKED, origin=origin)
    with pytest.raises(PasskeyError):
        verify_registration(registration=registration, expected=ASKED, origin=origin, rp_id=RP_ID)


def test_another_persons_passkey_is_refused() -> None:
    with pytest.raises(PasskeyError):
        check(passkey_of("another").assertion(challenge=ASKED, origin=ORIGIN))


@pytest.mark.parametrize(
    "other",
    [
        {"domain": "desk.safeconduct.localhost"},
        {"role": "counsel"},
        {"digest_hex": "ac" * 32},
        {"nonce": "ce" * 16},
    ],
)
def test_an_answer_to_another_challenge_is_refused(other: dict[str, str]) -> None:
    facts = {"domain": RP_ID, "role": "approver", "digest_hex": "ab" * 32, "nonce": "cd" * 16}
    with pytest.raises(PasskeyError):
        check(KEY.assertion(challenge=challenge(**{**facts, **other}), origin=ORIGIN))


def test_a_short_nonce_is_refused() -> None:
    with pytest.raises(PasskeyError):
        challenge(domain=RP_ID, role="approver", digest_hex="ab" * 32, nonce="cd" * 15)


def _with_client_data(changes: dict[str, Any]) -> dict[str, Any]:
    """Return an assertion really signed over altered client data."""

    class Altered(SoftwarePasskey):
        pass

    answer = KEY.assertion(challenge=ASKED, origin=ORIGIN)
    said = json.loads(_bytes(answer["response"]["clientDataJSON"]))
    data = json.dumps({**said, **changes}).encode()
    auth = _bytes(answer["response"]["authenticatorData"])
    signature = KEY._key.sign(auth + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
    response = {**answer["response"], "clientDataJSON": _text(data), "signature": _text(signature)}
    return {**answer, "response": response}


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_the_forger_makes_valid_answers() -> None:
    """Negative control: without a harmful change, what the forger makes is accepted."""
    check(_with_client_data({}))


@pytest.mark.parametrize(
    "changes",
    [{"type": "webauthn.create"}, {"crossOrigin": True}, {"crossOrigin": "no"}, {"topOrigin": ORIGIN}],
)
def test_a_ceremony_of_another_kind_or_in_a_frame_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PasskeyError):
        check(_with_client_data(changes))


def test_a_registration_answer_is_no_assertion() -> None:
    with pytest.raises(PasskeyError):
        check(KEY.registration(challenge=ASKED, origin=ORIGIN))


def test_the_counter_never_falls_or_stands() -> None:
    key = SoftwarePasskey.create(rp_id=RP_ID, randomness=seeded("counting"), counting=True)
    first = check(key.assertion(challenge=ASKED, origin=ORIGIN), credential=key.credential())
    assert first.sign_count == 1
    with pytest.raises(PasskeyError, match="copied"):
        check(key.assertion(challenge=ASKED, origin=ORIGIN), credential=first)
    second = check(key.used().assertion(challenge=ASKED, origin=ORIGIN), credential=first)
    assert second.sign_count == 2
    silent = SoftwarePasskey(rp_id=RP_ID, credential_id=key.credential_id, secret=key.secret)
    with pytest.raises(PasskeyError, match="copied"):
        check(silent.assertion(challenge=ASKED, origin=ORIGIN), credential=second)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_every_flipped_byte_is_refused(part: str) -> None:
    answer = KEY.assertion(challenge=ASKED, origin=ORIGIN)
    data = _bytes(answer["response"][part])
    for place in range(len(data)):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(PasskeyError):
            check({**answer, "response": {**answer["response"], part: _text(flipped)}})


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "rawId", "response", "type", "signature", "x"]), inner)
        ),
        max_leaves=10,
    ),
)
def test_hostile_json_is_refused_with_a_code(value: object) -> None:
    with pytest.raises(PasskeyError):
        check(value)


@pytest.mark.parametrize("algorithm", [-37, -65535, 0])
def test_a_key_of_another_algorithm_is_not_enrolled(algorithm: int) -> None:
    good = KEY.credential()
    cose = {**cbor.decode(good.public_key), 3: algorithm}
    wrong = Credential(credential_id=good.credential_id, public_key=cbor.encode(cose), rp_id=RP_ID)
    with pytest.raises(PasskeyError):
        Credential.from_json(wrong.as_json())


def test_what_is_too_long_is_refused() -> None:
    answer = KEY.assertion(challenge=ASKED, origin=ORIGIN)
    with pytest.raises(PasskeyError, match="long"):
        check({**answer, "padding": "x" * 20_000})
