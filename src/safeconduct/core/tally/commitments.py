"""Counts committed to a Merkle root: one salted leaf for each counted request, in random order, with receipts.

A leaf's opening says the period, the kind of paper, the country, the outcome, the notice and, where several
companies are served, which one; nothing else. Whoever
holds the openings can count again; whoever holds one salt can show that one request was counted, and how.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.counting import Counted
from safeconduct.core.tlog import proofs, tree
from safeconduct.core.tlog.merkle import leaf_hash

VERSION = 1
DOMAIN = b"safeconduct/v1/counted\n"
SALT_BYTES = 32


class CommitmentError(DamagedError):
    """The counted requests are not those that were committed to."""

    code = "SC-TALLY-COMMITMENT"


@dataclass(frozen=True)
class Leaf:
    """One committed request."""

    opening: dict[str, JsonValue]
    salt: bytes

    @property
    def data(self) -> bytes:
        """Return the leaf's bytes."""
        return sha256(DOMAIN + self.salt + canonical_json(self.opening)).digest()

    def as_json(self) -> dict[str, JsonValue]:
        """Return the form in which it is published."""
        return {"opening": self.opening, "salt": self.salt.hex()}


def opening_of(period: HalfYear, request: Counted) -> dict[str, JsonValue]:
    """Return what a leaf says."""
    return {"v": VERSION, "period": str(period), **request.as_json()}


def commit(period: HalfYear, requests: Iterable[Counted], randomness: Randomness) -> list[Leaf]:
    """Return a leaf for each request, ordered by leaf hash, so that the order says nothing about time."""
    leaves = [Leaf(opening_of(period, request), randomness(SALT_BYTES)) for request in requests]
    return sorted(leaves, key=lambda leaf: leaf_hash(leaf.data))


def in_order(leaves: Sequence[Leaf]) -> bool:
    """Return whether leaves stand in the one order that says nothing about time, none of them twice."""
    hashes = [leaf_hash(leaf.data) for leaf in leaves]
    return all(one < two for one, two in pairwise(hashes))


def _tree(leaves: Sequence[Leaf]) -> tree.MemoryTree:
    return tree.MemoryTree([leaf_hash(leaf.data) for leaf in leaves])


def root(leaves: Sequence[Leaf]) -> bytes:
    """Return the root over the leaves, 32 bytes."""
    return _tree(leaves).root()


def receipt(leaves: Sequence[Leaf], index: int) -> dict[str, JsonValue]:
    """Return the receipt that one request was counted: opening, salt, place and the path to the root."""
    built = _tree(leaves)
    path = tree.inclusion(index, built.size, built.read)
    return {
        "v": VERSION,
        **leaves[index].as_json(),
        "index": index,
        "size": built.size,
        "root": built.root().hex(),
        "inclusion": [part.hex() for part in path],
    }


def check_receipt(value: Any, root: bytes) -> Counted:  # noqa: ANN401 - a file from outside
    """Return how the request was counted; raises ``CommitmentError`` unless the receipt leads to ``root``."""
    try:
        leaf = read_leaf(value)
        if type(value["index"]) is not int or type(value["size"]) is not int:
            raise CommitmentError("Index and size are whole numbers.")
        proofs.verify_inclusion(
            leaf=leaf_hash(leaf.data),
            index=value["index"],
            size=value["size"],
            root=root,
            proof=[bytes.fromhex(part) for part in value["inclusion"]],
        )
        return request_of(leaf)
    except (KeyError, TypeError, ValueError, DamagedError) as error:
        raise CommitmentError("The receipt does not lead to the published root.") from error


def read_leaf(value: Any) -> Leaf:  # noqa: ANN401 - a file from outside
    """Return a published leaf; raises ``CommitmentError``."""
    try:
        opening, salt = value["opening"], bytes.fromhex(value["salt"])
        if not isinstance(opening, dict) or len(salt) != SALT_BYTES or salt.hex() != value["salt"]:
            raise CommitmentError("A leaf is not of version 1.")
        return Leaf(opening, salt)
    except (KeyError, TypeError, ValueError) as error:
        raise CommitmentError("A leaf is not of version 1.") from error


def request_of(leaf: Leaf) -> Counted:
    """Return the request in a leaf; raises ``CommitmentError`` for members it does not know."""
    known, said = {"v", "period", "process", "country", "outcome", "told"}, dict(leaf.opening)
    entity = said.pop("entity", None)
    # In Python true equals 1; as JSON it is another opening.
    if set(said) != known or entity == "" or type(said["v"]) is not int or said["v"] != VERSION:
        raise CommitmentError("A leaf is not of version 1.")
    if "entity" in leaf.opening and not isinstance(entity, str):
        raise CommitmentError("A leaf is not of version 1.")
    names = ("process", "country", "outcome", "told")
    return Counted(**{name: said[name] for name in names}, entity=entity or "")
