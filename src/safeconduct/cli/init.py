"""``safeconduct init``: found a live instance: its folder, its vault with custodians and first roster, its database."""

import argparse
import getpass
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.tlog.notes import COSIGNATURE, Verifier
from safeconduct.core.verification.trust import TrustedWitness

NAME = "init"
SETTINGS = "safeconduct.site.settings.headless"
LEAST_CUSTODIANS = 2
LEAST_PASSPHRASE = 16
FOLDERS = ("run", "state", "outbox", "public", "tls")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
FILE = """\
# Written by `safeconduct init`. It holds no secret. docs/operate/configuration.md names every key.
[instance]
name = {name}
enclave = {enclave}

[[entity]]
id = {entity_id}
name = {entity_name}
country = {country}
address = {address}
zone = {zone}

[faces]
domain = {domain}
desk_port = {port}
portal_port = {port_1}
approve_port = {port_2}
open_port = {port_3}
public_port = {port_4}

[store]
database = {database}
socket = "run/vault.sock"
vault = "vault"
outbox = "outbox"
public = "public"
tls = "tls"
overlay = "sign-offs.toml"

[log]
origin = {log}
slot_hours = 24
{witness}
"""
WITNESSED = 'witness_socket = "run/witness.sock"\nwitness_quorum = 1'
UNWITNESSED = "witness_quorum = 0"
"""An enclave publishes nothing, so nobody outside could compare its heads."""


class InitError(BadInputError):
    """The instance cannot be founded from this."""

    code = "SC-INIT"


class InstanceExistsError(ConflictError):
    """There is an instance in this folder."""

    code = "SC-INSTANCE-EXISTS"
    cure = "Name an empty folder; an instance is never founded over another."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments on ``parser``."""
    parser.add_argument("directory", type=Path, help="the new instance's folder")
    parser.add_argument("--name", required=True, help="the company's short name")
    parser.add_argument("--entity", required=True, help="the legal entity on which paper is served")
    parser.add_argument("--country", default="US", help="its country, two letters")
    parser.add_argument("--address", required=True, help="its address")
    parser.add_argument("--zone", default="America/New_York", help="its time zone")
    parser.add_argument("--domain", required=True, help="the faces are desk.DOMAIN, portal.DOMAIN and so on")
    parser.add_argument("--first-port", type=int, default=8443, help="of the five that the faces use")
    parser.add_argument("--database", default="sqlite:state/web.sqlite3", help="sqlite:PATH or a postgresql:// URL")
    parser.add_argument("--enclave", action="store_true", help="an instance for national-security matters")
    parser.add_argument("--roster", type=Path, required=True, help="JSON: the first approvers with their passkeys")
    parser.add_argument("--witnesses", type=Path, help="JSON: the log witnesses' public keys; an enclave needs none")
    parser.add_argument("--custodian", action="append", default=[], help="a key custodian's name; two or more")
    parser.add_argument("--passphrase-file", type=Path, help="JSON of passphrases by custodian, instead of asking")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _passphrases(arguments: argparse.Namespace) -> dict[str, str]:
    """Return each custodian's passphrase; asked twice on the terminal, one custodian after the other."""
    found: dict[str, Any] = {}
    if arguments.passphrase_file is not None:
        found = dict(_json(arguments.passphrase_file))
    else:
        for name in arguments.custodian:
            found[name] = getpass.getpass(f"Passphrase of {name}: ")
            if getpass.getpass("Once more: ") != found[name]:
                raise InitError(f"The two passphrases of {name} differ.")
    if len(found) < LEAST_CUSTODIANS:
        raise InitError("A vault needs two custodians or more.")
    if any(not isinstance(one, str) or len(one) < LEAST_PASSPHRASE for one in found.values()):
        raise InitError(f"A passphrase has at least {LEAST_PASSPHRASE} characters.")
    return found


def _json(path: Path) -> Any:  # noqa: ANN401 - a file of JSON
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InitError(f"{path.name} cannot be read as JSON.") from error


def _witnesses(arguments: argparse.Namespace) -> list[TrustedWitness]:
    """Return the log witnesses in the file; a live instance that publishes needs one."""
    if arguments.enclave:
        return []
    if arguments.witnesses is None:
        raise InitError("Name the file of the log witnesses' public keys with --witnesses.")
    try:
        found = [
            TrustedWitness(
                key=Verifier.from_vkey(one["vkey"]),
                operator=str(one["operator"]),
                independent=one["independent"] is True,
            )
            for one in _json(arguments.witnesses)
        ]
    except (KeyError, TypeError) as error:
        raise InitError("A log witness is an object with vkey, operator and independent.") from error
    if not found or any(one.key.kind != COSIGNATURE for one in found):
        raise InitError("There is no log witness in the file, or a key is not a witness's.")
    return found


def _write(arguments: argparse.Namespace, root: Path) -> Configuration:
    if not HOST.fullmatch(arguments.domain):
        raise InitError("The domain is a host name in small letters.")
    texts = {
        "name": arguments.name,
        "entity_id": re.sub(r"[^a-z0-9]+", "-", arguments.entity.lower()).strip("-"),
        "entity_name": arguments.entity,
        "country": arguments.country,
        "address": arguments.address,
        "zone": arguments.zone,
        "domain": arguments.domain,
        "database": arguments.database,
        "log": f"log.{arguments.domain}",
    }
    # A JSON string is a TOML basic string, so quotes and control characters in a name stay inside it.
    values: dict[str, str] = {name: json.dumps(text) for name, text in texts.items()}
    ports = {"port" if place == 0 else f"port_{place}": arguments.first_port + place for place in range(5)}
    path = root / "safeconduct.toml"
    witness = UNWITNESSED if arguments.enclave else WITNESSED
    text = FILE.format(enclave=str(arguments.enclave).lower(), witness=witness, **values, **ports)
    path.write_text(text, "utf-8")
    return read_configuration(path)


def run(arguments: argparse.Namespace) -> int:
    """Found the instance; raises ``InstanceExistsError`` before anything is touched."""
    root = arguments.directory.resolve()
    if root.exists() and any(root.iterdir()):
        raise InstanceExistsError
    roster, witnesses, passphrases = _json(arguments.roster), _witnesses(arguments), _passphrases(arguments)
    try:
        keys = _found(arguments, root, roster, witnesses, passphrases)
    except BaseException:
        # Nothing in it is older than this call, and half an instance could not be founded again.
        shutil.rmtree(root, ignore_errors=True)
        raise
    del passphrases
    if arguments.json:
        print(json.dumps({"instance": str(root), "keys": keys}))
        return 0
    print(f"Founded in {root}. The logs' public keys, for the witness:")
    print("\n".join(f"  {name:<12}{key}" for name, key in sorted(keys.items())))
    print(f"Put server.pem and server.key (PKCS#8) into {root / 'tls'}, start a witness, then:")
    print(f"  safeconduct serve --config {root / 'safeconduct.toml'} --passphrase-file FILE")
    return 0


def _found(
    arguments: argparse.Namespace,
    root: Path,
    roster: Any,  # noqa: ANN401 - a file of JSON
    witnesses: list[TrustedWitness],
    passphrases: dict[str, str],
) -> dict[str, str]:
    """Make the folder, the vault and the database; return the public keys."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        (root / name).mkdir(mode=0o700)
    configuration = _write(arguments, root)
    from safeconduct.vaultd.setup import initialise  # noqa: PLC0415 - after the input is known to be good

    keys = initialise(configuration, custodians=passphrases, roster=roster, witnesses=witnesses)
    _migrate(root)
    return keys


def _migrate(root: Path) -> None:
    os.environ["SAFECONDUCT_CONFIG"] = str(root / "safeconduct.toml")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django  # noqa: PLC0415 - it reads the instance when it is set up
    from django.core.management import call_command  # noqa: PLC0415 - the same

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
