"""Counsel's sign-offs: an overlay of a deployment, one line per provision and digest. Format: docs/formats/sign-off.md.

A sign-off is for one exact text: a changed provision needs a new one. An overlay marked as a demonstration is refused
everywhere else.
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from safeconduct.core.base.errors import BadInputError, NotPermittedError
from safeconduct.core.rulebook.determinations import ClassDetermination, parse_determination

VERSION = 1
_MEMBERS = frozenset({"provision", "digest", "name", "date"})


class SignOffError(BadInputError):
    """The overlay of sign-offs cannot be read."""

    code = "SC-RULEBOOK-SIGN-OFF"
    cure = "Write it with safeconduct rulebook sign; docs/formats/sign-off.md names every member."


class DemonstrationSignOffError(NotPermittedError):
    """These sign-offs are by a fictitious counsel, for the demonstration only."""

    code = "SC-RULEBOOK-DEMONSTRATION"
    cure = "Have the company's own counsel sign the provisions."


class Signable(Protocol):
    """An exact text that counsel signs by its digest: a provision, or a version of a letter."""

    @property
    def id(self) -> str:
        """Its stable name."""

    @property
    def digest(self) -> str:
        """The digest over its text."""


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """One person's signature under one exact text.

    Attributes:
        provision: id.
        digest: of the text that was signed.
        name: counsel.
        date: day of signing; it counts from that day.
    """

    provision: str
    digest: str
    name: str
    date: date


@dataclass(frozen=True, kw_only=True)
class SignOffs:
    """The overlay of a deployment."""

    demonstration: bool
    entries: tuple[SignOff, ...] = ()
    determinations: tuple[ClassDetermination, ...] = ()

    def covering(self, provision: Signable, day: date) -> SignOff | None:
        """Return the newest sign-off of this exact text that had been given by ``day``, or None."""
        found = [
            entry
            for entry in self.entries
            if entry.provision == provision.id and entry.digest == provision.digest and entry.date <= day
        ]
        return max(found, key=lambda entry: entry.date, default=None)

    def signing(self, provisions: Iterable[Signable], *, name: str, day: date) -> "SignOffs":
        """Return these sign-offs and ``name``'s for each of ``provisions``; raises ``SignOffError``."""
        if not name.strip() or not name.isprintable():
            raise SignOffError("A sign-off names a person.")
        new = [SignOff(provision=one.id, digest=one.digest, name=name, date=day) for one in provisions]
        kept = [entry for entry in self.entries if entry not in new]
        return replace(self, entries=(*kept, *new))

    def determining(self, one: ClassDetermination) -> "SignOffs":
        """Return these sign-offs and a determination for a class of matters."""
        return replace(self, determinations=(*self.determinations, one))

    @property
    def text(self) -> str:
        """Return the overlay as TOML."""
        head = [f"version = {VERSION}", f"demonstration = {str(self.demonstration).lower()}"]
        tables = [*(_entry_text(entry) for entry in self.entries), *(one.text for one in self.determinations)]
        return "\n".join([*head, *tables]) + "\n"


def _entry_text(entry: SignOff) -> str:
    name = json.dumps(entry.name, ensure_ascii=False)
    return (
        f'\n[[sign_off]]\nprovision = "{entry.provision}"\ndigest = "{entry.digest}"\n'
        f"name = {name}\ndate = {entry.date.isoformat()}"
    )


def read_sign_offs(path: Path, *, demonstration: bool) -> SignOffs:
    """Return the overlay in ``path``; a file that is not there means that nobody has signed anything.

    Raises:
        SignOffError: it is not an overlay.
        DemonstrationSignOffError: it is marked as a demonstration and ``demonstration`` is false.
    """
    if not path.exists():
        return SignOffs(demonstration=demonstration)
    try:
        signed = _parsed(path.read_bytes(), path.name)
    except OSError as error:
        raise SignOffError(f"{path.name} cannot be read as TOML.") from error
    if signed.demonstration and not demonstration:
        raise DemonstrationSignOffError
    return signed


@lru_cache(maxsize=4)
def _parsed(data: bytes, name: str) -> SignOffs:
    """Return what these bytes say: the file is read at every question, and parsed only when its bytes are new."""
    try:
        value = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SignOffError(f"{name} cannot be read as TOML.") from error
    if set(value) - {"sign_off", "determination"} != {"version", "demonstration"} or value["version"] != VERSION:
        raise SignOffError(f"{name} is not of version {VERSION}.")
    entries = value.get("sign_off", [])
    determined = value.get("determination", [])
    if not isinstance(entries, list) or not isinstance(determined, list):
        raise SignOffError("sign_off and determination are lists of tables.")
    # Whatever is not plainly false marks a demonstration: the safe reading.
    return SignOffs(
        demonstration=value["demonstration"] is not False,
        entries=tuple(_entry(entry) for entry in entries),
        determinations=tuple(parse_determination(one) for one in determined),
    )


def _entry(value: Any) -> SignOff:  # noqa: ANN401 - whatever the TOML holds
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise SignOffError("A sign-off has provision, digest, name and date, and nothing else.")
    texts = all(isinstance(value[key], str) and value[key] for key in ("provision", "digest", "name"))
    if not texts or type(value["date"]) is not date:
        raise SignOffError("A sign-off's date is a day, the rest is text.")
    return SignOff(**value)
