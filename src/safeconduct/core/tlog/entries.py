"""What a leaf of the private log is: a salted commitment to a readable entry, never the entry and never a bare hash.

``leaf = SHA-256("safeconduct/v1/entry" LF salt[32] canonical JSON)``. Whoever holds opening and salt can show what
the leaf stands for; once both are destroyed the leaf says nothing, and the tree stays valid.
"""

import hmac
from hashlib import sha256

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.errors import BadInputError, DamagedError

DOMAIN = b"safeconduct/v1/entry\n"
SALT_BYTES = 32


class CommitmentError(DamagedError):
    """The opening is not what the leaf was made of."""

    code = "SC-COMMITMENT"


def commit(opening: dict[str, JsonValue], salt: bytes) -> bytes:
    """Return the 32-byte leaf for ``opening`` under a fresh ``salt`` of 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise BadInputError("A salt has 32 bytes.")
    return sha256(DOMAIN + salt + canonical_json(opening)).digest()


def check(*, leaf: bytes, opening: dict[str, JsonValue], salt: bytes) -> None:
    """Check that ``leaf`` commits to ``opening``; raises ``CommitmentError``."""
    if len(salt) != SALT_BYTES or not hmac.compare_digest(commit(opening, salt), leaf):
        raise CommitmentError("It was altered, or belongs to another entry.")
