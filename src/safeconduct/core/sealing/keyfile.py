"""The local sealed key file: the root key, openable by any two of N custodians and by nobody alone.

Each custodian's passphrase gives a 32-byte share (Argon2id, RFC 9106). Each pair of custodians has one slot: the root
key wrapped under the key that both shares together yield. There is no check value for one passphrase, so guesses
cannot be tested one custodian at a time. Format: ``docs/formats/key-file.md``.
"""

import hashlib
import os
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.keys import unwrap, wrap
from safeconduct.core.sealing.primitives import KEY_BYTES, argon2id, hkdf_sha512

FORMAT = "safeconduct/key-file/v1"
QUORUM = 2
CUSTODIANS_MAX = 12
SALT_BYTES = 16
PASSPHRASE_MIN = 12
MEMORY_KIB_LIMITS = (8 * 1024, 4 * 1024 * 1024)
PASSES_LIMITS = (1, 64)
LANES_LIMITS = (1, 16)


class CustodianError(BadInputError):
    """These custodians or passphrases cannot be used."""

    code = "SC-CUSTODIAN"
    cure = "Name at least two custodians, each with a passphrase of 12 characters or more that only they know."


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one guess of a passphrase costs (RFC 9106; the default is its second recommendation)."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        """Refuse a cost so low that it protects nothing, or so high that opening would stop the machine."""
        limits = (MEMORY_KIB_LIMITS, PASSES_LIMITS, LANES_LIMITS)
        for value, (low, high) in zip((self.memory_kib, self.passes, self.lanes), limits, strict=True):
            if not low <= value <= high:
                raise SealError("The key file names a cost outside the limits.")


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one custodian brings: the Argon2id output of the passphrase. It stays in the vault process's memory."""

    custodian: str
    material: bytes = field(repr=False)


def create(
    *,
    root_key: bytes,
    passphrases: Mapping[str, str],
    cost: Cost | None = None,
    randomness: Randomness = os.urandom,
) -> bytes:
    """Return the key file that seals ``root_key`` (32 bytes) to any two of the named custodians."""
    names = sorted(passphrases)
    if not QUORUM <= len(names) <= CUSTODIANS_MAX or not all(names):
        raise CustodianError(f"There are between {QUORUM} and {CUSTODIANS_MAX} custodians, each with a name.")
    if any(len(text) < PASSPHRASE_MIN for text in passphrases.values()):
        raise CustodianError("A passphrase is too short.")
    if len({_normal(text) for text in passphrases.values()}) != len(names):
        raise CustodianError("Two custodians chose the same passphrase; then one person could open alone.")
    chosen = cost or Cost()
    head = {
        "format": FORMAT,
        "cost": {"memory_kib": chosen.memory_kib, "passes": chosen.passes, "lanes": chosen.lanes},
        "custodians": [{"name": name, "salt": _text(randomness(SALT_BYTES))} for name in names],
    }
    shares = {name: _stretch(head, name, passphrases[name]) for name in names}
    slots = []
    for pair in combinations(names, QUORUM):
        kek = _pair_key(head, shares[pair[0]], shares[pair[1]])
        slots.append({"pair": list(pair), "wrapped": _text(wrap(kek, root_key, _slot_context(head, pair), randomness))})
    return canonical_json(head | {"slots": slots})


def custodians(data: bytes) -> tuple[str, ...]:
    """Return the custodians' names in a key file, sorted; raises ``SealError`` if it is not one."""
    return tuple(one["name"] for one in _parse(data)["custodians"])


def cost_of(data: bytes) -> Cost:
    """Return what one guess of a passphrase costs by a key file; raises ``SealError`` if it is not one."""
    return Cost(**_parse(data)["cost"])


def share_of(data: bytes, *, custodian: str, passphrase: str) -> Share:
    """Return the share of one custodian; raises ``SealError`` for an unknown name. A wrong passphrase shows later."""
    value = _parse(data)
    if custodian not in {one["name"] for one in value["custodians"]}:
        raise SealError("No custodian of this key file has that name.")
    return _stretch(value, custodian, passphrase)


def open_with_shares(data: bytes, first: Share, second: Share) -> bytes:
    """Return the root key (32 bytes); raises ``SealError`` unless both shares are right and of two custodians."""
    value = _parse(data)
    low, high = sorted((first, second), key=lambda share: share.custodian)
    pair = (low.custodian, high.custodian)
    for slot in value["slots"]:
        if tuple(slot["pair"]) == pair:
            context = _slot_context(value, pair)
            return unwrap(_pair_key(value, low, high), _bytes(slot["wrapped"]), context)
    raise SealError("Two different custodians must bring their shares.")


def open_keyfile(data: bytes, passphrases: Mapping[str, str]) -> bytes:
    """Return the root key, given the passphrases of exactly two custodians by name; raises ``SealError``."""
    if len(passphrases) != QUORUM:
        raise SealError("Two different custodians must bring their passphrases.")
    first, second = (share_of(data, custodian=name, passphrase=text) for name, text in passphrases.items())
    return open_with_shares(data, first, second)


def _stretch(value: Mapping[str, Any], custodian: str, passphrase: str) -> Share:
    salt = next(_bytes(one["salt"]) for one in value["custodians"] if one["name"] == custodian)
    cost = value["cost"]
    stretched = argon2id(
        _normal(passphrase), salt=salt, memory_kib=cost["memory_kib"], passes=cost["passes"], lanes=cost["lanes"]
    )
    return Share(custodian=custodian, material=stretched)


def _normal(passphrase: str) -> bytes:
    # Two keyboards may type the same letter as different code points.
    return unicodedata.normalize("NFKC", passphrase).encode()


def _head_digest(value: Mapping[str, Any]) -> str:
    head = {name: value[name] for name in ("format", "cost", "custodians")}
    return hashlib.sha256(canonical_json(head)).hexdigest()


def _slot_context(value: Mapping[str, Any], pair: tuple[str, ...]) -> dict[str, Any]:
    return {"file": FORMAT, "head": _head_digest(value), "pair": list(pair)}


def _pair_key(value: Mapping[str, Any], low: Share, high: Share) -> bytes:
    info = b"safeconduct/v1/key-file-pair\n" + canonical_json([low.custodian, high.custodian])
    salt = bytes.fromhex(_head_digest(value))
    return hkdf_sha512(low.material + high.material, salt=salt, info=info, length=KEY_BYTES)


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise SealError("The key file holds bytes that are not base64.") from error


def _check_parts(value: Mapping[str, Any]) -> None:
    if set(value) != {"format", "cost", "custodians", "slots"} or value["format"] != FORMAT:
        raise SealError("This is not a key file of version 1.")
    if any(set(slot) != {"pair", "wrapped"} for slot in value["slots"]):
        raise SealError("A slot of the key file is not of this form.")
    if any(set(one) != {"name", "salt"} for one in value["custodians"]):
        raise SealError("A custodian of the key file is not of this form.")
    names = [one["name"] for one in value["custodians"]]
    pairs = [tuple(slot["pair"]) for slot in value["slots"]]
    if pairs != list(combinations(names, QUORUM)) or names != sorted(set(names)):
        raise SealError("The key file does not have one slot for each pair of custodians.")
    Cost(**value["cost"])


def _parse(data: bytes) -> dict[str, Any]:
    try:
        value = parse_canonical(data)
        _check_parts(value)
    except SealError:
        raise
    except (DamagedError, KeyError, TypeError, AttributeError) as error:
        raise SealError("The key file is damaged.") from error
    return dict(value)
