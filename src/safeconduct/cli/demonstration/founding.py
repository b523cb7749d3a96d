"""Founds an instance: its vault with two custodians to open it, counsel's sign-offs, its witness, its trust file."""

import os
from datetime import date, datetime
from pathlib import Path

from safeconduct.cli.demonstration.cast import APPROVE, OPEN, Cast, make_cast, write_keys
from safeconduct.cli.demonstration.company import COLLEAGUES, COUNSEL_NAME, ENTITY_NAME
from safeconduct.cli.demonstration.processes import Child, start_child
from safeconduct.cli.witness import create_key
from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.core.rulebook.sign_offs import Signable, SignOffs
from safeconduct.core.verification.trust import TrustedWitness
from safeconduct.vaultd.setup import initialise

SIGNED_ON = date(2025, 12, 29)
WITNESS_NAME = "witness.northwind.example"


def found(path: Path, *, seed: int, now: datetime) -> tuple[Configuration, Cast]:
    """Make the vault of the instance configured at ``path``; return its configuration and everybody's keys."""
    configuration = read_configuration(path)
    cast = make_cast(configuration, seed=seed)
    roster = [
        {
            "id": cast[colleague.key].person,
            "name": colleague.name,
            "roles": list(cast[colleague.key].roles),
            "credentials": [cast[colleague.key].passkeys[face].credential().as_json() for face in (APPROVE, OPEN)],
        }
        for colleague in COLLEAGUES
    ]
    witnesses = _witnesses(configuration)
    keys = initialise(configuration, custodians=cast.custodians, roster=roster, now=now, witnesses=witnesses)
    if witnesses:
        logs = _witness_state(configuration) / "logs"
        logs.write_text(f"{keys['log']}\n{keys['public_log']}\n", "utf-8")
    book = configuration.rulebook
    texts: list[Signable] = [*load(book).provisions.values(), *load_letters(book).versions]
    signs = SignOffs(demonstration=True).signing(texts, name=COUNSEL_NAME, day=SIGNED_ON)
    _write_web_secret(configuration)
    configuration.overlay.write_text(signs.text, "utf-8")
    if configuration.demonstration is not None:
        write_keys(cast, configuration.demonstration.visitor)
    return configuration, cast


def _witnesses(configuration: Configuration) -> list[TrustedWitness]:
    """Make the key of the log witness: run by the company itself, so not independent."""
    if configuration.witness_socket is None:
        return []
    state = _witness_state(configuration)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [TrustedWitness(key=create_key(state / "key", WITNESS_NAME), operator=ENTITY_NAME, independent=False)]


def _write_web_secret(configuration: Configuration) -> None:
    secret = configuration.root / "web.secret"
    secret.touch(mode=0o600)
    secret.write_text(os.urandom(32).hex() + "\n", "ascii")


def _witness_state(configuration: Configuration) -> Path:
    return configuration.root / "witness"


def start_vault(configuration: Configuration, cast: Cast) -> Child:
    """Start the vault process and let two custodians open it."""
    two = dict(sorted(cast.custodians.items())[:2])
    arguments = ["vaultd", "--config", str(configuration.root / "safeconduct.toml")]
    return start_child("vaultd", arguments, log=configuration.root / "run" / "vaultd.log", passphrases=two)


def start_witness(configuration: Configuration) -> Child:
    """Start the log witness of the demonstration: another process, but nobody else's."""
    state = _witness_state(configuration)
    arguments = ["witness", "--key", str(state / "key"), "--state", str(state), "--json"]
    arguments += ["--socket", str(configuration.witness_socket)]
    return start_child("witness", arguments, log=configuration.root / "run" / "witness.log")
