"""A second maker of age files (C2SP age, X25519), for files that a sound tool would not write. It only writes."""

import hashlib
import hmac
from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHUNK = 64 * 1024


def _checksum(values: list[int]) -> int:
    found = 1
    for value in values:
        top, found = found >> 25, (found & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate(GENERATOR):
            found ^= factor if top >> place & 1 else 0
    return found


def bech32(prefix: str, data: bytes) -> str:
    """Return ``data`` in Bech32 (BIP 173) without its limit of 90 letters."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]
    head = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    sum_of = _checksum([*head, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [sum_of >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1{''.join(LETTERS[value] for value in values)}"


def identity_line(private: bytes) -> str:
    """Return the secret line of 32 private bytes."""
    return bech32("age-secret-key-", private).upper()


def hkdf_sha256(material: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """Return HKDF-SHA-256, as every key inside an age file is made."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def seal(key: bytes, nonce: bytes, text: bytes, bound: bytes = b"") -> bytes:
    """Return ChaCha20-Poly1305 ciphertext and tag."""
    return ChaCha20Poly1305(key).encrypt(nonce, text, bound)


def plain(data: bytes) -> bytes:
    """Return base64 without padding."""
    return b64encode(data).rstrip(b"=")


def x25519_stanza(*, private: bytes, share: bytes, shared: bytes, file_key: bytes) -> bytes:
    """Return the stanza to the holder of ``private`` under a share and a shared secret that somebody else computed."""
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    key = hkdf_sha256(shared, share + public, b"age-encryption.org/v1/X25519")
    body = plain(seal(key, bytes(12), file_key))
    lines = [body[start : start + 64] for start in range(0, len(body) + 1, 64)]
    return b"-> X25519 " + plain(share) + b"\n" + b"\n".join(lines) + b"\n"


def age_file(stanzas: bytes, *, file_key: bytes, payload: bytes, nonce: bytes = bytes(16)) -> bytes:
    """Return a whole age file with these stanzas, a right MAC, and the payload in chunks of 64 KiB."""
    head = b"age-encryption.org/v1\n" + stanzas + b"---"
    mac = hmac.digest(hkdf_sha256(file_key, b"", b"header"), head, hashlib.sha256)
    key = hkdf_sha256(file_key, nonce, b"payload")
    pieces = [payload[start : start + CHUNK] for start in range(0, len(payload), CHUNK)] or [b""]
    chunks = [
        seal(key, number.to_bytes(11, "big") + bytes([number == len(pieces) - 1]), piece)
        for number, piece in enumerate(pieces)
    ]
    return head + b" " + plain(mac) + b"\n" + nonce + b"".join(chunks)
