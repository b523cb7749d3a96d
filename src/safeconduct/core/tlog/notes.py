"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, and timestamped cosignatures (c2sp.org/tlog-cosignature, v1).

A note is a text, an empty line and signature lines. Key type 0x01 signs the text; type 0x04 signs the text under a
time. Keys travel as *vkey* strings (``name+id+base64``); private keys as ``PRIVATE+KEY+name+id+base64``.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safeconduct.core.base.errors import BadInputError, DamagedError

ED25519 = 0x01
COSIGNATURE = 0x04
KEY_TYPES = (ED25519, COSIGNATURE)
DASH = "\u2014 "
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
KEY_BYTES = 32
KEY_ID_BYTES = 4
TIME_BYTES = 8
SIGNATURE_BYTES = 64
MAX_TIME = 2**63 - 1


class NoteError(DamagedError):
    """The signed note is malformed, or no key we trust signed it."""

    code = "SC-NOTE"


class KeyTextError(BadInputError):
    """The text is not a note key."""

    code = "SC-NOTE-KEY"


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Return the 4 bytes that point from a signature line to its key; they identify, they do not authenticate."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:KEY_ID_BYTES]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() or not letter.isprintable() for letter in name):
        raise KeyTextError("A key name has no space and no plus sign.")


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("A part is not base64.") from error
    if base64.b64encode(data).decode() != text:
        raise NoteError("A part is not canonical base64.")
    return data


def _split_key(text: str) -> tuple[str, int, bytes, str]:
    """Return name, kind, 32 key bytes and the hexadecimal key id of ``name+id+base64``."""
    try:
        name, identity, body = text.strip().split("+", 2)
        data = _decode(body)
    except (ValueError, NoteError) as error:
        raise KeyTextError("A key is written name+id+base64.") from error
    _check_name(name)
    if len(data) != KEY_BYTES + 1 or data[0] not in KEY_TYPES:
        raise KeyTextError("The key is not Ed25519 of type 1 or 4.")
    return name, data[0], data[1:], identity


def _holds(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether ``signature`` is that of the Ed25519 key over ``message`` (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Verifier:
    """A public key that may have signed a note.

    Attributes:
        name: the key's name; for a log its origin.
        public_key: 32 bytes, Ed25519.
        kind: ``ED25519`` or ``COSIGNATURE``.
    """

    name: str
    public_key: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        """Refuse a name or key that no note could carry."""
        _check_name(self.name)
        if len(self.public_key) != KEY_BYTES or self.kind not in KEY_TYPES:
            raise KeyTextError("The key is not Ed25519 of type 1 or 4.")

    @property
    def key_id(self) -> bytes:
        """Return the key's 4-byte id."""
        return key_id(self.name, self.kind, self.public_key)

    @property
    def vkey(self) -> str:
        """Return the key as a vkey string."""
        body = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"

    @classmethod
    def from_vkey(cls, text: str) -> Self:
        """Return the key that a vkey string holds; raises ``KeyTextError``, also when its id does not fit."""
        name, kind, public_key, identity = _split_key(text)
        found = cls(name, public_key, kind)
        if found.key_id.hex() != identity:
            raise KeyTextError("The key's id does not fit its name and bytes.")
        return found

    def check(self, text: str, signature: bytes) -> int | None:
        """Return the time of a cosignature in Unix seconds, None for a plain signature; raises ``NoteError``."""
        time: int | None = None
        message, body = text.encode(), signature
        if self.kind == COSIGNATURE:
            time = int.from_bytes(signature[:TIME_BYTES], "big")
            message, body = cosigned_message(text, time), signature[TIME_BYTES:]
        if len(body) != SIGNATURE_BYTES or (time is not None and time > MAX_TIME):
            raise NoteError(f"The signature of {self.name} has the wrong length.")
        if not _holds(self.public_key, body, message):
            raise NoteError(f"The signature of {self.name} is false.")
        return time


def cosigned_message(text: str, time: int) -> bytes:
    """Return what a v1 cosignature signs: header line, time line, and the whole note text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


@dataclass(frozen=True)
class Signer:
    """A private key that signs notes; its ``repr`` hides the key.

    Attributes:
        name: the key's name; for a log its origin.
        seed: the 32 bytes of an Ed25519 private key.
        kind: ``ED25519`` for a log, an issuer; ``COSIGNATURE`` for a log witness.
    """

    name: str
    seed: bytes
    kind: int = ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name!r}, kind={self.kind})"

    @property
    def verifier(self) -> Verifier:
        """Return the public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes_raw(), self.kind)

    @property
    def private_text(self) -> str:
        """Return the private key as text, for a key file that only its process can read."""
        body = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{body}"

    @classmethod
    def from_private_text(cls, text: str) -> Self:
        """Return the key that ``private_text`` wrote; raises ``KeyTextError``."""
        prefix, rest = text.strip()[:12], text.strip()[12:]
        if prefix != "PRIVATE+KEY+":
            raise KeyTextError("A private key starts with PRIVATE+KEY+.")
        name, kind, seed, identity = _split_key(rest)
        found = cls(name, seed, kind)
        if found.verifier.key_id.hex() != identity:
            raise KeyTextError("The key's id does not fit its name and bytes.")
        return found

    def line(self, text: str, *, time: int | None = None) -> str:
        """Return the signature line over ``text``, with its newline; a cosigner needs ``time`` in Unix seconds."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == COSIGNATURE:
            if time is None or not 0 <= time <= MAX_TIME:
                raise BadInputError("A cosignature carries a time.")
            body = time.to_bytes(TIME_BYTES, "big") + key.sign(cosigned_message(text, time))
        else:
            body = key.sign(text.encode())
        return f"{DASH}{self.name} {base64.b64encode(self.verifier.key_id + body).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line that a trusted key really made.

    Attributes:
        verifier: the key.
        time: Unix seconds of a cosignature, else None.
        line: the line with its newline.
    """

    verifier: Verifier
    time: int | None
    line: str


@dataclass(frozen=True)
class Note:
    """An opened note.

    Attributes:
        text: the signed text, ending in a newline.
        signatures: the checked signatures by trusted keys, one per key.
        lines: every signature line as it stood, trusted or not.
    """

    text: str
    signatures: tuple[Signature, ...]
    lines: tuple[str, ...]

    @property
    def cosigners(self) -> frozenset[str]:
        """Return the names of the trusted log witnesses that cosigned."""
        return frozenset(found.verifier.name for found in self.signatures if found.verifier.kind == COSIGNATURE)


def _check_text(text: str) -> None:
    bad = any((letter < " " and letter != "\n") for letter in text)
    if not text.endswith("\n") or bad or len(text.encode()) > MAX_NOTE_BYTES:
        raise NoteError("A note's text is plain lines, each ended by a newline.")


def sign_note(text: str, *signers: Signer, time: int | None = None) -> str:
    """Return ``text`` (which ends in a newline) as a note signed by ``signers``; ``time`` is for cosigners."""
    _check_text(text)
    return text + "\n" + "".join(signer.line(text, time=time) for signer in signers)


def split_note(note: str) -> tuple[str, tuple[str, ...]]:
    """Return the text and the signature lines of a note without checking any signature; raises ``NoteError``."""
    if len(note.encode()) > MAX_NOTE_BYTES:
        raise NoteError("A note holds at most 1,000,000 bytes.")
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("A note is a text, an empty line and signature lines.")
    text += "\n"
    _check_text(text)
    lines = tuple(f"{line}\n" for line in tail[:-1].split("\n"))
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"A note carries at most {MAX_SIGNATURES} signatures.")
    for line in lines:
        parse_line(line)
    return text, lines


def parse_line(line: str) -> tuple[str, bytes, bytes]:
    """Return key name, key id and signature of one signature line; raises ``NoteError``."""
    name, gap, body = line.removeprefix(DASH).removesuffix("\n").partition(" ")
    if not line.startswith(DASH) or not line.endswith("\n") or not gap or not name:
        raise NoteError("A signature line is a dash, a name and base64.")
    data = _decode(body)
    if len(data) <= KEY_ID_BYTES:
        raise NoteError("A signature line carries a key id and a signature.")
    return name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:]


def open_note(note: str, verifiers: Iterable[Verifier]) -> Note:
    """Return the note if at least one of ``verifiers`` signed it; raises ``NoteError``.

    Lines by unknown keys are passed over, as the format demands; a false line by a known key is an error.
    """
    text, lines = split_note(note)
    known = {(key.name, key.key_id): key for key in verifiers}
    found: dict[Verifier, Signature] = {}
    for line in lines:
        name, identity, signature = parse_line(line)
        verifier = known.get((name, identity))
        if verifier is None or verifier in found:
            continue
        found[verifier] = Signature(verifier, verifier.check(text, signature), line)
    if not found:
        raise NoteError("No key we trust signed it.")
    return Note(text, tuple(found.values()), lines)
