"""What a story stands on: an instance's configuration, a certificate for its faces, and a real log in memory."""

import datetime as dt
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.entries import commit
from safeconduct.core.tlog.merkle import leaf_hash

NOW = "2026-06-18T15:00:00Z"
TOML = """
[instance]
name = "Northwind Messaging, Inc."
[[entity]]
id = "northwind-us"
name = "Northwind Messaging, Inc."
country = "US"
address = "1 Harbor Row, Port Ellery"
zone = "America/New_York"
[faces]
domain = "safeconduct.localhost"
desk_port = {desk}
portal_port = {portal}
approve_port = {approve}
open_port = {open}
public_port = {public}
[store]
database = "sqlite:safeconduct.sqlite3"
socket = "run/vault.sock"
vault = "vault"
outbox = "outbox"
public = "public"
tls = "tls"
overlay = "overlay.toml"
[log]
origin = "log.northwind.example"
slot_hours = 24
witness_quorum = 0
[demonstration]
now = "2026-06-18T15:00:00Z"
seed = 7
visitor = "visitor"
"""


def write_certificate(folder: Path, names: list[str]) -> None:
    """Write a certificate for the faces, and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    alternatives = [*(x509.DNSName(one) for one in names), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(pem)
    (folder / "ca.pem").write_bytes(pem)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").write_bytes(secret)


class Log:
    """The private log as the ledger room keeps it, in memory: real leaves, real proofs."""

    def __init__(self) -> None:
        self.openings: list[tuple[dict[str, JsonValue], bytes]] = []
        self.nodes: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def record(self, kind: str, subject: str, person: str = "aline", **facts: JsonValue) -> int:
        opening = {
            "v": 1,
            "kind": kind,
            "actor": {"person": person, "account": f"{person}-account", "organisation": "self"},
            "at": NOW,
            "subject": subject,
            "facts": facts,
        }
        salt = os.urandom(32)
        for level, index, value in tree.append_nodes(len(self.openings), leaf_hash(commit(opening, salt)), self.read):
            self.nodes[level, index] = value
        self.openings.append((opening, salt))
        return len(self.openings) - 1

    def proof(self, entry: int, since: int) -> dict[str, JsonValue]:
        size = len(self.openings)
        opening, salt = self.openings[entry]
        hashes_of = tree.consistency(since, size, self.read) if since else []
        return {
            "opening": opening,
            "salt": salt.hex(),
            "index": entry,
            "size": size,
            "root": tree.root(size, self.read).hex(),
            "inclusion": [one.hex() for one in tree.inclusion(entry, size, self.read)],
            "consistency": {"from": since, "hashes": [one.hex() for one in hashes_of]},
        }


def configuration_in(folder: Path, first_port: int = 18400, more: str = "") -> Configuration:
    """Write and read an instance's configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("desk", "portal", "approve", "open", "public")
    path = folder / "safeconduct.toml"
    path.write_text(TOML.format(**{name: first_port + place for place, name in enumerate(names)}) + more, "utf-8")
    return read_configuration(path)
