"""One instance in one process: Django's database, the vault process's own application behind its wire, real people.

Only the transport is replaced: what goes through the Unix socket elsewhere is handed over as a WSGI call here, so that
one traced process makes every system call of an act. A vault process that stops ends this process too.
"""

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import connections
from tests.vaultd.story import CUSTODIANS, answer

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import read_configuration
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.rooms.people.rules import Role, permissions_of
from safeconduct.rooms.vault import wire
from safeconduct.site.databases import database
from safeconduct.vaultd.socket_app import SocketApp
from safeconduct.vaultd.sweeping import sweep
from safeconduct.vaultd.vault import Vault

NOW = datetime(2026, 6, 18, 15, tzinfo=UTC)
NEXT_CUSTODIANS = {"cleo": "heron over the weir", "drew": "lantern in the fog"}
"""Who holds the keys once the root was rotated."""
Passkeys = dict[str, dict[str, SoftwarePasskey]]
DUTIES = {
    "aline": (Role.ANALYST,),
    "dov": (Role.ANALYST,),
    "mara": (Role.ANALYST, Role.SECOND_READER),
    "ravi": (Role.COUNSEL,),
    "sefa": (Role.SECURITY_ENGINEER,),
}


class HandedOver:
    """An HTTP connection to the vault process that is a function call."""

    app: SocketApp

    def __init__(self, _path: Path) -> None:
        self.status, self._body = 0, b""

    def request(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> None:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "X_REMOTE_UID": os.getuid(),
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }

        def start(status: str, _headers: list[tuple[str, str]]) -> None:
            self.status = int(status[:3])

        self._body = b"".join(self.app(environ, start))

    def getresponse(self) -> "HandedOver":
        return self

    def read(self) -> bytes:
        return self._body

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class House:
    """An instance that is open in this process."""

    root: Path
    vault: Vault
    passkeys: Passkeys

    @classmethod
    def open(cls, root: Path, passkeys: Passkeys, key: bytes | None = None) -> "House":
        """Start on a folder as the product does: the sweep, two custodians (or their ``key`` at once), the database."""
        vault = Vault(read_configuration(root / "safeconduct.toml"), wall=lambda: 1_000_000.0, elapsed=lambda: 0.0)
        sweep(configuration=vault.configuration, store=vault.store)
        if key is not None:
            vault.open_with(key)
            return cls.around(root, vault, passkeys)
        known = next(held for held in (CUSTODIANS, NEXT_CUSTODIANS) if set(held) == set(vault.custody.custodians))
        for custodian, passphrase in known.items():
            vault.unseal(custodian=custodian, passphrase=passphrase)
        return cls.around(root, vault, passkeys)

    @classmethod
    def around(cls, root: Path, vault: Vault, passkeys: Passkeys) -> "House":
        configuration = vault.configuration
        settings.SAFECONDUCT = configuration
        wanted = {**connections["default"].settings_dict, **database(configuration)}
        connections["default"] = import_module(f"{wanted['ENGINE']}.base").DatabaseWrapper(wanted, "default")
        connections["default"].ensure_connection()
        HandedOver.app = SocketApp(vault, allowed=frozenset({os.getuid()}))
        wire._Connection = HandedOver  # type: ignore[assignment,misc] # the one thing that is replaced
        return cls(root, vault, passkeys)

    @property
    def outbox(self) -> Path:
        return self.vault.configuration.outbox

    def actor(self, person: str) -> Actor:
        held = permissions_of(roles=frozenset(DUTIES[person]))
        return Actor(person=person, account=f"{person}-account", organisation="self", permissions=held)

    def sign(self, digest: str, *persons: str) -> None:
        """Approve as the approve origin does, from offer to written approval."""
        opened, face = self.vault.opened, self.vault.configuration.faces["approve"]
        for person in persons:
            body = opened.consents.body(digest)
            role = str(opened.consents.role_for(body, person))
            offer = opened.ceremonies.offer(face=face, person=person, role=role, digest=digest)
            assertion = answer(self.passkeys[person]["approve"], offer, face.origin)
            held = opened.ceremonies.answer(
                face=face, person=person, roles=frozenset({role}), digest=digest, assertion=assertion
            )
            opened.consents.approve(body, held, assertion=assertion, domain=face.host)

    def close(self) -> None:
        self.vault.close()
        connections["default"].close()
