"""X25519 and ChaCha20-Poly1305 inside age: each vector becomes an age file, which our own opener must judge.

The files are made by a second maker; HKDF-SHA-256 and ChaCha20-Poly1305 of that maker are held to Wycheproof first,
since age derives every such key itself and takes none from outside.
"""

from tests.vectors.age_maker import age_file, hkdf_sha256, identity_line, seal, x25519_stanza
from tests.vectors.published import ACCEPTED, AS_PUBLISHED, NO_FLAG, REFUSED, Table, Vector, run

from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.recipients import decrypt_age

MASKED = "RFC 7748 computes it, age does not forbid it, and the sender gains nothing by it"
X25519: Table = {
    "Normal": (AS_PUBLISHED, "a known answer"),
    "Ktv": (AS_PUBLISHED, "a known answer"),
    "EdgeCaseMultiplication": (AS_PUBLISHED, "an edge case of the arithmetic"),
    "EdgeCasePrivateKey": (AS_PUBLISHED, "an edge case of the private key"),
    "EdgeCaseShared": (AS_PUBLISHED, "an edge case of the secret"),
    "SpecialPublicKey": (AS_PUBLISHED, "an edge case of the public key"),
    "SmallPublicKey": (AS_PUBLISHED, "a public key of low order comes with its own flag"),
    "Twist": (ACCEPTED, MASKED),
    "NonCanonicalPublic": (ACCEPTED, MASKED),
    "LowOrderPublic": (REFUSED, "everybody knows the secret that it gives"),
    "ZeroSharedSecret": (REFUSED, "everybody knows it; C2SP age demands the refusal"),
}
HKDF_256: Table = {
    NO_FLAG: (AS_PUBLISHED, "RFC 5869's own"),
    "Normal": (AS_PUBLISHED, "a known answer"),
    "EmptySalt": (AS_PUBLISHED, "a known answer"),
    "OutputCollision": (AS_PUBLISHED, "a known answer"),
    "MaximalOutputSize": (AS_PUBLISHED, "a known answer"),
    "SizeTooLarge": (AS_PUBLISHED, "more than 255 blocks"),
}
CHACHA: Table = {
    "Ktv": (AS_PUBLISHED, "a known answer"),
    "Pseudorandom": (AS_PUBLISHED, "a known answer"),
    "EdgeCaseCiphertext": (AS_PUBLISHED, "an edge case of Poly1305"),
    "EdgeCasePoly1305": (AS_PUBLISHED, "an edge case of Poly1305"),
    "EdgeCasePolyKey": (AS_PUBLISHED, "an edge case of Poly1305"),
    "EdgeCaseTag": (AS_PUBLISHED, "an edge case of Poly1305"),
    "ModifiedTag": (AS_PUBLISHED, "a changed tag must not be the computed one"),
    "InvalidNonceSize": (AS_PUBLISHED, "age's nonces have 12 bytes"),
}
FILE_KEY, TEXT = bytes(range(16)), b"for whoever holds the secret"


def opens(_: Vector, vector: Vector) -> bool:
    private, share, shared = (bytes.fromhex(vector[name]) for name in ("private", "public", "shared"))
    stanza = x25519_stanza(private=private, share=share, shared=shared, file_key=FILE_KEY)
    try:
        return decrypt_age(age_file(stanza, file_key=FILE_KEY, payload=TEXT), identity_line(private)) == TEXT
    except SealError:
        return False


def makers_hkdf(_: Vector, vector: Vector) -> bool:
    material, salt, info = (bytes.fromhex(vector[name]) for name in ("ikm", "salt", "info"))
    try:
        return hkdf_sha256(material, salt, info, vector["size"]).hex() == vector["okm"]
    except ValueError:
        return False


def makers_seal(_: Vector, vector: Vector) -> bool:
    key, nonce, bound, message = (bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg"))
    try:
        return seal(key, nonce, message, bound).hex() == vector["ct"] + vector["tag"]
    except ValueError:
        return False


def test_every_x25519_vector() -> None:
    assert run("x25519", X25519, opens) == {"accepted": 487, "refused": 31}


def test_a_wrong_secret_opens_nothing() -> None:
    """The control: the files are judged by the secret in them."""
    private = bytes(range(32))
    stanza = x25519_stanza(private=private, share=bytes([9]) + bytes(31), shared=bytes([1]) * 32, file_key=FILE_KEY)
    assert not opens({}, {"private": private.hex(), "public": (bytes([9]) + bytes(31)).hex(), "shared": "01" * 32})
    assert stanza.startswith(b"-> X25519 ")


def test_the_makers_hkdf_and_cipher() -> None:
    assert run("hkdf_sha256", HKDF_256, makers_hkdf) == {"accepted": 83, "refused": 3}
    assert run("chacha20_poly1305", CHACHA, makers_seal) == {"accepted": 256, "refused": 69}


def test_files_of_every_length_class_from_the_second_maker_open() -> None:
    # RFC 7748, section 6.1: Alice's key, Bob's share, and the secret that both have.
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    share = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    shared = bytes.fromhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    stanza = x25519_stanza(private=alice, share=share, shared=shared, file_key=FILE_KEY)
    chunk = 64 * 1024
    for size in (0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 1):
        made = age_file(stanza, file_key=FILE_KEY, payload=bytes(size))
        assert decrypt_age(made, identity_line(alice)) == bytes(size)
