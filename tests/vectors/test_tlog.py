"""Signed notes, cosignatures, checkpoints and tiles against a second maker and a second reader.

No file of the folder covers them (the few examples printed on the C2SP pages are in ``tests/conformance``). The notes
here are put together by hand from the pages; the JavaScript verifier reads what we make.
"""

import base64
import hashlib
import random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests import soaking
from tests.conformance.random_logs import folder_of, note_of
from tests.conformance.second_verifier import files_of, second_verifier, text_of
from tests.core.verification.samples import PUBLIC, TRUST

from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, ED25519, Signer, Verifier, open_note, sign_note
from safeconduct.core.tlog.tree import MemoryTree, root

NAMES = ("public", "priv\u00e9")
WORDS = ("line", "Zeile \u00fc", "\u2014 dash", "")


def made_key(name: str, seed: bytes, kind: int) -> tuple[str, bytes]:
    """Return vkey and key id, from the page."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    identity = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    return f"{name}+{identity.hex()}+{base64.b64encode(bytes([kind]) + public).decode()}", identity


def made_line(name: str, seed: bytes, kind: int, text: str, time: int) -> str:
    """Return a signature line, from the page."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    if kind == ED25519:
        body = key.sign(text.encode())
    else:
        body = time.to_bytes(8, "big") + key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    return f"\u2014 {name} {base64.b64encode(made_key(name, seed, kind)[1] + body).decode()}\n"


def test_notes_of_a_second_maker_open_and_ours_are_the_same_bytes() -> None:
    rng = random.Random(soaking.seed("signed-notes"))  # noqa: S311 - repeatable tests
    for _ in range(soaking.count(200, 5000)):
        name = f"log{rng.randrange(99)}.example/{rng.choice(NAMES)}"
        seed, other, time = rng.randbytes(32), rng.randbytes(32), rng.randrange(2**40)
        text = "".join(f"{rng.choice(WORDS)} {rng.random()}\n" for _ in range(3))
        note = (
            f"{text}\n{made_line(name, seed, ED25519, text, 0)}{made_line('w.example', other, COSIGNATURE, text, time)}"
        )
        signer, witness = Signer(name, seed), Signer("w.example", other, COSIGNATURE)
        assert sign_note(text, signer, witness, time=time) == note
        keys = [Verifier.from_vkey(made_key(*one)[0]) for one in ((name, seed, 1), ("w.example", other, 4))]
        opened = open_note(note, keys)
        assert (opened.text, opened.cosigners) == (text, {"w.example"})
        assert [found.time for found in opened.signatures] == [None, time]


def test_logs_of_every_width_class_are_read_by_the_second_reader() -> None:
    sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000]
    leaves = tuple(f"leaf {number}".encode() for number in range(max(sizes)))
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    cases = []
    for size in sizes:
        head = note_of(Checkpoint(PUBLIC.name, size, root(size, tree.read)).text, PUBLIC)
        files = folder_of(leaves, tree, size) | {"checkpoint": head.encode()}
        cases.append({"check": "log", "trust": text_of(TRUST.data), "files": files_of(files), "known": None})
    with second_verifier() as second:
        assert all(answer["ok"] for answer in second.ask(cases))
        names = [{"check": "root", "leaves": [text_of(leaf) for leaf in leaves[:size]]} for size in sizes]
        roots = [answer["value"] for answer in second.ask(names)]
    assert roots == [root(size, tree.read).hex() for size in sizes]
