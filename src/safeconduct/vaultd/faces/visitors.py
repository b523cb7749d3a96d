"""The demonstration's software passkeys: one click signs in, and one click signs, as a person of the story.

They make real assertions and pass every check that a real passkey passes. A live instance has none.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.configuration import Configuration, Face
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.vaultd.ceremonies import Offer

PASSKEYS = "passkeys.json"


class NoVisitorError(NotPermittedError):
    """There is no software passkey for this person here."""

    code = "SC-NO-VISITOR"
    cure = "Use a passkey. Software passkeys exist in a demonstration only."


@dataclass(frozen=True)
class Visitor:
    """A person of the demonstration who has a software passkey for a face."""

    person: str
    name: str
    roles: tuple[str, ...]


class Visitors:
    """Reads the visitors' key file; empty on a live instance."""

    def __init__(self, configuration: Configuration, face: Face) -> None:
        """Take the instance and the face whose passkeys are meant."""
        self._demonstration = configuration.demonstration
        self._face = face

    @property
    def here(self) -> bool:
        """Return whether this is a demonstration."""
        return self._demonstration is not None

    def _read(self) -> dict[str, Any]:
        if self._demonstration is None:
            return {}
        path = self._demonstration.visitor / PASSKEYS
        value: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return {person: one for person, one in value.items() if one.get(self._face.name) is not None}

    def all(self) -> list[Visitor]:
        """Return everybody who can act here with one click, by name."""
        found = [Visitor(person, one["name"], tuple(one["roles"])) for person, one in self._read().items()]
        return sorted(found, key=lambda one: (one.name, one.person))

    def assertion(self, person: str, offer: Offer) -> dict[str, Any]:
        """Return a software passkey's answer to a challenge; raises ``NoVisitorError``."""
        found = self._read().get(person)
        if found is None:
            raise NoVisitorError
        passkey = SoftwarePasskey.from_json(found[self._face.name])
        challenge = urlsafe_b64decode(offer.challenge + "=" * (-len(offer.challenge) % 4))
        return passkey.assertion(challenge=challenge, origin=self._face.origin)
