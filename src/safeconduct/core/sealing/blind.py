"""Blind indexes: what lets sealed values be found by equality without being readable."""

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.sealing.keys import require_key
from safeconduct.core.sealing.primitives import hmac_sha256


def blind_index(key: bytes, kind: str, value: str) -> str:
    """Return 64 hexadecimal characters: HMAC-SHA-256 over kind and value. Equal inputs give equal outputs.

    Whoever holds ``key`` can test guesses, so it is a key of its own that only the vault process has.
    """
    message = b"safeconduct/v1/blind-index\n" + canonical_json({"kind": kind, "value": value})
    return hmac_sha256(require_key(key), message).hex()
