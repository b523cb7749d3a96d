"""A ciphertext that AES-GCM opens under two keys is refused under the second one by the key commitment.

Plain AES-GCM falls for each of them; that is the negative control.
"""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from tests.core.sealing.abuse import Sink
from tests.core.sealing.collision import Side, colliding

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing import keys, objects
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import derive, unwrap

ALPHA, BETA = bytes([1]) * 32, bytes([2]) * 32
CONTEXT = {"kind": "letter"}


def readings_of(sides: tuple[Side, Side], ciphertext: bytes) -> set[bytes]:
    """Return what plain AES-GCM reads on each side; the control is that it reads twice, and differently."""
    found = {AESGCM(side.key).decrypt(side.nonce, ciphertext, side.bound) for side in sides}
    assert len(found) == 2
    return found


def message_side(master: bytes, header: bytes, salt: bytes) -> tuple[Side, bytes]:
    """Return what the specification derives for one message, and its commitment."""
    object_key = derive(master, salt=header[8:], context=CONTEXT)
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + header + canonical_json(CONTEXT)
    material = HKDFExpand(SHA512(), 32 + 12 + 32, info).derive(object_key)
    return Side(material[:32], material[32:44]), material[44:]


def test_a_sealed_object_opens_under_one_key_only() -> None:
    blob = objects.seal(ALPHA, CONTEXT, b"x" * 32)
    header, salt = blob[: objects.HEADER_BYTES], blob[objects.HEADER_BYTES : objects.HEADER_BYTES + 24]
    (alpha, first), (beta, second) = (message_side(key, header, salt) for key in (ALPHA, BETA))
    chunk = colliding(alpha, beta)
    readings = readings_of((alpha, beta), chunk)
    for key, commitment, other in ((ALPHA, first, BETA), (BETA, second, ALPHA)):
        forged = header + salt + commitment + chunk
        assert objects.open_sealed(key, CONTEXT, forged) in readings
        sink = Sink()
        for reading in readings:
            sink.refuses(
                lambda forged=forged, other=other: objects.open_sealed(other, CONTEXT, forged),
                code="SC-SEAL",
                plaintext=reading,
            )
        assert sink.refusals == {"SC-SEAL": 2}


def wrap_side(kek: bytes, salt: bytes, commitment: bytes | None = None) -> tuple[Side, bytes]:
    """Return what the format derives for one wrap, bound to a head that carries ``commitment``."""
    info = b"safeconduct/v1/wrap\n" + canonical_json(CONTEXT)
    material = HKDF(algorithm=SHA512(), length=64, salt=salt, info=info).derive(kek)
    head = keys.WRAP_MAGIC + b"\1" + salt + (material[32:] if commitment is None else commitment)
    return Side(material[:32], bytes(12), head), material[32:]


def test_a_wrapped_key_opens_under_one_key_only() -> None:
    salt = bytes(range(32))
    alpha, commitment = wrap_side(ALPHA, salt)
    beta, _ = wrap_side(BETA, salt, commitment)
    body = colliding(alpha, beta)
    readings = readings_of((alpha, beta), body)
    forged = alpha.bound + body
    assert len(forged) == keys.WRAPPED_BYTES
    assert unwrap(ALPHA, forged, CONTEXT) in readings
    sink = Sink()
    for reading in readings:
        sink.refuses(lambda: unwrap(BETA, forged, CONTEXT), code="SC-SEAL", plaintext=reading)
    assert sink.refusals == {"SC-SEAL": 2}
    with pytest.raises(SealError, match="another key"):
        unwrap(BETA, forged, CONTEXT)
