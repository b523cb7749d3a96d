"""Ed25519: Wycheproof through both functions that check such signatures, for signing keys and for notes."""

from collections.abc import Callable

import pytest
from tests.vectors.published import AS_PUBLISHED, Table, Vector, run

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.signing import verify_signature
from safeconduct.core.tlog.notes import _holds

TABLE: Table = {
    "Ktv": (AS_PUBLISHED, "a known answer"),
    "TinkOverflow": (AS_PUBLISHED, "a carry that another library lost"),
    "Valid": (AS_PUBLISHED, "a plain signature"),
    "InvalidKtv": (AS_PUBLISHED, "a known false signature"),
    "CompressedSignature": (AS_PUBLISHED, "not 64 bytes"),
    "TruncatedSignature": (AS_PUBLISHED, "not 64 bytes"),
    "SignatureWithGarbage": (AS_PUBLISHED, "not 64 bytes"),
    "InvalidEncoding": (AS_PUBLISHED, "a point or number out of range"),
    "InvalidSignature": (AS_PUBLISHED, "a false signature"),
    "SignatureMalleability": (AS_PUBLISHED, "S is not reduced: one signature has one spelling"),
}


def by_signing_key(group: Vector, vector: Vector) -> bool:
    public, data, signature = (bytes.fromhex(text) for text in (group["publicKey"]["pk"], vector["msg"], vector["sig"]))
    try:
        verify_signature(public=public, data=data, signature=signature)
    except SealError:
        return False
    return True


def by_note_key(group: Vector, vector: Vector) -> bool:
    return _holds(*(bytes.fromhex(text) for text in (group["publicKey"]["pk"], vector["sig"], vector["msg"])))


@pytest.mark.parametrize("attempt", [by_signing_key, by_note_key])
def test_every_vector(attempt: Callable[[Vector, Vector], bool]) -> None:
    assert run("ed25519", TABLE, attempt) == {"accepted": 88, "refused": 63}
