"""AES-256-GCM: Wycheproof through the one class that seals wrapped keys, pages and index blocks."""

import pytest
from tests.vectors.published import AS_PUBLISHED, REFUSED, Table, Vector, run

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import Gcm256

SIZE = "our keys have 256 bits"
NONCE = "our nonces have 96 bits"
TABLE: Table = {
    "Ktv": (AS_PUBLISHED, "a known answer"),
    "Pseudorandom": (AS_PUBLISHED, "a known answer"),
    "SpecialCase": (AS_PUBLISHED, "an edge case of GHASH"),
    "CounterWrap": (AS_PUBLISHED, "the counter wraps within 32 bits; reached with nonces of other lengths"),
    "ModifiedTag": (AS_PUBLISHED, "a changed tag must never open"),
    "ZeroLengthIv": (REFUSED, NONCE),
    "SmallIv": (REFUSED, NONCE),
    "LongIv": (REFUSED, NONCE),
    "keySize 128": (REFUSED, SIZE),
    "keySize 192": (REFUSED, SIZE),
    "keySize 256": (AS_PUBLISHED, SIZE),
    "ivSize 96": (AS_PUBLISHED, NONCE),
    "ivSize other": (REFUSED, NONCE),
}


def sizes(group: Vector, _: Vector) -> tuple[str, ...]:
    return (f"keySize {group['keySize']}", "ivSize 96" if group["ivSize"] == 96 else "ivSize other")


def opens(_: Vector, vector: Vector) -> bool:
    key, nonce, bound, message = (bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg"))
    sealed = bytes.fromhex(vector["ct"]) + bytes.fromhex(vector["tag"])
    try:
        cipher = Gcm256(key)
        assert (cipher.seal(nonce, message, bound) == sealed) == (vector["result"] == "valid")
        return cipher.open(nonce, sealed, bound) == message
    except SealError:
        return False


def test_every_vector() -> None:
    assert run("aes_gcm", TABLE, opens, sizes) == {"accepted": 39, "refused": 277}


def test_a_cut_tag_is_never_taken() -> None:
    sealed = Gcm256(bytes(32)).seal(bytes(12), b"text", b"")
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            Gcm256(bytes(32)).open(bytes(12), sealed[:length], b"")
