"""The folders of the demonstration: made anew each time, and never over an instance that somebody else made."""

import json
import shutil
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from safeconduct.cli.demonstration.certificates import new_authority, write_server_certificate
from safeconduct.cli.demonstration.company import ENTITY_ADDRESS, ENTITY_ID, ENTITY_NAME, ZONE
from safeconduct.core.base.configuration import FACES
from safeconduct.core.base.errors import ConflictError, UnavailableError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.sealing.recipients import new_identity, recipient_of

MARK = ".safeconduct-demonstration.json"
FIRST_PORT, ENCLAVE_FIRST_PORT = 8443, 8453
EXECUTOR = "spark"

_CONFIGURATION = """\
# Written by `safeconduct demo`. A fictional company; nothing here is live.
[instance]
name = "{name}"
enclave = {enclave}

[[entity]]
id = "{entity}"
name = "{entity_name}"
country = "US"
address = "{address}"
zone = "{zone}"

[faces]
domain = "{domain}"
{ports}

[store]
database = "sqlite:state/web.sqlite3"
socket = "run/vault.sock"
vault = "vault"
outbox = "outbox"
public = "public"
tls = "tls"
overlay = "sign-offs.toml"

[log]
origin = "{log}"
slot_hours = 24
{witness}

[demonstration]
now = "{now}"
seed = {seed}
visitor = "{visitor}"

[[executor]]
name = "{executor}"
recipient = "{recipient}"
"""


class NotOurFolderError(ConflictError):
    """The folder holds something that the demonstration did not make."""

    code = "SC-DEMO-FOLDER"
    cure = "Name an empty folder with --directory, or remove what is there yourself."


class PortsTakenError(UnavailableError):
    """Somebody listens on a port that the demonstration needs."""

    code = "SC-DEMO-PORTS"
    cure = "End the `make serve` that still runs, or name other ports with --first-port. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the demonstration lies.

    Attributes:
        root: the company's instance.
        enclave: the second instance, for national-security matters; below the first for one visit only.
        visitor: keys and opened copies for visitors, beside the instance and never inside it.
        first_port: the first of the company's five ports; the enclave's follow ten later.
    """

    root: Path
    first_port: int = FIRST_PORT

    @property
    def enclave(self) -> Path:
        """Return the folder of the second instance."""
        return self.root / "enclave"

    @property
    def visitor(self) -> Path:
        """Return the folder of keys and opened copies."""
        return self.root.with_name(f"{self.root.name}-visitor")

    @property
    def configuration(self) -> Path:
        """Return the company's configuration file."""
        return self.root / "safeconduct.toml"

    @property
    def enclave_configuration(self) -> Path:
        """Return the enclave's configuration file."""
        return self.enclave / "safeconduct.toml"


def check_ports(places: Places) -> None:
    """Raise ``PortsTakenError`` before anything is removed, if an earlier demonstration is still being served."""
    for first in (places.first_port, places.first_port + ENCLAVE_FIRST_PORT - FIRST_PORT):
        for port in range(first, first + len(FACES)):
            with socket.socket() as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    listener.bind(("127.0.0.1", port))
                except OSError as error:
                    raise PortsTakenError(f"It is port {port}.") from error


def clear_places(places: Places) -> None:
    """Remove an earlier demonstration; raises ``NotOurFolderError`` for a folder that does not carry our mark."""
    for folder in (places.root, places.visitor):
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
            raise NotOurFolderError(f"It is called {folder.name}.")
    for folder in (places.root, places.visitor):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)


def mark_places(places: Places, *, seed: int, rows: int) -> None:
    """Leave the mark by which a later run knows that it may begin again."""
    for folder in (places.root, places.visitor):
        (folder / MARK).write_text(json.dumps({"made_by": "safeconduct demo", "seed": seed, "rows": rows}) + "\n")


def write_configuration(places: Places, *, now: datetime, seed: int, enclave: bool) -> Path:
    """Write an instance's ``safeconduct.toml`` and return its path; written again, it moves ``now``."""
    root = places.enclave if enclave else places.root
    base = places.first_port + (ENCLAVE_FIRST_PORT - FIRST_PORT if enclave else 0)
    domain = "enclave.safeconduct.localhost" if enclave else "safeconduct.localhost"
    text = _CONFIGURATION.format(
        name="Northwind enclave" if enclave else "Northwind",
        enclave=str(enclave).lower(),
        entity=ENTITY_ID,
        entity_name=ENTITY_NAME,
        address=ENTITY_ADDRESS,
        zone=ZONE,
        domain=domain,
        ports="\n".join(f"{face}_port = {base + place}" for place, face in enumerate(FACES)),
        log="enclave.log.northwind.example" if enclave else "log.northwind.example",
        witness="witness_quorum = 0" if enclave else 'witness_socket = "run/witness.sock"\nwitness_quorum = 1',
        now=instant_text(now),
        seed=seed,
        executor=EXECUTOR,
        recipient=_recipient(places.visitor / "executor.txt"),
        visitor=f"../../{places.visitor.name}/enclave" if enclave else f"../{places.visitor.name}",
    )
    root.mkdir(parents=True, exist_ok=True)
    path = root / "safeconduct.toml"
    path.write_text(text, "utf-8")
    return path


def _recipient(path: Path) -> str:
    """Return the public key of the demonstration's executor, whose secret lies at ``path`` from the first time on."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{new_identity()[0]}\n", "ascii")
    return recipient_of(path.read_text("ascii").strip())


def make_folders(places: Places) -> None:
    """Make the folders of both instances, with one demonstration authority and a certificate for each."""
    authority = new_authority()
    for root, domain in (
        (places.root, "safeconduct.localhost"),
        (places.enclave, "enclave.safeconduct.localhost"),
    ):
        for name in ("run", "state", "outbox", "public"):
            (root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        write_server_certificate(
            root / "tls", authority=authority, hosts=[domain, *(f"{face}.{domain}" for face in FACES)]
        )
    (places.visitor / "enclave").mkdir(exist_ok=True)
    shutil.copy(places.root / "tls" / "ca.pem", places.visitor / "ca.pem")
