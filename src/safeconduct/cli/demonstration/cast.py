"""Everybody's keys: passkeys in software and age identities, made anew for each demonstration.

The ids of persons come from the seed; keys come from the machine's randomness, since a key from a seed is no key.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safeconduct.cli.demonstration.company import AGENCIES, COLLEAGUES, OFFICERS, Customer, customers
from safeconduct.cli.demonstration.names import demonstration_id
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import fingerprint, new_identity

APPROVE, OPEN, DESK, PORTAL = "approve", "open", "desk", "portal"
CUSTODIANS = ("Dov Ivey", "Ines Corrow", "Sefa Brandt")
"""Any two of them open the vault."""


@dataclass(frozen=True, kw_only=True)
class Player:
    """One person of the story.

    Attributes:
        person: id of the natural person.
        roles: sorted roles.
        passkeys: one for each face that the person uses, by face.
    """

    key: str
    person: str
    name: str
    roles: tuple[str, ...]
    passkeys: dict[str, SoftwarePasskey]


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Somebody to whom files are sealed: an officer, or a customer's privacy contact."""

    identity: str
    recipient: str

    @property
    def fingerprint(self) -> str:
        """Return the recipient's fingerprint, as sheets show it."""
        return fingerprint(self.recipient)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Colleagues and officers by key, with mailboxes of officers (by key) and customers (by id)."""

    seed: int
    players: dict[str, Player]
    mailboxes: dict[str, Mailbox]
    organisations: dict[str, str]
    custodians: dict[str, str]

    def __getitem__(self, key: str) -> Player:
        """Return a person of the story."""
        return self.players[key]

    def customer(self, identifier: str) -> Customer:
        """Return a customer by id."""
        return next(one for one in customers(self.seed) if one.id == identifier)

    def persons(self, *keys: str) -> frozenset[str]:
        """Return the ids of several persons."""
        return frozenset(self.players[key].person for key in keys)


def _passkeys(configuration: Configuration, faces: tuple[str, ...]) -> dict[str, SoftwarePasskey]:
    return {face: SoftwarePasskey.create(rp_id=configuration.faces[face].host, randomness=os.urandom) for face in faces}


def _mailbox() -> Mailbox:
    identity, recipient = new_identity()
    return Mailbox(identity=identity, recipient=recipient)


def _passphrase() -> str:
    return "-".join(os.urandom(3).hex() for _ in range(4))


def make_cast(configuration: Configuration, *, seed: int) -> Cast:
    """Return everybody with fresh keys for one instance."""
    players = {
        one.key: Player(
            key=one.key,
            person=demonstration_id(seed, f"person {one.key}"),
            name=one.name,
            roles=tuple(sorted(one.roles)),
            passkeys=_passkeys(configuration, (DESK, APPROVE, OPEN)),
        )
        for one in COLLEAGUES
    }
    players |= {
        one.key: Player(
            key=one.key,
            person=demonstration_id(seed, f"person {one.key}"),
            name=one.name,
            roles=("officer",),
            passkeys=_passkeys(configuration, (PORTAL, OPEN)),
        )
        for one in OFFICERS.values()
    }
    names = [*OFFICERS, *(customer.id for customer in customers(seed))]
    return Cast(
        seed=seed,
        players=players,
        mailboxes={name: _mailbox() for name in names},
        organisations={key: demonstration_id(seed, f"agency {key}") for key in AGENCIES},
        custodians={name: _passphrase() for name in CUSTODIANS},
    )


def _passkey_file(cast: Cast) -> dict[str, Any]:
    return {
        player.person: {
            "name": player.name,
            "roles": list(player.roles),
            **dict.fromkeys((APPROVE, OPEN)),
            **{face: passkey.to_json() for face, passkey in player.passkeys.items()},
        }
        for player in cast.players.values()
    }


def write_keys(cast: Cast, folder: Path) -> None:
    """Write what a visitor needs to play everybody: passkeys, age identities, custodians' passphrases."""
    (folder / "identities").mkdir(parents=True, exist_ok=True)
    (folder / "passkeys.json").write_text(json.dumps(_passkey_file(cast), indent=2) + "\n")
    (folder / "custodians.json").write_text(json.dumps(cast.custodians, indent=2) + "\n")
    for name, mailbox in cast.mailboxes.items():
        text = f"# public key: {mailbox.recipient}\n{mailbox.identity}\n"
        (folder / "identities" / f"{name}.txt").write_text(text)
