"""The proof that an entry stands in the private log: what the vault process demands before it acts.

JSON form: ``{"opening", "salt", "index", "size", "root", "inclusion", "consistency": {"from", "hashes"}}``, bytes in
hexadecimal. It shows that the opening is the leaf at ``index``, that the leaf is in the tree, and that this tree
continues the one the checker saw last.
"""

from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.tlog.entries import commit
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.proofs import ProofError, verify_consistency, verify_inclusion

OPENING_MEMBERS = frozenset({"v", "kind", "actor", "at", "subject", "facts"})
ENTRY_VERSION = 1


@dataclass(frozen=True)
class ProvenEntry:
    """An entry that is in the log.

    Attributes:
        opening: the readable entry.
        index: its leaf number.
        size: size of the proven tree.
        root: root of the proven tree.
    """

    opening: dict[str, Any]
    index: int
    size: int
    root: bytes


def check_entry_proof(proof: JsonValue, *, since_size: int, since_root: bytes) -> ProvenEntry:
    """Return the entry that ``proof`` shows; raises ``ProofError``.

    ``since_size`` and ``since_root`` are the head the checker signed last (0 and ``EMPTY_ROOT`` at first). A proof
    that starts from any other head is refused, so a rolled back or split log is noticed here.
    """
    try:
        opening, index, size = proof["opening"], proof["index"], proof["size"]
        salt, root = bytes.fromhex(proof["salt"]), bytes.fromhex(proof["root"])
        path = [bytes.fromhex(value) for value in proof["inclusion"]]
        since = proof["consistency"]["from"]
        grown = [bytes.fromhex(value) for value in proof["consistency"]["hashes"]]
        leaf = leaf_hash(commit(opening, salt))
    except (KeyError, TypeError, ValueError, SafeconductError) as error:
        raise ProofError("A part of the proof is missing or is not what it should be.") from error
    if type(index) is not int or type(size) is not int or type(since) is not int:
        raise ProofError("Index, size and start are whole numbers.")
    if not isinstance(opening, dict) or set(opening) != OPENING_MEMBERS:
        raise ProofError("The opening is not an entry of version 1.")
    # In Python true equals 1; as JSON it is another opening, which no other reader would take.
    if type(opening["v"]) is not int or opening["v"] != ENTRY_VERSION:
        raise ProofError("The opening is not an entry of version 1.")
    if since != since_size:
        raise ProofError(f"It starts at size {since}; the last head seen has size {since_size}.")
    verify_inclusion(leaf=leaf, index=index, size=size, root=root, proof=path)
    verify_consistency(old_size=since_size, old_root=since_root, new_size=size, new_root=root, proof=grown)
    return ProvenEntry(opening, index, size, root)
