"""A trusted company, and one of everything that it hands out."""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.core.packages.samples import ISSUER, signing

from safeconduct.core.packages.envelope import write_note
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Signer, sign_note
from safeconduct.core.tlog.tree import MemoryTree
from safeconduct.core.verification.results import PartResult, exit_code
from safeconduct.core.verification.trust import Trust, TrustedWitness
from safeconduct.core.verification.verify import verify

LOG = Signer("log.northwind.example/private", b"p" * 32)
PUBLIC = Signer("log.northwind.example/public", b"q" * 32)
WITNESS = Signer("witness.northwind.example", b"w" * 32, COSIGNATURE)
FORGER = Signer(ISSUER.name, b"f" * 32)
TRUST = Trust(
    name="Northwind Messaging, Inc.",
    demonstration=True,
    issuer=ISSUER.verifier,
    log=LOG.verifier,
    public_log=PUBLIC.verifier,
    witnesses=(TrustedWitness(key=WITNESS.verifier, operator="Northwind Messaging, Inc.", independent=False),),
    quorum=1,
)


def head(signer: Signer = PUBLIC, *, leaves: tuple[bytes, ...] = (b"a", b"b"), cosigned: bool = True) -> str:
    """Return a signed head of a log with ``leaves``."""
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    text = Checkpoint(signer.name, len(leaves), tree.root()).text
    note = sign_note(text, signer)
    return note + WITNESS.line(text, time=1_790_000_000) if cosigned else note


def sealed(folder: Path, *, signer: Signer = ISSUER, name: str = "7KQ2.zip.age") -> Path:
    """Write a sealed file and its note; return the file."""
    data = b"age-encryption.org/v1\n" + os.urandom(120)
    note_name, note = write_note(name=name, data=data, reference="7KQ2-M4XW-9TBC", sign=signing(signer))
    (folder / name).write_bytes(data)
    (folder / note_name).write_text(note)
    return folder / name


def code(path: Path, trust: Trust | None = TRUST) -> int:
    return exit_code(verify(path, trust))


def faults(path: Path, trust: Trust | None = TRUST) -> list[PartResult]:
    return [one for one in verify(path, trust) if not one.ok]


def flips(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the data with each byte altered in one bit, the bit moving along."""
    for place in range(len(data)):
        yield place, data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def missed(path: Path, data: bytes, verifier: object = code) -> list[int]:
    """Return the places where a flipped bit or a cut was *not* noticed by ``verifier``, a function of a path."""
    found = []
    looked = 0
    for place, flipped in flips(data):
        path.write_bytes(flipped)
        looked += 1
        if verifier(path) == 0:
            found.append(place)
    for cut in range(0, len(data), max(1, len(data) // 64)):
        path.write_bytes(data[:cut])
        looked += 1
        if verifier(path) == 0:
            found.append(cut)
    path.write_bytes(data)
    assert looked > len(data)
    return found
