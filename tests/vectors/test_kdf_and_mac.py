"""HKDF-SHA-512, HMAC-SHA-256 and AES-CMAC: Wycheproof through the functions that derive, hedge, index and tokenise."""

import random

import pyarrow as pa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from tests import soaking
from tests.vectors.published import AS_PUBLISHED, REFUSED, Table, Vector, run

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.primitives import hkdf_sha512, hmac_sha256, one_step_sha384
from safeconduct.core.segments.tokens import cmacs

HKDF: Table = {
    "Normal": (AS_PUBLISHED, "a known answer"),
    "EmptySalt": (AS_PUBLISHED, "token keys are derived without salt"),
    "OutputCollision": (AS_PUBLISHED, "a known answer"),
    "MaximalOutputSize": (AS_PUBLISHED, "255 blocks are the most"),
    "SizeTooLarge": (AS_PUBLISHED, "more than 255 blocks"),
}
MAC: Table = {
    "Pseudorandom": (AS_PUBLISHED, "a known answer"),
    "ModifiedTag": (AS_PUBLISHED, "a changed tag must not be the computed one"),
}
CMAC: Table = MAC | {
    "InvalidKeySize": (AS_PUBLISHED, "no AES key"),
    "keySize 256": (AS_PUBLISHED, "derived token keys have 256 bits"),
    "keySize other": (REFUSED, "derived token keys have 256 bits; checked where they are derived"),
}


def derives(_: Vector, vector: Vector) -> bool:
    material, salt, info = (bytes.fromhex(vector[name]) for name in ("ikm", "salt", "info"))
    try:
        found = hkdf_sha512(material, salt=salt, info=info, length=vector["size"])
    except SealError:
        return False
    return found.hex() == vector["okm"]


def hmac_agrees(group: Vector, vector: Vector) -> bool:
    found = hmac_sha256(bytes.fromhex(vector["key"]), bytes.fromhex(vector["msg"]))
    return found[: group["tagSize"] // 8].hex() == vector["tag"]


def cmac_agrees(group: Vector, vector: Vector) -> bool:
    if len(vector["key"]) != 64:
        return False
    found = cmacs(bytes.fromhex(vector["key"]), pa.array([bytes.fromhex(vector["msg"])], pa.binary()))
    return bool(found[0].tobytes()[: group["tagSize"] // 8].hex() == vector["tag"])


def cmac_size(group: Vector, _: Vector) -> tuple[str, ...]:
    return ("keySize 256" if group["keySize"] == 256 else "keySize other",)


def test_every_hkdf_vector() -> None:
    assert run("hkdf_sha512", HKDF, derives) == {"accepted": 80, "refused": 3}


def test_the_one_step_derivation_is_the_librarys() -> None:
    source = random.Random(soaking.seed("one-step"))  # noqa: S311 - repeatable tests
    for _ in range(soaking.count(200, 20_000)):
        secret, info = source.randbytes(32), source.randbytes(source.randrange(200))
        assert one_step_sha384(secret, info) == ConcatKDFHash(SHA384(), 48, info).derive(secret)


def test_every_hmac_vector() -> None:
    assert run("hmac_sha256", MAC, hmac_agrees) == {"accepted": 66, "refused": 108}


def test_every_cmac_vector() -> None:
    assert run("aes_cmac", CMAC, cmac_agrees, cmac_size) == {"accepted": 21, "refused": 290}
