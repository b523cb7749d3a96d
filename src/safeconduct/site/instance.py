"""Where this process learns which instance it serves: a file named by ``SAFECONDUCT_CONFIG``, never a secret."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from safeconduct.core.base.configuration import FACES, Configuration, Face, ServedEntity, read_configuration
from safeconduct.core.base.errors import BadInputError

VARIABLE = "SAFECONDUCT_CONFIG"
SECRET_FILE = "web.secret"  # noqa: S105 - the name of a file
SECRET_BYTES = 50
FIRST_TEST_PORT = 8443


class NoInstanceError(BadInputError):
    """No instance is named."""

    code = "SC-NO-INSTANCE"
    cure = f"Give --config FILE, or set {VARIABLE} to the path of a safeconduct.toml."


def named_configuration() -> Configuration:
    """Return the configuration that the environment names; raises ``NoInstanceError`` without one."""
    path = os.environ.get(VARIABLE)
    if not path:
        raise NoInstanceError
    return read_configuration(Path(path))


def secret_key(configuration: Configuration) -> str:
    """Return the web faces' secret, made on first use in a file that only its owner reads (mode 0600)."""
    path = configuration.root / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text("ascii").strip()


def test_configuration() -> Configuration:
    """Return an instance for tests that name none: a temporary folder, removed when the process ends."""
    root = Path(tempfile.mkdtemp(prefix="sc-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    domain = "safeconduct.localhost"
    faces = {name: Face(name=name, host=f"{name}.{domain}", port=FIRST_TEST_PORT + i) for i, name in enumerate(FACES)}
    entity = ServedEntity(
        id="northwind-us",
        name="Northwind Messaging, Inc.",
        country="US",
        address="Port Ellery",
        zone="America/New_York",
    )
    return Configuration(
        root=root,
        name="Northwind",
        enclave=False,
        entities={entity.id: entity},
        faces=faces,
        database="sqlite::memory:",
        socket=root / "vault.sock",
        vault_store=root / "vault",
        outbox=root / "outbox",
        public=root / "public",
        tls=root / "tls",
        rulebook=None,
        overlay=root / "sign-offs.toml",
        log_origin="log.northwind.example",
        slot_hours=24,
        witness_socket=None,
        witness_quorum=0,
        demonstration=None,
    )
