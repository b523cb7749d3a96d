"""Passkey signatures (ES256, EdDSA, RS256) through the one function that takes assertions. No published file fits.

An assertion's message cannot be chosen, so the vectors are made here: ECDSA on P-256 and RSA by second implementations
from the textbook, and bent as Wycheproof bends its own, each bend with a flag.
"""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticatorData, CollectedClientData
from tests.vectors import p256

from safeconduct.core.conduct.passkeys import Credential, PasskeyError, verify_assertion

ORIGIN, RP_ID, CHALLENGE = "https://approve.example", "approve.example", bytes(range(32))
SECRET, NONCE = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF, 0xC0FFEE
CLIENT = CollectedClientData.create(CollectedClientData.TYPE.GET, CHALLENGE, ORIGIN)
DATA = AuthenticatorData.create(
    hashlib.sha256(RP_ID.encode()).digest(), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV, 0
)
MESSAGE = bytes(DATA) + hashlib.sha256(CLIENT).digest()
N = p256.ORDER


def takes(cose: dict[int, object], signature: bytes) -> bool:
    """Return whether our function takes an assertion with this key and signature."""
    credential = Credential(credential_id=b"c" * 16, public_key=cbor.encode(cose), rp_id=RP_ID)
    name = websafe_encode(credential.credential_id)
    response = {
        "clientDataJSON": CLIENT.b64,
        "authenticatorData": websafe_encode(DATA),
        "signature": websafe_encode(signature),
    }
    assertion = {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
    try:
        verify_assertion(credential=credential, assertion=assertion, expected=CHALLENGE, origin=ORIGIN, rp_id=RP_ID)
    except PasskeyError:
        return False
    return True


def ec_key(point: tuple[int, int]) -> dict[int, object]:
    return {1: 2, 3: -7, -1: 1, -2: point[0].to_bytes(32, "big"), -3: point[1].to_bytes(32, "big")}


POINT = p256.public(SECRET)
R, S = p256.sign(SECRET, MESSAGE, NONCE)
GOOD = p256.der(R, S)

ES256: list[tuple[str, bytes, bool]] = [
    ("Valid", GOOD, True),
    ("OtherNonce", p256.der(*p256.sign(SECRET, MESSAGE, N - 5)), True),
    ("SignatureMalleability", p256.der(R, N - S), True),
    ("OtherMessage", p256.der(*p256.sign(SECRET, MESSAGE + b"x", NONCE)), False),
    ("OtherKey", p256.der(*p256.sign(SECRET + 1, MESSAGE, NONCE)), False),
    ("ZeroR", p256.der(0, S), False),
    ("ZeroS", p256.der(R, 0), False),
    ("ZeroBoth", p256.der(0, 0), False),
    ("OneBoth", p256.der(1, 1), False),
    ("RangeR", p256.der(R + N, S), False),
    ("RangeS", p256.der(R, S + N), False),
    ("OrderR", p256.der(N, S), False),
    ("OrderS", p256.der(R, N), False),
    ("Exchanged", p256.der(S, R), False),
    ("NegativeS", b"\x30\x06\x02\x01\x01\x02\x01\xff", False),
    ("TrailingGarbage", GOOD + b"\0", False),
    ("Truncated", GOOD[:-1], False),
    ("Empty", b"", False),
    ("LongFormLength", b"\x30\x81" + GOOD[1:], False),
    ("Indefinite", b"\x30\x80" + GOOD[2:] + b"\0\0", False),
    ("LeadingZero", b"\x30" + bytes([GOOD[1] + 1]) + b"\x02" + bytes([GOOD[3] + 1]) + b"\0" + GOOD[4:], False),
    ("RawNotDer", R.to_bytes(32, "big") + S.to_bytes(32, "big"), False),
]
"""Flag, signature, whether it is taken. A malleable signature is another spelling of the same consent and ECDSA allows
it; each challenge is used once, so it gains nothing."""


@pytest.mark.parametrize(("flag", "signature", "taken"), ES256, ids=[row[0] for row in ES256])
def test_es256(flag: str, signature: bytes, taken: bool) -> None:  # noqa: FBT001 - a column of the table
    assert takes(ec_key(POINT), signature) == taken, flag


def test_keys_that_are_no_points_of_the_curve_are_refused() -> None:
    x, y = POINT
    for point in ((x, y ^ 1), (0, 0), (p256.PRIME - 1, y), (x, p256.PRIME - y)):
        assert not takes(ec_key(point), GOOD)
    assert not takes(ec_key(POINT) | {-1: 2}, GOOD)
    assert not takes(ec_key(POINT) | {3: -257}, GOOD)


SEED = bytes(range(32))
ED25519 = Ed25519PrivateKey.from_private_bytes(SEED)
ED25519_KEY: dict[int, object] = {1: 1, 3: -8, -1: 6, -2: ED25519.public_key().public_bytes_raw()}
L = 2**252 + 27742317777372353535851937790883648493


def test_eddsa() -> None:
    good = ED25519.sign(MESSAGE)
    assert takes(ED25519_KEY, good)
    more = (int.from_bytes(good[32:], "little") + L).to_bytes(32, "little")
    for bad in (good[:32] + more, good + b"\0", good[:-1], b"", bytes(64), ED25519.sign(MESSAGE[:-1])):
        assert not takes(ED25519_KEY, bad)
    small = {1: 1, 3: -8, -1: 6, -2: bytes(32)}
    assert not takes(small, good)


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_numbers()
MODULUS, EXPONENT = RSA.public_numbers.n, RSA.d
RSA_KEY: dict[int, object] = {1: 3, 3: -257, -1: MODULUS.to_bytes(256, "big"), -2: b"\x01\x00\x01"}
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
NO_NULL_INFO = bytes.fromhex("302f300b0609608648016503040201" + "0420")
HASHED = hashlib.sha256(MESSAGE).digest()


def raw_rsa(block: bytes) -> bytes:
    """Return the bare RSA operation on a padded block of 256 bytes."""
    return pow(int.from_bytes(block, "big"), EXPONENT, MODULUS).to_bytes(256, "big")


def padded(info: bytes = SHA256_INFO, hashed: bytes = HASHED, *, kind: bytes = b"\x01", fill: bytes = b"\xff") -> bytes:
    body = info + hashed
    return b"\0" + kind + fill * (256 - 3 - len(body)) + b"\0" + body


BLOCKS: list[tuple[str, Callable[[], bytes]]] = [
    ("OtherHash", lambda: padded(hashed=hashlib.sha256(b"other").digest())),
    ("MissingNull", lambda: padded(NO_NULL_INFO)),
    ("BlockTypeTwo", lambda: padded(kind=b"\x02")),
    ("ZeroFill", lambda: padded(fill=b"\0")),
    ("ShortPaddingAndGarbage", lambda: b"\0\x01" + b"\xff" * 8 + b"\0" + SHA256_INFO + HASHED + bytes(194)),
    ("GarbageBeforeDigest", lambda: b"\0\x01" + b"\xff" * 8 + b"\0" + bytes(194) + SHA256_INFO + HASHED),
    ("NoPadding", lambda: bytes(256 - 51) + SHA256_INFO + HASHED),
]


def test_rs256() -> None:
    assert takes(RSA_KEY, raw_rsa(padded()))
    for flag, block in BLOCKS:
        assert len(block()) == 256
        assert not takes(RSA_KEY, raw_rsa(block())), flag
    good = raw_rsa(padded())
    above = (int.from_bytes(good, "big") + MODULUS).to_bytes(257, "big")
    for bad in (good + b"\0", good[:-1], b"", bytes(256), above):
        assert not takes(RSA_KEY, bad)
