"""Random proofs and corruptions of them, each with what our own verifier says about it."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conformance.random_logs import RandomLog, note_of, random_log
from tests.conformance.second_verifier import accepts, text_of
from tests.core.verification.samples import PUBLIC, TRUST

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.entries import commit
from safeconduct.core.tlog.entry_proofs import check_entry_proof
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.proofs import verify_consistency, verify_inclusion
from safeconduct.core.tlog.slots import fill_slot, slot_leaf, slot_proof
from safeconduct.core.tlog.tree import MemoryTree, consistency, inclusion, root
from safeconduct.core.verification.logs import check_checkpoint, check_public_proof
from safeconduct.core.verification.texts import parse_json

Case = tuple[str, dict[str, Any], bool]
"""A label, what the second verifier is asked, and what ours says."""


def bent_path(path: list[str], rng: random.Random) -> list[str]:
    """Return a path with one thing wrong, if it can have one."""
    made = list(path)
    kind = rng.randrange(5)
    if kind == 0 or not made:
        made.insert(rng.randrange(len(made) + 1), rng.randbytes(32).hex())
    elif kind == 1:
        made.pop(rng.randrange(len(made)))
    elif kind == 2:
        made.reverse()
    elif kind == 3:
        place = rng.randrange(len(made))
        made[place] = bytes(
            byte ^ (rng.randrange(256) if at == 7 else 0) for at, byte in enumerate(bytes.fromhex(made[place]))
        ).hex()
    else:
        made[rng.randrange(len(made))] = rng.randbytes(31).hex()
    return made


def inclusion_case(log: RandomLog, rng: random.Random) -> Case:
    """One leaf's inclusion, perhaps with something else than was proven."""
    index = rng.randrange(log.size)
    size = rng.randrange(index + 1, log.size + 1)
    said = {
        "check": "inclusion",
        "hash": leaf_hash(log.leaves[index]).hex(),
        "index": index,
        "size": size,
        "root": root(size, log.tree.read).hex(),
        "path": [one.hex() for one in inclusion(index, size, log.tree.read)],
    }
    harm = rng.randrange(10)
    if harm == 0:
        said["index"] = rng.randrange(size + 2)
    elif harm == 1:
        said["size"] = rng.randrange(log.size + 3)
    elif harm == 2:
        said["root"] = root(rng.randrange(log.size + 1), log.tree.read).hex()
    elif harm == 3:
        said["hash"] = leaf_hash(rng.choice(log.leaves)).hex()
    elif harm == 4:
        said["path"] = bent_path(said["path"], rng)

    def check() -> None:
        verify_inclusion(
            leaf=bytes.fromhex(said["hash"]),
            index=said["index"],
            size=said["size"],
            root=bytes.fromhex(said["root"]),
            proof=[bytes.fromhex(one) for one in said["path"]],
        )

    return "inclusion", said, accepts(check)


def consistency_case(log: RandomLog, rng: random.Random) -> Case:
    """Growth from one size to another, perhaps with something else than was proven."""
    old = rng.randrange(log.size + 1)
    new = rng.randrange(old, log.size + 1)
    said = {
        "check": "consistency",
        "oldSize": old,
        "oldRoot": root(old, log.tree.read).hex(),
        "size": new,
        "root": root(new, log.tree.read).hex(),
        "path": [one.hex() for one in consistency(old, new, log.tree.read)],
    }
    harm = rng.randrange(10)
    if harm == 0:
        said["oldSize"] = rng.randrange(new + 2)
    elif harm == 1:
        said["size"] = rng.randrange(log.size + 3)
    elif harm == 2:
        said["oldRoot"] = root(rng.randrange(log.size + 1), log.tree.read).hex()
    elif harm == 3:
        said["root"] = root(rng.randrange(log.size + 1), log.tree.read).hex()
    elif harm == 4:
        said["path"] = bent_path(said["path"], rng)

    def check() -> None:
        verify_consistency(
            old_size=said["oldSize"],
            old_root=bytes.fromhex(said["oldRoot"]),
            new_size=said["size"],
            new_root=bytes.fromhex(said["root"]),
            proof=[bytes.fromhex(one) for one in said["path"]],
        )

    return "consistency", said, accepts(check)


def random_opening(rng: random.Random) -> dict[str, Any]:
    """Return an entry's opening."""
    actor = {name: f"{rng.getrandbits(64):016x}" for name in ("person", "account", "organisation")}
    facts = {"count": rng.randrange(-5, 2**53), "states": ["open", None, True], "digest": rng.randbytes(8).hex()}
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(10**7))
    when = at.isoformat().replace("+00:00", "Z")
    return {"v": 1, "kind": "room.verb", "actor": actor, "at": when, "subject": "\u00e9\U0001f600", "facts": facts}


def entry_case(_: RandomLog, rng: random.Random) -> Case:
    """The proof of an entry of the private log against the head that the checker kept."""
    openings = [random_opening(rng) for _ in range(rng.randrange(1, 12))]
    salts = [rng.randbytes(32) for _ in openings]
    harm, index = rng.randrange(14), rng.randrange(len(openings))
    if harm == 0:
        openings[index]["v"] = rng.choice([2, True, "1", None])
    if harm == 1:
        openings[index]["more"] = 1
    tree = MemoryTree([leaf_hash(commit(one, salt)) for one, salt in zip(openings, salts, strict=True)])
    size = rng.randrange(index + 1, len(openings) + 1)
    since = rng.randrange(size + 1)
    proof: dict[str, Any] = {
        "opening": openings[index],
        "salt": salts[index].hex(),
        "index": index,
        "size": size,
        "root": root(size, tree.read).hex(),
        "inclusion": [one.hex() for one in inclusion(index, size, tree.read)],
        "consistency": {"from": since, "hashes": [one.hex() for one in consistency(since, size, tree.read)]},
    }
    known = {"size": since, "root": root(since, tree.read).hex()}
    _harm_entry(proof, known, harm, rng)

    def check() -> None:
        check_entry_proof(proof, since_size=known["size"], since_root=bytes.fromhex(str(known["root"])))

    return "entry", {"check": "entry", "proof": proof, "known": known}, accepts(check)


def _harm_entry(proof: dict[str, Any], known: dict[str, Any], harm: int, rng: random.Random) -> None:
    if harm == 2:
        proof["opening"] = proof["opening"] | {"subject": "other"}
    elif harm == 3:
        proof["salt"] = rng.randbytes(rng.choice((31, 32, 33))).hex()
    elif harm == 4:
        proof["inclusion"] = bent_path(proof["inclusion"], rng)
    elif harm == 5:
        proof["consistency"] = {"from": known["size"], "hashes": bent_path(proof["consistency"]["hashes"], rng)}
    elif harm == 6:
        known["root"] = rng.randbytes(32).hex()
    elif harm == 7:
        del proof[rng.choice(sorted(proof))]
    elif harm == 8:
        proof["consistency"] = proof["consistency"] | {"from": known["size"] + 1}
    elif harm == 10:
        known["size"] += 1
    elif harm == 9:
        proof[rng.choice(("index", "size"))] = rng.choice([True, "1", None, -1, 2**40])


def _public_proof(rng: random.Random) -> dict[str, Any]:
    """Return a sound proof of the public log, with or without its opening."""
    opening, salt = random_opening(rng), rng.randbytes(32)
    slot = fill_slot([commit(opening, salt)], rng.randrange(1, 5), rng.randbytes)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=6 * rng.randrange(999))
    size = rng.randrange(1, 30)
    index = rng.randrange(size)
    leaves = [rng.randbytes(40) for _ in range(size)]
    leaves[index] = slot_leaf(start, slot.root)
    tree = MemoryTree([leaf_hash(leaf) for leaf in leaves])
    path = inclusion(index, size, tree.read)
    proof = slot_proof(tree=slot, place=slot.places[0], start=start, index=index, size=size, path=path)
    proof["checkpoint"] = note_of(Checkpoint(PUBLIC.name, size, tree.root()).text, PUBLIC)
    return proof | ({"opening": opening, "salt": salt.hex()} if rng.random() < 0.5 else {})


def _harm_public(proof: dict[str, Any], rng: random.Random) -> None:
    part = rng.choice((proof, proof["slot"], proof["log"]))
    name = rng.choice(sorted(part))
    value = part[name]
    if isinstance(value, list):
        part[name] = bent_path(value, rng)
    elif isinstance(value, str) and value:
        place = rng.randrange(len(value))
        part[name] = value[:place] + rng.choice("0aZ=\n\u00e9") + value[place + 1 :]
    elif isinstance(value, int):
        part[name] = rng.choice([value + 1, value - 1, True, str(value), None, 2**60])
    else:
        del part[name]


def public_case(_: RandomLog, rng: random.Random) -> Case:
    """The proof of an entry of the public log as a file."""
    proof = copy.deepcopy(_public_proof(rng))
    harm = rng.random()
    if harm < 0.5:
        _harm_public(proof, rng)
    data = json.dumps(proof, indent=rng.choice((None, 1))).encode()
    if harm > 0.95:
        data = data.replace(b'"v": 1', b'"v": 1, "v": 1', 1)

    def check() -> None:
        value = parse_json(data)
        if not isinstance(value, dict) or not {"v", "commitment", "slot", "log", "checkpoint"} <= set(value):
            raise SafeconductError("not a proof")
        check_public_proof("proof", "proof.json", value, TRUST)

    said = {"check": "public", "trust": text_of(TRUST.data), "data": text_of(data)}
    return "public", said, accepts(check)


def head_case(log: RandomLog, rng: random.Random) -> Case:
    """A head with one letter changed, or none."""
    data = bytearray(log.files["checkpoint"])
    if rng.random() < 0.5:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    said = {"check": "checkpoint", "trust": text_of(TRUST.data), "data": text_of(bytes(data))}
    return "head", said, accepts(lambda: check_checkpoint("head", bytes(data), TRUST))


MAKERS: tuple[Callable[[RandomLog, random.Random], Case], ...] = (
    inclusion_case,
    consistency_case,
    entry_case,
    public_case,
    head_case,
)


def cases(rng: random.Random) -> Iterator[Case]:
    """Yield cases of every kind without end."""
    while True:
        log = random_log(rng, rng.randrange(1, 140))
        for _ in range(40):
            yield rng.choice(MAKERS)(log, rng)
