"""The trust file: the public keys by which a stranger verifies, and how far the log witnesses are our own.

Canonical JSON (RFC 8785); format: docs/formats/trust-file.md. Get it once, compare it with a second source, keep it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from safeconduct.core.base.canonical import JsonValue, canonical_json, parse_canonical, sha256_hex
from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.tlog.notes import COSIGNATURE, ED25519, Verifier

NAME = "trust.json"
STATEMENT = "safeconduct/v1/trust"
MOST_BYTES = 64 * 1024
_MEMBERS = frozenset({"version", "name", "demonstration", "keys", "quorum"})
_KEYS = frozenset({"issuer", "log", "public_log", "witnesses"})
_WITNESS = frozenset({"vkey", "operator", "independent"})


class TrustError(BadInputError):
    """The trust file is not one."""

    code = "SC-TRUST-FILE"
    cure = "Fetch the company's trust file again and compare its SHA-256 with a second source."


@dataclass(frozen=True, kw_only=True)
class TrustedWitness:
    """A log witness: its key, who runs it, and whether that is somebody other than the company."""

    key: Verifier
    operator: str
    independent: bool


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Whose signatures count.

    Attributes:
        name: the company.
        demonstration: whether the company is fictional.
        issuer: signs packages, letters, reports and statements.
        log: signs heads of the private log; its name is the log's origin.
        public_log: signs heads of the public log; its name is the log's origin.
        witnesses: those whose cosignatures count.
        quorum: how many of them a head of the public log needs.
    """

    name: str
    demonstration: bool
    issuer: Verifier
    log: Verifier
    public_log: Verifier
    witnesses: tuple[TrustedWitness, ...]
    quorum: int

    def __post_init__(self) -> None:
        """Refuse keys of the wrong type, one key for two purposes, and a quorum that nobody could meet."""
        own = (self.issuer, self.log, self.public_log)
        if any(key.kind != ED25519 for key in own) or any(one.key.kind != COSIGNATURE for one in self.witnesses):
            raise TrustError("A key is of the wrong type for its place.")
        keys = [*own, *(one.key for one in self.witnesses)]
        if len({key.public_key for key in keys}) != len(keys) or len({key.name for key in keys}) != len(keys):
            raise TrustError("A key or a key's name stands in two places.")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise TrustError("The quorum is larger than the number of witnesses.")

    @property
    def independently_witnessed(self) -> bool:
        """Return whether at least one witness belongs to somebody else."""
        return any(one.independent for one in self.witnesses)

    @property
    def log_keys(self) -> dict[str, Verifier]:
        """Return the key of each log by origin."""
        return {key.name: key for key in (self.log, self.public_log)}

    def as_json(self) -> dict[str, JsonValue]:
        """Return the form of the file."""
        return {
            "version": 1,
            "name": self.name,
            "demonstration": self.demonstration,
            "keys": {
                "issuer": self.issuer.vkey,
                "log": self.log.vkey,
                "public_log": self.public_log.vkey,
                "witnesses": [
                    {"vkey": one.key.vkey, "operator": one.operator, "independent": one.independent}
                    for one in self.witnesses
                ],
            },
            "quorum": self.quorum,
        }

    @property
    def data(self) -> bytes:
        """Return the bytes of the file: canonical JSON and a newline."""
        return canonical_json(self.as_json()) + b"\n"

    @property
    def statement(self) -> str:
        """Return the text that the issuer signs in ``trust.json.note``."""
        return f"{STATEMENT}\nsha256 {sha256_hex(self.data)}\n"

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Return the trust in ``value``; raises ``TrustError``."""
        _exactly(value, _MEMBERS, "the file")
        keys = _exactly(value["keys"], _KEYS, "keys")
        if value["version"] != 1 or not isinstance(value["name"], str) or not value["name"].isprintable():
            raise TrustError("It is not of version 1, or names no company.")
        if type(value["demonstration"]) is not bool or type(value["quorum"]) is not int:
            raise TrustError("demonstration is true or false, and quorum is a whole number.")
        if not isinstance(keys["witnesses"], list):
            raise TrustError("keys.witnesses is not a list.")
        return cls(
            name=value["name"],
            demonstration=value["demonstration"],
            issuer=_key(keys["issuer"]),
            log=_key(keys["log"]),
            public_log=_key(keys["public_log"]),
            witnesses=tuple(_witness(one) for one in keys["witnesses"]),
            quorum=value["quorum"],
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the trust in a file's bytes; raises ``TrustError`` unless they are exactly what ``data`` gives."""
        if len(data) > MOST_BYTES:
            raise TrustError("It is too long.")
        try:
            found = cls.from_json(parse_canonical(data.removesuffix(b"\n")))
        except TrustError:
            raise
        except SafeconductError as error:
            raise TrustError(error.detail) from error
        if found.data != data:
            raise TrustError("It is not in canonical form.")
        return found

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the trust in the file at ``path``; raises ``TrustError``."""
        try:
            with path.open("rb") as file:
                return cls.parse(file.read(MOST_BYTES + 1))
        except OSError as error:
            raise TrustError(f"{path.name} cannot be read.") from error


def _exactly(value: JsonValue, members: frozenset[str], place: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != members:
        raise TrustError(f"The members of {place} are {', '.join(sorted(members))}.")
    return value


def _key(value: JsonValue) -> Verifier:
    if not isinstance(value, str):
        raise TrustError("A key is a vkey string.")
    try:
        found = Verifier.from_vkey(value)
    except SafeconductError as error:
        raise TrustError(error.detail) from error
    if found.vkey != value:
        raise TrustError("A key is not written as vkeys are written.")
    return found


def _witness(value: JsonValue) -> TrustedWitness:
    told = _exactly(value, _WITNESS, "a witness")
    if not isinstance(told["operator"], str) or type(told["independent"]) is not bool:
        raise TrustError("A witness has an operator in words, and independent is true or false.")
    return TrustedWitness(key=_key(told["vkey"]), operator=told["operator"], independent=told["independent"])
