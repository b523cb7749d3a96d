"""Canonical JSON (RFC 8785) and digests bound to a domain.

A digest is ``SHA-256(domain || 0x0A || canonical JSON)``: the same object means two things under two domains,
and a digest made for one place can never stand in for another.
"""

import hashlib
import json
from typing import Any

import rfc8785

from safeconduct.core.base.errors import DamagedError

MAX_SAFE_INTEGER = 2**53 - 1

JsonValue = Any
"""A value of JSON: object, array, string, number, true, false or null."""


_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _is_plain(value: JsonValue) -> bool:
    """Return whether it is one object of printable ASCII and whole numbers, of which JSON has one form anyway.

    Such an object is bound to every derived key; the general way takes ten times as long for it.
    """
    return type(value) is dict and all(
        type(name) is str
        and name.isascii()
        and name.isprintable()
        and (
            (type(held) is str and held.isascii() and held.isprintable())
            or (type(held) is int and abs(held) <= MAX_SAFE_INTEGER)
        )
        for name, held in value.items()
    )


def canonical_json(value: JsonValue) -> bytes:
    """Return ``value`` as RFC 8785 bytes; raises ``DamagedError`` for what JSON cannot carry exactly."""
    if _is_plain(value):
        return _PLAIN.encode(value).encode("ascii")
    try:
        return bytes(rfc8785.dumps(value))
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise DamagedError("The value has no canonical JSON form.") from error


def _unique_pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DamagedError("An object names the same member twice.")
    return found


def parse_canonical(data: bytes) -> JsonValue:
    """Return the value in ``data`` if the bytes are its one canonical form; raises ``DamagedError`` otherwise."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique_pairs)
    except (ValueError, RecursionError) as error:
        raise DamagedError("The bytes are not JSON in UTF-8.") from error
    if canonical_json(value) != data:
        raise DamagedError("The JSON is not in canonical form (RFC 8785).")
    return value


def digest(domain: str, value: JsonValue) -> str:
    """Return the hexadecimal SHA-256 digest of ``value`` under ``domain``."""
    return hashlib.sha256(domain.encode("ascii") + b"\n" + canonical_json(value)).hexdigest()


def sha256_hex(data: bytes) -> str:
    """Return the hexadecimal SHA-256 digest of plain bytes, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()
